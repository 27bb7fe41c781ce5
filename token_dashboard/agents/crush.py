"""Crush: one database a project, which a list of projects names."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from token_dashboard.agents._contract import AgentLog, Scan
from token_dashboard.agents._places import data_folder, local_data, named
from token_dashboard.agents._regular_file import opened
from token_dashboard.agents._walk import distinct, regular, with_wal
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.errors import AgentLogError

_LONGEST_LIST_BYTES = 4 << 20


def _homes(environ: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    usual = [data_folder(environ, home) / "crush", local_data(environ, home) / "crush"]
    lists = [folder / "projects.json" for folder in named(environ, "CRUSH_GLOBAL_DATA", home) or usual]
    return distinct([folder for one in lists for folder in _data_folders(one)])


def _data_folders(listed: Path) -> Iterator[Path]:
    """The folders of the projects' databases, as far as there is a list that can be read."""
    try:
        with opened(str(listed)) as (source, _):
            import json  # noqa: PLC0415 - few have a list, and every command asks

            projects = json.loads(source.read(_LONGEST_LIST_BYTES) or b"")["projects"]
            yield from [Path(project["path"], project["data_dir"]) for project in projects]
    except (AgentLogError, ValueError, TypeError, KeyError, RecursionError):
        return


def _find(home: Path) -> Iterator[LogFile]:
    return map(with_wal, regular([home / "crush.db", home / ".crush" / "crush.db"]))


def _read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    from token_dashboard.agents import _crush_sessions  # noqa: PLC0415 - no news, no decoder to be imported

    return _crush_sessions.read(file, cursor)


AGENT = AgentLog(id="crush", name="Crush", homes=_homes, find=_find, read=_read)
