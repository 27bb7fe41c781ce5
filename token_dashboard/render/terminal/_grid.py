"""Tables that fit the terminal they are in, and lines with one style each."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from token_dashboard.render.columns import NONE, fold, left, measure, right, widest, width
from token_dashboard.render.language import NO_BREAK

HEAD = "bold"
QUIET = "dim"
WARN = "yellow"
PLAIN = ""

_FOLDED_COLUMNS = 24
"""The least room in which the last column of a table may be folded."""


class Screen(Protocol):
    """Where lines are shown."""

    width: int

    def line(self, text: str, style: str) -> None:
        """Show one line as it is: nothing is cut, wrapped or read as markup."""
        ...


class Line(NamedTuple):
    """One line and how it looks; the style adds nothing that the text doesn't say."""

    text: str = ""
    style: str = PLAIN


class Column(NamedTuple):
    """A column's title and habits."""

    title: str
    is_number: bool = False
    """Aligned to the right."""
    is_ornament: bool = False
    """The first to go when there is no room."""


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
        """A table, if need be without ornaments, closer, or with its last column folded; else a list."""
        if not self.rows:
            return []
        texts = list(zip(*(cells for cells, _, _ in self.rows), strict=True))
        every = [place for place in range(len(self.columns)) if any(texts[place])]
        plain = [place for place in every if not self.columns[place].is_ornament]
        wide = {place: widest((self.columns[place].title, *texts[place])) for place in every}
        for places, gap in ((every, 2), (plain, 2), (plain, 1)):
            widths = [wide[place] for place in places]
            if sum(widths) + gap * (len(widths) - 1) <= columns:
                return self._table(texts, places, widths, gap, columns)
        *others, last = [wide[place] for place in plain]
        if (
            not self.columns[plain[-1]].is_number
            and sum(others) + 2 * len(others) + _FOLDED_COLUMNS <= columns
        ):
            return self._table(texts, plain, [*others, last], 2, columns)
        return self._list(plain, columns)

    def _table(
        self,
        texts: Sequence[Sequence[str]],
        places: Sequence[int],
        widths: Sequence[int],
        gap: int,
        columns: int,
    ) -> list[Line]:
        aligned = [
            _aligned(self.columns[place], texts[place], wide)
            for place, wide in zip(places, widths, strict=True)
        ]
        head, *told = [(" " * gap).join(parts).rstrip() for parts in zip(*aligned, strict=True)]
        is_wide = sum(widths) + gap * (len(widths) - 1) > columns
        hang = " " * (sum(widths[:-1]) + gap * (len(widths) - 1))
        lines = [Line(head, HEAD)]
        for text, (_, style, remarks) in zip(told, self.rows, strict=True):
            lines += [Line(part, style) for part in (fold(text, columns, hang) if is_wide else (text,))]
            lines += _remarks(remarks, columns)
        return lines

    def _list(self, places: Sequence[int], columns: int) -> list[Line]:
        """The first cell as a heading, the others with their titles, as many to a line as it holds."""
        lines: list[Line] = []
        for cells, style, remarks in self.rows:
            heading = " · ".join(cell for cell in cells[: self.heading] if cell)
            lines += [Line(part, style or HEAD) for part in fold(heading, columns)]
            told = [
                f"{self.columns[place].title} {cells[place]}".lstrip()
                for place in places
                if place >= self.heading and cells[place] not in {"", NONE}
            ]
            lines += [Line(part, style) for part in _flowing(told, columns)]
            lines += _remarks(remarks, columns)
        return lines


def _aligned(column: Column, texts: Sequence[str], wide: int) -> list[str]:
    """A column's title and cells, all of them as wide."""
    every = (column.title, *texts)
    if measure(every) is len:
        return [text.rjust(wide) if column.is_number else text.ljust(wide) for text in every]
    return [(right if column.is_number else left)(text, wide) for text in every]


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
    """Show the lines, one after the other."""
    for line in lines:
        screen.line(line.text.replace(NO_BREAK, " "), line.style)
