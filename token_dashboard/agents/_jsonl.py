"""Reading growing files of JSON lines: typed, in blocks, and without losing good lines to bad neighbours."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, TypeVar

import msgspec

from token_dashboard.agents._growing_file import Block, read_blocks
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.scan import Reject

Line = TypeVar("Line")

_CONTROL_TO_SPACE = bytes.maketrans(bytes(range(32)), b" " * 32)
_UNICODE_ESCAPE = re.compile(rb"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|(u[dD][89a-fA-F]..)|.)")
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
        self._decoder = msgspec.json.Decoder(line_type)
        self._is_about_usage = is_about_usage

    def pieces(self, file: LogFile, cursor: Cursor | None) -> Iterator[Piece[Line]]:
        """What is new in a file since a cursor; see ``read_blocks``."""
        for block in read_blocks(file, cursor, _is_whole_object):
            try:
                lines = self._decoder.decode_lines(block.text)
            except (ValueError, RecursionError):
                yield self._line_by_line(block)
                continue
            # Another count than that of line ends: blank lines, an open end, or two values in a line.
            if len(lines) == block.line_ends:
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
                line = self._decode(text)
            except RecursionError:
                rejects.append(Reject(path=block.cursor.file.path, line=number, reason="nested too deeply"))
            except ValueError as error:
                rejects.append(Reject(path=block.cursor.file.path, line=number, reason=str(error)))
            else:
                if line is not None:
                    lines.append(line)
                    numbers.append(number)
        return Piece(block, lines, numbers, rejects)

    def _decode(self, text: bytes) -> Line | None:
        """One line; ``None`` when it is none of our business.

        Raises:
            ValueError: why the line cannot be read.
        """
        try:
            try:
                return self._decoder.decode(text)
            except msgspec.ValidationError:
                raise
            except ValueError:
                text = _mended(text)
                return self._decoder.decode(text)
        except msgspec.ValidationError:
            value = msgspec.json.decode(_mended(text))
            if isinstance(value, dict) and not self._is_about_usage(value):
                return None
            raise


def _mended(text: bytes) -> bytes:
    """A line without what writers let slip into strings: bad UTF-8, half surrogate pairs, control bytes.

    None of these can stand in a number, so what is counted stays what was written.
    """
    text = text.translate(_CONTROL_TO_SPACE).decode("utf-8", "replace").encode()
    return _UNICODE_ESCAPE.sub(lambda match: rb"\ufffd" if match[1] else match[0], text)


def _is_whole_object(text: bytes) -> bool:
    if not text.lstrip().startswith(b"{"):
        return False
    try:
        _VALUE.decode(text)
    except (ValueError, RecursionError):
        return False
    return True
