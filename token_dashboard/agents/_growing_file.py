"""Reading what is new in a file that a program appends lines to."""

from collections.abc import Callable, Iterator, Sequence
from hashlib import blake2b
from io import FileIO

from token_dashboard.agents._regular_file import opened
from token_dashboard.agents._singly import is_singly
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.record import record
from token_dashboard.model.scan import Reject

BLOCK_BYTES = 512 << 10
"""How much is read at once: what a processor's cache holds. A longer line makes its block grow."""
LONGEST_LINE_BYTES = 256 << 20
"""A longer line is passed over without being held."""
_LINE_BYTES = 8 << 10
"""How much is read at once when only one line is wanted."""
_WINDOW_BYTES = 1024
_BOM = b"\xef\xbb\xbf"

# glibc hands freed memory back to the system above a threshold that follows the largest piece freed so far,
# and fetching it again for each block takes a fifth of a first scan's time. This piece lifts the threshold.
bytes(16 * BLOCK_BYTES)


@record
class Block:
    """Some whole lines of a file, and the cursor behind them."""

    text: bytes
    first_line: int
    """The number of the first line, counted from 1."""
    line_ends: int
    cursor: Cursor
    bytes_read: int
    """How far the block goes; over all blocks of a file they add up to what is new."""
    is_restart: bool
    """The block begins at the start of the file."""
    rejects: list[Reject]
    """A line that was too long to be read."""


def read_blocks(file: LogFile, cursor: Cursor | None, is_whole: Callable[[bytes], bool]) -> Iterator[Block]:
    """The lines that a cursor has not seen: one block at least, even when there are none.

    A file that was truncated or replaced is read from its start. A last line without a line end counts when
    ``is_whole`` says that nothing can follow it, else it waits until its writer has ended it.

    Raises:
        AgentLogError: the file cannot be opened or read, or is no regular file.
    """
    with opened(file.path) as (source, now):
        yield from _GrowingFile(source, now).blocks(cursor, is_whole)


class _GrowingFile:
    """An open file, up to the size it had when it was opened."""

    def __init__(self, source: FileIO, file: LogFile) -> None:
        self._source = source
        self._file = file
        self._offset = 0
        self._lines = 0
        self._is_singly = is_singly()

    def blocks(self, cursor: Cursor | None, is_whole: Callable[[bytes], bool]) -> Iterator[Block]:
        if cursor is not None:
            self._resume(cursor)
        is_last = False
        while not is_last:
            text, is_last = self._text()
            end = text.rfind(b"\n") + 1
            if is_last and end < len(text) and is_whole(text[end:].removeprefix(_BOM)):
                end = len(text)
            if end or is_last:
                yield self._pass_lines(text if end == len(text) else text[:end], is_last=is_last)
            elif (line_end := self._next_line_end(self._offset + len(text))) is not None:
                yield self._pass_long_line(line_end)
            else:
                is_last = True
                yield self._pass_lines(b"", is_last=True)

    def _resume(self, cursor: Cursor) -> None:
        """Go behind what was read, if it is still there."""
        file, offset = self._file, cursor.offset
        is_same = (file.device, file.inode) == (cursor.file.device, cursor.file.inode)
        if is_same and file.size >= offset and self._mark(offset) == cursor.tail:
            self._offset = offset
            # A line that counted without its end goes on where the reading goes on.
            is_open = offset > 0 and self._read(offset - 1, 1) != b"\n"
            self._lines = cursor.lines - is_open

    def _text(self) -> tuple[bytes, bool]:
        """What lies ahead, with a line end if there is one in reach; and whether it is the rest."""
        size = _LINE_BYTES if self._is_singly else BLOCK_BYTES
        while True:
            text = self._read(self._offset, size)
            is_last = len(text) < size or self._offset + len(text) == self._file.size
            if is_last or b"\n" in text or size >= LONGEST_LINE_BYTES:
                if self._is_singly and 0 < (end := text.find(b"\n") + 1) < len(text):
                    return text[:end], False
                return text, is_last
            size *= 2

    def _next_line_end(self, start: int) -> int | None:
        """Where the next line begins; ``None`` when no line ends after ``start``."""
        while text := self._read(start, BLOCK_BYTES):
            index = text.find(b"\n")
            if index >= 0:
                return start + index + 1
            start += len(text)
        return None

    def _pass_lines(self, text: bytes, *, is_last: bool) -> Block:
        return self._pass(self._offset + len(text), text, _count_line_ends(text), is_last=is_last)

    def _pass_long_line(self, end: int) -> Block:
        reason = f"longer than {LONGEST_LINE_BYTES >> 20} MiB"
        reject = Reject(path=self._file.path, line=self._lines + 1, reason=reason)
        return self._pass(end, b"", 1, [reject])

    def _pass(
        self,
        offset: int,
        text: bytes,
        line_ends: int,
        rejects: Sequence[Reject] = (),
        *,
        is_last: bool = False,
    ) -> Block:
        start, first_line = self._offset, self._lines + 1
        self._offset = offset
        self._lines += line_ends + (text != b"" and not text.endswith(b"\n"))
        # Only behind its last piece has a file been read as it is; until then it must look like another one,
        # or a scan that is stopped in its middle would never come back to the rest.
        file = self._file if is_last else self._file._replace(size=offset, mtime_ns=0)
        cursor = Cursor(file, offset, self._lines, self._mark(offset))
        return Block(
            text=text if start else text.removeprefix(_BOM),
            first_line=first_line,
            line_ends=line_ends,
            cursor=cursor,
            bytes_read=offset - start,
            is_restart=start == 0,
            rejects=list(rejects),
        )

    def _mark(self, offset: int) -> bytes:
        """A digest of the first bytes and those before ``offset``: another one when they were rewritten."""
        first = self._read(0, min(_WINDOW_BYTES, offset))
        last = self._read(max(0, offset - _WINDOW_BYTES), min(_WINDOW_BYTES, offset))
        return blake2b(first + last, digest_size=16).digest()

    def _read(self, start: int, size: int) -> bytes:
        self._source.seek(start)
        return self._source.read(max(0, min(size, self._file.size - start))) or b""


def _count_line_ends(text: bytes) -> int:
    """How many line ends there are: several times as fast as ``bytes.count`` on lines of kilobytes."""
    count = 0
    index = text.find(b"\n")
    while index >= 0:
        count += 1
        index = text.find(b"\n", index + 1)
    return count
