"""What is new in some files of an agent, piece by piece. What is wrong with one file stays with that file."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from token_dashboard.agents._contract import Scan
from token_dashboard.agents._read_ahead import reading_ahead
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.errors import AgentLogError
from token_dashboard.model.scan import Reject

Read: TypeAlias = Callable[[LogFile, Cursor | None], Iterator[Scan]]
"""An agent's ``read``."""
Found: TypeAlias = Scan | Reject | None
"""A piece of a file; why the file can't be read; or, at last, nothing more of it."""
Pieces: TypeAlias = Iterator[tuple[LogFile, Found]]


def pieces(read: Read, files: Sequence[LogFile], cursors: Mapping[str, Cursor]) -> Pieces:
    """Read the files one after the other, from where their cursors stand."""
    for file in reading_ahead(files):
        try:
            for scan in read(file, cursors.get(file.path)):
                yield file, scan
        except AgentLogError as error:
            yield file, Reject(path=file.path, line=0, reason=error.params["reason"])
        except Exception as error:  # noqa: BLE001 - a reader's fault stays with its file
            reason = f"its reader failed with {type(error).__name__}"
            yield file, Reject(path=file.path, line=0, reason=reason)
        yield file, None
