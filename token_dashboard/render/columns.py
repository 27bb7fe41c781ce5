"""Text in columns: widths as a terminal counts them, folding, bars, and safe words of strangers."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from functools import lru_cache

NONE = "\N{EN DASH}"
"""Stands where there is nothing to tell."""

_NARROW = re.compile("[ -~\N{NO-BREAK SPACE}·À-ÿ\N{EN DASH}…€≈≥▁█]*")
"""What takes a column for each character, of what figures and names are usually made of."""
_OPENING = " “\N{FULLWIDTH LEFT PARENTHESIS}"
_CLOSING = set("\N{FULLWIDTH COMMA}\N{FULLWIDTH SEMICOLON}、。")
"""A line may break behind these, though no space follows them."""
_WITHIN_DATES = "年月"
_LEVELS = "▁▂▃▄▅▆▇█"


def width(text: str) -> int:
    """Columns that a text takes: two for a wide (CJK) character, none for a combining one."""
    if text.isascii() or _NARROW.fullmatch(text):
        return len(text)
    return sum(map(_width, text))


def measure(texts: Iterable[str]) -> Callable[[str], int]:
    """What measures each of these texts: ``width``, or the same for less."""
    together = "".join(texts)
    return len if together.isascii() or _NARROW.fullmatch(together) else width


def widest(texts: Sequence[str]) -> int:
    """The columns that the widest of some texts takes."""
    return max(map(measure(texts), texts), default=0)


@lru_cache(4096)
def _width(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def left(text: str, columns: int) -> str:
    return text + " " * (columns - width(text))


def right(text: str, columns: int) -> str:
    return " " * (columns - width(text)) + text


def clip(text: str, columns: int) -> str:
    """At most so many columns, with ``…`` for what is left out."""
    if width(text) <= columns:
        return text
    if text.isascii():
        return text[: max(columns - 1, 0)] + "…"
    kept = ""
    for character in text:
        if width(kept + character) > columns - 1:
            break
        kept += character
    return kept + "…"


def clip_apart(texts: Iterable[str], columns: int, cut: Callable[[str, int], str] = clip) -> dict[str, str]:
    """Different texts cut to so many columns: in the middle where the usual cut makes two of them alike."""
    usual = {text: cut(text, columns) for text in texts}
    often = Counter(usual.values())
    return {
        text: short if often[short] == 1 else _clip_middle(text, columns) for text, short in usual.items()
    }


def _clip_middle(text: str, columns: int) -> str:
    if width(text) <= columns:
        return text
    end = clip(text[::-1], columns // 2 + 1)[-2::-1]
    return clip(text, columns - columns // 2) + end


def aligned(rows: Sequence[Sequence[str]], gap: int = 2) -> list[str]:
    """Rows of cells as lines; every column but the last is as wide as its widest cell."""
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    return [
        (" " * gap).join(left(cell, columns) for cell, columns in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def fold(line: str, columns: int, indent: str = "  ") -> list[str]:
    """A line broken at spaces (Chinese anywhere) so that it fits; what cannot break stays whole."""
    if width(line) <= columns:
        return [line]
    lead = line[: len(line) - len(line.lstrip())]
    lines: list[str] = []
    current = lead
    for word in _words(line.lstrip()):
        if current.strip() and width((current + word).rstrip()) > columns:
            lines.append(current.rstrip())
            current = lead + indent
            word = word.lstrip()  # noqa: PLW2901 - a broken line needs no space at its start
        current += word
    return [*lines, current.rstrip()]


def _words(text: str) -> list[str]:
    """Pieces that may stand on lines of their own, each with its leading spaces; ``11月22日`` is one."""
    words: list[str] = []
    for character in text:
        previous = words[-1][-1] if words else ""
        starts = (character == " " and previous != " ") or previous in _CLOSING
        if _is_ideograph(character):
            starts |= previous not in _OPENING and not previous.isdecimal()
        elif character.isdecimal():
            starts |= _is_ideograph(previous) and previous not in _WITHIN_DATES
        if not words or starts:
            words.append(character)
        else:
            words[-1] += character
    return words


def _is_ideograph(character: str) -> bool:
    return bool(character) and _width(character) == 2 and unicodedata.category(character)[0] == "L"


def bar(percent: Decimal, cells: int) -> str:
    """``████▁▁▁▁``; whole cells to the nearest, all of them only when it is full."""
    filled = int(percent * cells / 100 + Decimal("0.5"))
    filled = min(max(filled, 0), cells if percent >= 100 else cells - 1)
    return "█" * filled + "▁" * (cells - filled)


def sparkline(values: Sequence[int]) -> str:
    """One character a value, from nothing to the highest; empty when there is nothing to see."""
    highest = max(values, default=0)
    if highest <= 0:
        return ""
    top = len(_LEVELS) - 1
    return "".join(_LEVELS[-(-max(value, 0) * top // highest)] for value in values)


def undated(model: str) -> str:
    """A model's name without the date of its version, which says nothing to a reader in a hurry."""
    return re.sub(r"[-@]20\d{6}$", "", model)


def told_apart(models: Iterable[str]) -> dict[str, str]:
    """The models' names without dates, but for those that would be called alike then."""
    short = {model: undated(model) for model in models}
    often = Counter(short.values())
    return {model: name if often[name] == 1 else model for model, name in short.items()}


@lru_cache(4096)
def safe(text: str, columns: int = 60) -> str:
    """A name or path from outside, fit for a line: no control characters, no link, not endless."""
    kept = text[: 4 * columns]
    if not kept.isprintable():
        kept = "".join(map(_visible, kept))
    return clip(kept.replace("](", "] ("), columns)


def safe_all(texts: Sequence[str], columns: int) -> list[str]:
    """The same of thousands, which seldom need it."""
    together = "".join(texts)
    if not together.isascii() or not together.isprintable() or "](" in together:
        return [safe(text, columns) for text in texts]
    return [text if len(text) <= columns else f"{text[: columns - 1]}…" for text in texts]


def _visible(character: str) -> str:
    if character.isprintable():
        return character
    return " " if character.isspace() else "\N{REPLACEMENT CHARACTER}"
