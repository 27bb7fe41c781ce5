"""A reply made of sections, cut to a phone's size, or a terminal's, without losing a name."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from token_dashboard.render.columns import aligned, fold
from token_dashboard.render.language import NO_BREAK, Language

COLUMNS = 42
LINES = 20


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of a section; ``name`` stays visible even when the entry is cut."""

    name: str
    text: str

    def lines(self, columns: int) -> list[str]:
        return fold(self.text, columns)


@dataclass(frozen=True, slots=True)
class Section:
    """A title, which may be empty, and rows. Beyond ``least`` rows it may be cut, from its end."""

    title: str
    rows: Sequence[Row]
    least: int = 99
    follows_closely: bool = False
    """No empty line stands before it."""

    def lines(self, shown: int, language: Language, columns: int) -> list[str]:
        kept = [line for row in self.rows[:shown] for line in row.lines(columns)]
        cut = [row.name for row in self.rows[shown:]]
        if cut:
            more = language.gettext("{count} more: {names}")
            kept += fold(more.format(count=len(cut), names=language.listed(dict.fromkeys(cut))), columns)
        return [self.title, *kept] if self.title else kept


def rows(cells: Sequence[Sequence[str]], names: Sequence[str] | None = None) -> list[Row]:
    """Rows of aligned cells, named by their first one unless told. Empty columns are left out."""
    used = [any(column) for column in zip(*cells, strict=True)]
    kept = [[cell for cell, is_used in zip(line, used, strict=True) if is_used] for line in cells]
    names = names or [line[0] for line in cells]
    return [Row(name, text) for name, text in zip(names, aligned(kept), strict=True)] if cells else []


def texts(lines: Sequence[str]) -> list[Row]:
    """Rows without a name of their own; empty lines are left out."""
    return [Row("", line) for line in lines if line]


def page(sections: Sequence[Section], foot: str, language: Language, columns: int = COLUMNS) -> str:
    """The sections with a line between them.

    On a page that is too long, the titles alone divide it; then sections are cut, the longest first.
    """

    def lines() -> list[str]:
        return _lines(filled, shown, foot, language, columns)

    filled = [section for section in sections if section.rows]
    shown = [len(section.rows) for section in filled]
    if len(lines()) > LINES:
        filled = [replace(one, follows_closely=one.follows_closely or bool(one.title)) for one in filled]
    while len(lines()) > LINES:
        spare = [count - section.least for section, count in zip(filled, shown, strict=True)]
        if max(spare, default=0) <= 0:
            break
        shown[spare.index(max(spare))] -= 1
    for place, section in enumerate(filled):
        if shown[place] == len(section.rows) - 1 and len(section.rows[-1].lines(columns)) == 1:
            shown[place] += 1  # a line that says what one line would have said saves nothing
    return "\n".join(lines()).replace(NO_BREAK, " ")


def _lines(
    sections: Sequence[Section], shown: Sequence[int], foot: str, language: Language, columns: int
) -> list[str]:
    lines: list[str] = []
    for section, count in zip(sections, shown, strict=True):
        if lines and not section.follows_closely:
            lines.append("")
        lines += section.lines(count, language, columns)
    return lines + (fold(foot, columns) if foot else [])
