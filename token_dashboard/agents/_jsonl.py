"""Reading growing files of JSON lines: typed, in blocks, and without losing good lines to bad neighbours."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, TypeVar

import msgspec

from token_dashboard.agents._growing_file import Block, read_blocks
from token_dashboard.agents._json import Typed
from token_dashboard.agents._walk import COMPRESSED
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.scan import Reject

Line = TypeVar("Line")

_VALUE = msgspec.json.Decoder(msgspec.Raw)


class Piece(Generic[Line]):
    """The lines of a block, decoded."""

    def __init__(
        self, block: Block, lines: list[Line], numbers: Sequence[int], rejects: Sequence[Reject]
    ) -> None:
        self.block = block
        self.lines = lines
        self.numbers = numbers
        """The line number of each of ``lines``."""
        self.rejects = [*block.rejects, *rejects]
        self._texts: list[bytes] | None = None

    def text_of(self, index: int) -> bytes:
        """What stands in the file for ``lines[index]``."""
        if self._texts is None:
            self._texts = self.block.text.split(b"\n")
        return self._texts[self.numbers[index] - self.block.first_line]


class JsonLines(Generic[Line]):
    """A log of JSON lines of one type.

    ``is_about_usage`` judges an object that is not of that type: the line is a reject if it says yes and
    none of our business otherwise.
    """

    def __init__(self, line_type: type[Line], is_about_usage: Callable[[dict[str, Any]], bool]) -> None:
        self._typed = Typed(line_type)
        self._decode_lines = self._typed.decoder.decode_lines
        self._is_about_usage = is_about_usage

    def pieces(self, file: LogFile, cursor: Cursor | None) -> Iterator[Piece[Line]]:
        """What is new in a file since a cursor, decompressed if it is ``COMPRESSED``; see ``read_blocks``."""
        for block in _blocks(file, cursor):
            try:
                lines = self._decode_lines(block.text)
            except (ValueError, RecursionError):
                yield self._line_by_line(block)
                continue
            # Another count than that of line ends: blank lines, or two values in a line. With an open end the
            # counts may agree by a blank line, which is what the end of an open line before looks like.
            if len(lines) == block.line_ends and block.text.endswith(b"\n"):
                numbers = range(block.first_line, block.first_line + block.line_ends)
                yield Piece(block, lines, numbers, ())
            else:
                yield self._line_by_line(block)

    def _line_by_line(self, block: Block) -> Piece[Line]:
        lines: list[Line] = []
        numbers: list[int] = []
        rejects: list[Reject] = []
        for number, text in enumerate(block.text.split(b"\n"), block.first_line):
            if not text or text.isspace():
                continue
            try:
                line = self._typed.decode_if(text, self._is_about_usage)
            except ValueError as error:
                rejects.append(Reject(path=block.cursor.file.path, line=number, reason=str(error)))
            else:
                if line is not None:
                    lines.append(line)
                    numbers.append(number)
        return Piece(block, lines, numbers, rejects)


def _blocks(file: LogFile, cursor: Cursor | None) -> Iterator[Block]:
    if not file.path.endswith(COMPRESSED):
        return read_blocks(file, cursor, _is_whole_object)
    from token_dashboard.agents._compressed_file import (  # noqa: PLC0415 - few files need a decompressor
        read_compressed_blocks,
    )

    return read_compressed_blocks(file, cursor)


def _is_whole_object(text: bytes) -> bool:
    if not text.lstrip().startswith(b"{"):
        return False
    try:
        _VALUE.decode(text)
    except (ValueError, RecursionError):
        return False
    return True
