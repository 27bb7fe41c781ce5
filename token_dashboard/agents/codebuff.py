"""Codebuff (once Manicode): one JSON file a chat."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from token_dashboard.agents._contract import AgentLog, Scan
from token_dashboard.agents._places import named, within
from token_dashboard.agents._walk import distinct, walk
from token_dashboard.model.cursor import Cursor, LogFile

_CHANNELS = ("manicode", "manicode-dev", "manicode-staging")


def _homes(environ: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    usual = [home / ".config" / channel for channel in _CHANNELS]
    return distinct(named(environ, "CODEBUFF_DATA_DIR", home) or usual)


def _find(home: Path) -> Iterator[LogFile]:
    return (
        file
        for file in walk(within(home, "projects"), "chat-messages.json")
        if Path(file.path).name == "chat-messages.json"
    )


def _read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    from token_dashboard.agents import _codebuff_chat  # noqa: PLC0415 - no news, no decoder to be imported

    return _codebuff_chat.read(file, cursor)


AGENT = AgentLog(id="codebuff", name="Codebuff", homes=_homes, find=_find, read=_read)
