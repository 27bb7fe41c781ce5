"""Which requests in a Codex thread's file are its own, when the thread began as a copy of another one.

A fork, and some subagents, begin with their parent's history written out again, ``token_count`` events and
all. Those requests were the parent's, and its own file counts them. Nothing marks where the copy ends, in
most versions, and the parent's file may be read earlier, later or never. So each record is judged by what the
child's file alone says, which makes the order of files, and what was read in another scan, matter not at all:

1. Newer files number their records and name the first of the thread's own (``ordinal``), or repeat whose
   request it was (``thread_id`` of a ``token_usage_record``).
2. Ids of threads and turns are UUIDs of version 7, which hold their time: a turn that is older than the
   thread is inherited. So is a record with a time before the thread began.
3. A history that is copied gets the time of its copying, which takes milliseconds, while a request takes
   seconds: records that follow the thread's beginning or each other within a moment are inherited, and a
   pause ends them.

What is inherited is never an event. A record that none of this settles (a copy that was written slowly, in a
file without ids) is an event in the name of the oldest ancestor known, told by the thread's running totals,
which a copy repeats and a thread's own requests do not: parent, child and siblings then give it one key, and
the ledger counts it once, whichever is read first. From the first record on that is surely the thread's own,
requests are in its own name.
"""

from typing import Literal

import msgspec

_MOMENT_MS = 1_000
"""A shorter pause is within a copy. Measured ones took 10 to 40 ms as a whole."""
_TURN_MS = 3_000
"""After a longer pause a thread's own requests have begun. Measured ones were of 6 to 15 seconds."""
_AT_ONCE_MS = 250
"""No request is answered so soon after its thread began."""

Origin = Literal["own", "inherited", "uncertain"]


class Lineage(msgspec.Struct):
    """Where a thread comes from, and how far its file has been judged."""

    thread: str
    ancestor: str
    """The oldest thread known whose history this one may hold; the thread itself when it is no child."""
    began_ms: int | None = None
    header_ms: int | None = None
    """When the file's first line was written."""
    start_ordinal: int | None = None
    """The number of the first record that is the thread's own."""
    is_settled: bool = True
    """All that follows is the thread's own."""
    is_foreign_turn: bool | None = None
    """Whether the turn that is being read is an ancestor's; ``None`` when nothing says."""
    is_foreign_response: bool | None = None
    """The same of the next record."""
    has_foreign_header: bool = False
    records: int = 0
    """How many records have been judged."""
    copied_ms: int | None = None
    """The time of the latest one, once one was inherited."""
    is_lone_copy: bool = False
    """All that was inherited is one record that was there at once; the rest of a slow copy may follow."""

    def read_header(self, thread: str | None, parent: str | None) -> None:
        """Take note of a further ``session_meta`` line: an ancestor's, or the thread's own repeated."""
        if thread == self.thread:
            self.is_settled = self.is_settled or self.has_foreign_header
        elif thread is not None and (not self.is_settled or self.records == 0):
            # Old versions copied a history without saying so in the thread's own header.
            self.is_settled = False
            self.has_foreign_header = True
            self.ancestor = parent or thread

    def read_turn(self, turn: str | None) -> None:
        """Take note of the beginning of a turn."""
        turn_ms = uuid_ms(turn)
        born_ms = uuid_ms(self.thread) or self.began_ms
        self.is_foreign_turn = None if turn_ms is None or born_ms is None else turn_ms < born_ms

    def read_owner(self, thread: str | None) -> None:
        """Take note of whose request is about to be counted."""
        if thread is not None:
            self.is_foreign_response = thread != self.thread

    @property
    def is_in_copy(self) -> bool:
        """Whether what is being read is surely an ancestor's."""
        return not self.is_settled and self._is_foreign is True

    @property
    def _is_foreign(self) -> bool | None:
        return self.is_foreign_turn if self.is_foreign_response is None else self.is_foreign_response

    def origin(self, time_ms: int, ordinal: int | None, next_ms: int | None) -> Origin:
        """Whose request a record is; ``next_ms`` is the time of the record after it, where it is known."""
        if self.is_settled:
            self.records += 1
            return "own"
        origin = self._origin(time_ms, ordinal, next_ms)
        self.is_settled = origin == "own"
        self.is_foreign_response = None
        self.records += 1
        if origin == "inherited" or self.copied_ms is not None:
            self.copied_ms = time_ms
        return origin

    def _origin(self, time_ms: int, ordinal: int | None, next_ms: int | None) -> Origin:
        if self.start_ordinal is not None and ordinal is not None:
            return "inherited" if ordinal < self.start_ordinal else "own"
        if self._is_foreign is not None:
            return "inherited" if self._is_foreign else "own"
        if self.began_ms is not None and time_ms < self.began_ms:
            self.is_lone_copy = False
            return "inherited"
        if self.copied_ms is not None:
            pause_ms = time_ms - self.copied_ms
            if pause_ms < _MOMENT_MS:
                self.is_lone_copy = False
                return "inherited"
            return "uncertain" if self.is_lone_copy or pause_ms < _TURN_MS else "own"
        if self.records == 0:
            self.is_lone_copy = self.header_ms is not None and time_ms - self.header_ms <= _AT_ONCE_MS
            if self.is_lone_copy or (next_ms is not None and 0 <= next_ms - time_ms < _MOMENT_MS):
                return "inherited"
        return "uncertain"


def uuid_ms(text: str | None) -> int | None:
    """The time in a UUID of version 7, epoch milliseconds; ``None`` for any other text."""
    if text is None or len(text) != 36 or text[14] != "7":
        return None
    try:
        return int(text[:8] + text[9:13], 16)
    except ValueError:
        return None
