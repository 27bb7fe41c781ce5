"""Reading a file of lines that its program compressed: all at once in the end, or frame by frame."""

import re
from collections.abc import Iterator
from hashlib import blake2b
from io import FileIO

from token_dashboard.agents._growing_file import Block
from token_dashboard.agents._regular_file import opened
from token_dashboard.agents._singly import is_singly
from token_dashboard.agents._zstd import pieces
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.scan import Reject

LONGEST_LINE_BYTES = 64 << 20
"""A longer line is passed over without being held."""
_WINDOW_BYTES = 1024
_LINE = re.compile(rb"[^\n]*\n")


def read_compressed_blocks(file: LogFile, cursor: Cursor | None) -> Iterator[Block]:
    """The lines of a file that a cursor has not seen: one block at least.

    A cursor's ``offset`` is a place among the compressed bytes. Where it stands behind whole frames, the
    reading goes on with the frames that were appended since; everything else is read from the start. A file
    that is damaged or cut off gives the lines before that place, and a reject.

    Raises:
        AgentLogError: the file cannot be opened or read, or is no regular file.
    """
    with opened(file.path) as (source, now):
        start = _start(source, now, cursor)
        lines = _Lines(now, start, 0 if cursor is None or not start else cursor.lines)
        source.seek(start)
        is_whole = True
        try:
            for piece in pieces(source):
                is_whole = piece.endswith(b"\n")
                if b"\n" in piece:
                    text = lines.completed(piece)
                    for part in _LINE.findall(text) if is_singly() else (text,):
                        yield lines.passed(source.tell(), part)
                else:
                    lines.hold(piece)
        except ValueError as error:
            is_whole = False
            lines.rejects.append(Reject(path=file.path, line=0, reason=str(error)))
            lines.hold(None)
        end = source.tell()
        yield lines.passed(end, lines.completed(b""), mark=_mark(source, end) if is_whole else b"unfinished")


class _Lines:
    """How far a reading has come, and the beginning of the line that it stands in."""

    def __init__(self, file: LogFile, offset: int, lines: int) -> None:
        self.rejects: list[Reject] = []
        self._file = file
        self._offset = offset
        self._lines = lines
        self._is_restart = offset == 0
        self._held: list[bytes] = []
        self._held_bytes = 0

    def hold(self, beginning: bytes | None) -> None:
        """Keep a line's beginning, unless it has grown too long; ``None`` gives up what is kept."""
        self._held_bytes = 0 if beginning is None else self._held_bytes + len(beginning)
        if beginning is None or self._held_bytes > LONGEST_LINE_BYTES:
            self._held.clear()
        else:
            self._held.append(beginning)

    def completed(self, piece: bytes) -> bytes:
        """The whole lines up to the last one of a piece, whose rest is kept."""
        end = piece.rfind(b"\n") + 1
        text = b"".join([*self._held, piece[:end]])
        if self._held_bytes > LONGEST_LINE_BYTES:
            self._lines += 1
            reason = f"longer than {LONGEST_LINE_BYTES >> 20} MiB"
            self.rejects.append(Reject(path=self._file.path, line=self._lines, reason=reason))
            text = piece[piece.find(b"\n") + 1 : end]
        self.hold(None)
        self.hold(piece[end:])
        return text

    def passed(self, offset: int, text: bytes, *, mark: bytes = b"") -> Block:
        """The block that ends at ``offset``; the last one of a reading bears a mark."""
        first_line, before, is_restart = self._lines + 1, self._offset, self._is_restart
        line_ends = text.count(b"\n")
        self._lines += line_ends + (text != b"" and not text.endswith(b"\n"))
        self._offset, self._is_restart = offset, False
        rejects, self.rejects = self.rejects, []
        # Only behind its last piece has a file been read as it is; a reading that stops before begins anew.
        file = self._file if mark else self._file._replace(mtime_ns=0)
        return Block(
            text=text.removeprefix(b"\xef\xbb\xbf") if is_restart else text,
            first_line=first_line,
            line_ends=line_ends,
            cursor=Cursor(file, offset, self._lines, mark),
            bytes_read=offset - before,
            is_restart=is_restart,
            rejects=rejects,
        )


def _start(source: FileIO, now: LogFile, cursor: Cursor | None) -> int:
    """Where the reading begins: behind what was read, if that is still there and ended with its frames."""
    if cursor is None or cursor.offset > now.size or cursor.tail != _mark(source, cursor.offset):
        return 0
    return cursor.offset


def _mark(source: FileIO, end: int) -> bytes:
    """A digest of the place, the first bytes and those before it: another one when the file was made anew."""
    source.seek(0)
    first = source.read(min(_WINDOW_BYTES, end)) or b""
    source.seek(max(0, end - _WINDOW_BYTES))
    last = source.read(min(_WINDOW_BYTES, end)) or b""
    return blake2b(f"{end}:".encode() + first + last, digest_size=16).digest()
