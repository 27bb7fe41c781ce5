"""Reading single values that a stranger wrote, where what can't be read is simply not known."""

from collections.abc import Mapping
from decimal import Decimal
from typing import TypeVar

from token_dashboard.model.errors import UnexpectedResponse
from token_dashboard.providers._answer import decode
from token_dashboard.providers._units import Number

T = TypeVar("T")


def read(body: bytes, shape: type[T]) -> T | None:
    """A body as ``shape``; ``None`` when it is of another."""
    try:
        return decode(body, shape, "")
    except UnexpectedResponse:
        return None


def number(headers: Mapping[str, str], name: str) -> Decimal | None:
    """A header that holds a number."""
    text = headers.get(name, "").strip()
    try:
        return Decimal(Number(text)) if text else None
    except ValueError:
        return None


def moment_ms(seconds: Decimal | None) -> int | None:
    """Seconds since 1970 in milliseconds; ``None`` for what is no moment of our times."""
    if seconds is None or not 10**9 <= seconds < 10**11:
        return None
    return int(seconds * 1000)


def tier(text: str | None) -> str | None:
    """A tier of service that is not the ordinary one."""
    return None if text in {"auto", "default", "on_demand", "standard"} else text
