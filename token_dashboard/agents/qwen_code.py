"""Qwen Code: one file of JSON lines a conversation."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from token_dashboard.agents._contract import AgentLog, Scan
from token_dashboard.agents._places import named, within
from token_dashboard.agents._walk import distinct, walk
from token_dashboard.model.cursor import Cursor, LogFile

_CHATS = f"{os.sep}chats{os.sep}"


def _homes(environ: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    return distinct(named(environ, "QWEN_DATA_DIR", home) or [home / ".qwen"])


def _find(home: Path) -> Iterator[LogFile]:
    return (file for file in walk(within(home, "projects"), ".jsonl") if _CHATS in file.path)


def _read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    from token_dashboard.agents import _qwen_requests  # noqa: PLC0415 - no news, no decoder to be imported

    return _qwen_requests.read(file, cursor)


AGENT = AgentLog(id="qwen-code", name="Qwen Code", homes=_homes, find=_find, read=_read)
