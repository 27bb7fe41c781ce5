"""How single values are written in a document, and what becomes of them.

Each reader takes what JSON or TOML made of a value and raises ``ValueError`` when it won't do. Bounds and
patterns are those of ``schemas/config.schema.json``, which also holds the words for people.
"""

import re
from collections.abc import Callable
from datetime import time
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, TypeVar

from token_dashboard.model.money import Money, parse_nanos
from token_dashboard.model.secret import Secret

if TYPE_CHECKING:
    from pydantic_core import CoreSchema

_Choice = TypeVar("_Choice", bound=StrEnum)

MAX_DOLLARS = 1_000_000_000
MAX_RATE = 1_000_000
MAX_DAYS = 3650
MAX_STEP = 1000
_BUDGET_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$(?!\n)")
_CURRENCY = re.compile(r"^[A-Z]{3}$(?!\n)")
_KEY = re.compile(r"^\s*[!-~]*\s*$")
_SHARED_KEY = re.compile(r"^\s*(([!-~]{16,}|\$\{[A-Za-z_][A-Za-z0-9_]*\})\s*)?$")
_KEYRING = re.compile(r"^[^/\n][^\n]*/[^/\n]+$")
_LEDGER_FILE = re.compile(r"^(?!\s*postgres(ql)?://)[\s\S]*\S")
_RATE = re.compile(r"^[0-9]{1,6}(\.[0-9]{1,12})?$")
_TIMES_OF_DAY = re.compile(r"^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$")
_WEB_ADDRESS = re.compile(
    r"^https?://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?(/[^\s?#@]*)?$",
)


class Command(NamedTuple):
    """A program whose output is a key. It is run without a shell."""

    words: tuple[str, ...]


class KeyringEntry(NamedTuple):
    """A key in the keyring of the machine."""

    service: str
    user: str


KeySource: TypeAlias = Secret | Command | KeyringEntry
"""What a setting for a key may hold."""


class Written(NamedTuple):
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


def amount(written: object) -> Decimal:
    """An amount of money in any currency."""
    return _number(written, 0, MAX_DOLLARS)


def currency(written: object) -> str:
    """A currency's code by ISO 4217."""
    return _matching(written, _CURRENCY)


def days(written: object) -> Decimal:
    return _number(written, 0, MAX_DAYS)


def budget_name(written: object) -> str:
    """A name that can be typed in a chat and stands in keys."""
    return _matching(written, _BUDGET_NAME)


def steps(written: object) -> tuple[Decimal, ...]:
    """Percentages of a budget, lowest first, each once."""
    return tuple(sorted({_number(step, 1, MAX_STEP) for step in _list(written)}))


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


def times_of_day(written: object) -> tuple[time, time]:
    """``22:00-07:00``."""
    start, _, end = _matching(written, _TIMES_OF_DAY).strip().partition("-")
    return time.fromisoformat(start), time.fromisoformat(end)


def texts(written: object) -> tuple[str, ...]:
    return tuple(text(each) for each in _list(written))


def some_of(choices: type[_Choice]) -> Callable[[object], tuple[_Choice, ...]]:
    """A list of words, at least one, each of which is one of the choices."""
    return lambda written: tuple(choices(str(each)) for each in _filled_list(written))


def some_texts(written: object) -> tuple[str, ...]:
    """At least one."""
    return tuple(text(each) for each in _filled_list(written))


def texts_or_null(written: object) -> tuple[str, ...] | None:
    return None if written is None else texts(written)


def path(written: object) -> Path:
    return Path(text(written))


def ledger_file(written: object) -> Path:
    """The path of a file; who writes a server's address there means another setting."""
    return Path(_matching(written, _LEDGER_FILE).strip())


def paths(written: object) -> tuple[Path, ...]:
    return tuple(path(each) for each in _list(written))


def web_address(written: object) -> str:
    """An http or https address without a password, without a slash at its end."""
    return _matching(written, _WEB_ADDRESS).strip().rstrip("/")


def key(written: object) -> Secret | None:
    """A key or token without the white space around it; an empty one is none.

    Only visible ASCII is taken: nothing else can stand in an HTTP header.
    """
    return _key(written, _KEY)


def shared_key(written: object) -> Secret | None:
    """A key that people choose and that nobody may guess: of 16 or more characters, else as ``key``.

    A host looks at the name of its variable, which may be shorter.
    """
    return _key(written, _SHARED_KEY)


def _key(written: object, pattern: re.Pattern[str]) -> Secret | None:
    stripped = _matching(written, pattern).strip()
    return Secret(stripped) if stripped else None


def key_source(written: object) -> KeySource | None:
    """A key, or an object with the one member ``command`` or ``keyring`` that says where it is."""
    if not isinstance(written, dict):
        return key(written)
    if written.keys() == {"command"} and (words := texts(written["command"])):
        return Command(words)
    if written.keys() == {"keyring"}:
        service, _, user = _matching(written["keyring"], _KEYRING).rpartition("/")
        return KeyringEntry(service, user)
    raise ValueError("a key, a command or an entry of the keyring")


def hidden_text(written: object) -> Secret:
    """A text that may be a secret."""
    return Secret(text(written))


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


def _filled_list(written: object) -> list[object]:
    if not _list(written):
        raise ValueError("a list with something in it")
    return _list(written)


def _list(written: object) -> list[object]:
    if not isinstance(written, list):
        raise ValueError("a list")  # noqa: TRY004 - pydantic takes a ValueError for a refusal
    return written
