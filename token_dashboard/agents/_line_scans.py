"""Scans of files of JSON lines, for readers that remember something of a file's earlier lines."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, Generic, TypeAlias, TypeVar

import msgspec

from token_dashboard.agents._contract import Scan
from token_dashboard.agents._json import Typed
from token_dashboard.agents._jsonl import JsonLines
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.scan import Reject
from token_dashboard.model.usage import UsageEvent, merge

Line = TypeVar("Line")
State = TypeVar("State")

Text: TypeAlias = Callable[[], bytes]
"""Gives what stands in the file for a line."""


class LineScans(Generic[Line, State]):
    """Makes scans of lines of one type. ``state_type`` is what is remembered, from its own defaults on."""

    def __init__(
        self, line_type: type[Line], state_type: type[State], is_about_usage: Callable[[dict[str, Any]], bool]
    ) -> None:
        self._lines = JsonLines(line_type, is_about_usage)
        self._state_type = state_type
        self._state = Typed(state_type)

    def read(
        self,
        file: LogFile,
        cursor: Cursor | None,
        find: Callable[[State, Line, Text], Iterable[UsageEvent]],
    ) -> Iterator[Scan]:
        """What ``find`` finds in each new line; a line that it refuses with ``ValueError`` is a reject."""
        state = (
            self._state.decode(cursor.state) if cursor is not None and cursor.state else self._state_type()
        )
        for piece in self._lines.pieces(file, cursor):
            if piece.block.is_restart:
                state = self._state_type()
            events: dict[int, UsageEvent] = {}
            rejects = piece.rejects
            for index, line in enumerate(piece.lines):
                try:
                    for event in find(state, line, partial(piece.text_of, index)):
                        seen = events.get(event.key)
                        events[event.key] = event if seen is None else merge(seen, event)
                except ValueError as error:
                    rejects.append(Reject(path=file.path, line=piece.numbers[index], reason=str(error)))
            yield Scan(
                cursor=piece.block.cursor._replace(state=msgspec.json.encode(state).decode()),
                events=list(events.values()),
                rejects=rejects,
                bytes_read=piece.block.bytes_read,
                is_restart=piece.block.is_restart,
            )
