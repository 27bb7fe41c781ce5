"""Tables that fit the terminal they are in, and lines with one style each."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import NamedTuple, Protocol

from token_dashboard.render.columns import NONE, fold, left, measure, right, width
from token_dashboard.render.language import NO_BREAK

HEAD = "bold"
QUIET = "dim"
WARN = "yellow"
PLAIN = ""

_FOLDED_COLUMNS = 24
"""The least room in which the last column of a table may be folded."""


class Line(NamedTuple):
    """One line and how it looks; the style adds nothing that the text doesn't say."""

    text: str = ""
    style: str = PLAIN


class Screen(Protocol):
    """Where lines are shown."""

    width: int

    def show(self, lines: Iterable[Line]) -> None:
        """Show lines as they are: nothing is cut, wrapped or read as markup."""
        ...


class Column(NamedTuple):
    """A column's title and habits."""

    title: str
    is_number: bool = False
    """Aligned to the right."""
    is_ornament: bool = False
    """The first to go when a table has no room; a list has it for figures."""


@dataclass(slots=True)
class Grid:
    """A table. Each row may be followed by remarks, whole lines of their own."""

    columns: Sequence[Column]
    rows: list[tuple[Sequence[str], str, Sequence[str]]] = field(default_factory=list)
    """Cells, style, remarks."""
    heading: int = 1
    """How many columns from the left name a row; as a list they are its heading."""

    def add(self, cells: Sequence[str], style: str = PLAIN, remarks: Sequence[str] = ()) -> None:
        self.rows.append((cells, style, remarks))

    def lines(self, columns: int) -> list[Line]:
        """The table in so much room."""
        if not self.rows:
            return []
        cells, styles, remarks = zip(*self.rows, strict=True)
        texts = map(Cells.of, self.columns, zip(*cells, strict=True))
        return Table(self.columns, list(texts), styles, remarks, self.heading).lines(columns)


class Cells(NamedTuple):
    """A column's title and what stands below it, measured once."""

    texts: Sequence[str]
    measure: Callable[[str], int]
    wide: int

    @classmethod
    def of(cls, column: Column, texts: Sequence[str]) -> "Cells":
        every = (column.title, *texts)
        measured = measure(every)
        return cls(every, measured, max(map(measured, every)))

    def aligned(self, wide: int, *, to_right: bool) -> Iterable[str]:
        """All of them as wide."""
        if self.measure is len:
            return map(str.rjust if to_right else str.ljust, self.texts, repeat(wide))
        return map(right if to_right else left, self.texts, repeat(wide))


@dataclass(slots=True)
class Table:
    """A table by its columns, and each row's style and remarks."""

    columns: Sequence[Column]
    cells: Sequence[Cells]
    styles: Sequence[str]
    remarks: Sequence[Sequence[str]]
    heading: int = 1

    def lines(self, columns: int) -> list[Line]:
        """A table, if need be without ornaments, closer, or with its last column folded; else a list."""
        every = [place for place, cells in enumerate(self.cells) if any(cells.texts[1:])]
        plain = [place for place in every if not self.columns[place].is_ornament]
        for places, gap in ((every, 2), (plain, 2), (plain, 1)):
            widths = [self.cells[place].wide for place in places]
            if sum(widths) + gap * (len(widths) - 1) <= columns:
                return self._table(places, widths, gap, columns)
        *others, last = [self.cells[place].wide for place in plain]
        if (
            not self.columns[plain[-1]].is_number
            and sum(others) + 2 * len(others) + _FOLDED_COLUMNS <= columns
        ):
            return self._table(plain, [*others, last], 2, columns)
        return self._list(
            [place for place in every if place in plain or self.columns[place].is_number], columns
        )

    def _table(self, places: Sequence[int], widths: Sequence[int], gap: int, columns: int) -> list[Line]:
        aligned = [
            self.cells[place].aligned(wide, to_right=self.columns[place].is_number)
            for place, wide in zip(places, widths, strict=True)
        ]
        head, *told = map(str.rstrip, map((" " * gap).join, zip(*aligned, strict=True)))
        is_wide = sum(widths) + gap * (len(widths) - 1) > columns
        if not is_wide and not any(self.remarks):
            return [Line(head, HEAD), *map(Line, told, self.styles)]
        hang = " " * (sum(widths[:-1]) + gap * (len(widths) - 1))
        lines = [Line(head, HEAD)]
        for text, style, remarks in zip(told, self.styles, self.remarks, strict=True):
            lines += [Line(part, style) for part in (fold(text, columns, hang) if is_wide else (text,))]
            lines += _remarks(remarks, columns)
        return lines

    def _list(self, places: Sequence[int], columns: int) -> list[Line]:
        """The first cell as a heading, the others with their titles, as many to a line as it holds."""
        lines: list[Line] = []
        _, *rows = zip(*(cells.texts for cells in self.cells), strict=True)
        for cells, style, remarks in zip(rows, self.styles, self.remarks, strict=True):
            heading = " · ".join(cell for cell in cells[: self.heading] if cell)
            indent = heading[: len(heading) - len(heading.lstrip())]
            lines += [Line(part, style or HEAD) for part in fold(heading, columns)]
            told = [
                f"{self.columns[place].title} {cells[place]}".lstrip()
                for place in places
                if place >= self.heading and cells[place] not in {"", NONE}
            ]
            lines += [Line(indent + part, style) for part in _flowing(told, columns - len(indent))]
            lines += _remarks(remarks, columns)
        return lines


def _flowing(pieces: Sequence[str], columns: int) -> list[str]:
    lines: list[str] = []
    taken = 0
    for piece in pieces:
        wide = width(piece)
        if lines and taken + 3 + wide <= columns:
            lines[-1] += f" · {piece}"
            taken += 3 + wide
        else:
            lines.append(f"  {piece}")
            taken = 2 + wide
    return [part for line in lines for part in fold(line, columns)]


def _remarks(remarks: Sequence[str], columns: int) -> list[Line]:
    return [Line(part, WARN) for remark in remarks for part in fold(f"  {remark}", columns)]


def folded(text: str, columns: int, style: str = PLAIN) -> list[Line]:
    """A sentence in as many lines as it needs."""
    return [Line(part, style) for part in fold(text, columns)]


def blocks(*parts: Sequence[Line]) -> list[Line]:
    """Parts with an empty line between them; empty parts are left out."""
    lines: list[Line] = []
    for part in parts:
        if part:
            lines += [Line(), *part] if lines else part
    return lines


def show(screen: Screen, lines: Sequence[Line]) -> None:
    """Show the lines, with plain spaces for no-break ones."""
    screen.show([Line(text.replace(NO_BREAK, " "), style) for text, style in lines])
