"""How single values are written in a document, and what becomes of them.

Each reader takes what JSON or TOML made of a value and raises ``ValueError`` when it won't do. Bounds and
patterns are those of ``schemas/config.schema.json``, which also holds the words for people.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from token_dashboard.model.money import Money, parse_nanos
from token_dashboard.model.secret import Secret

if TYPE_CHECKING:
    from pydantic_core import CoreSchema

MAX_DOLLARS = 1_000_000_000
MAX_RATE = 1_000_000
_KEY = re.compile(r"^\s*[!-~]*\s*$")
_RATE = re.compile(r"^[0-9]{1,6}(\.[0-9]{1,12})?$")
_WEB_ADDRESS = re.compile(
    r"^https?://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?(/[^\s?#@]*)?$",
)


@dataclass(frozen=True, slots=True)
class Written:
    """An annotation that tells pydantic which reader makes a field from its written form."""

    read: Callable[[object], object]

    def __get_pydantic_core_schema__(self, source: object, handler: object) -> "CoreSchema":
        from pydantic_core import core_schema  # noqa: PLC0415 - only pydantic calls this, so it is loaded

        return core_schema.no_info_plain_validator_function(self.read)


def yes_or_no(written: object) -> bool:
    if not isinstance(written, bool):
        raise ValueError("true or false")  # noqa: TRY004 - pydantic takes a ValueError for a refusal
    return written


def whole(least: int, most: int) -> Callable[[object], int]:
    """A whole number within bounds; like JSON Schema it takes 15.0 for 15."""

    def read(written: object) -> int:
        number = _number(written, least, most)
        if number != int(number):
            raise ValueError("a whole number")
        return int(number)

    return read


def dollars(written: object) -> Money:
    return Money(parse_nanos(_number(written, 0, MAX_DOLLARS)))


def percents(written: object) -> tuple[Decimal, ...]:
    """One percentage or a list of them; lowest first, each once."""
    steps = written if isinstance(written, list) else [written]
    return tuple(sorted({_number(step, 1, 100) for step in steps}))


def rate(written: object) -> Decimal:
    """A price, as a number or as decimal text."""
    if isinstance(written, str):
        return Decimal(_matching(written, _RATE))
    return _number(written, 0, MAX_RATE)


def text(written: object) -> str:
    """A text with something in it."""
    if not isinstance(written, str) or not written.strip():
        raise ValueError("a text that isn't empty")
    return written.strip()


def texts(written: object) -> tuple[str, ...]:
    return tuple(text(each) for each in _list(written))


def texts_or_null(written: object) -> tuple[str, ...] | None:
    return None if written is None else texts(written)


def path(written: object) -> Path:
    return Path(text(written))


def paths(written: object) -> tuple[Path, ...]:
    return tuple(path(each) for each in _list(written))


def web_address(written: object) -> str:
    """An http or https address without a password, without a slash at its end."""
    return _matching(written, _WEB_ADDRESS).strip().rstrip("/")


def key(written: object) -> Secret | None:
    """A key or token without the white space around it; an empty one is none.

    Only visible ASCII is taken: nothing else can stand in an HTTP header.
    """
    stripped = _matching(written, _KEY).strip()
    return Secret(stripped) if stripped else None


def _number(written: object, least: int, most: int) -> Decimal:
    if isinstance(written, bool) or not isinstance(written, int | float):
        raise ValueError("a number")  # noqa: TRY004 - pydantic takes a ValueError for a refusal
    number = Decimal(repr(written))  # the digits as they were written, not the float's binary tail
    if not number.is_finite() or not least <= number <= most:
        raise ValueError("within bounds")
    return number


def _matching(written: object, pattern: re.Pattern[str]) -> str:
    if not isinstance(written, str) or not pattern.search(written):
        raise ValueError("a text of another form")
    return written


def _list(written: object) -> list[object]:
    if not isinstance(written, list):
        raise ValueError("a list")  # noqa: TRY004 - pydantic takes a ValueError for a refusal
    return written
