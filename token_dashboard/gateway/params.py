"""Reading the params of a request: each wrong one is refused by its name."""

from collections.abc import Iterable

from token_dashboard.gateway.host import Json
from token_dashboard.gateway.refusal import INVALID_REQUEST, Refusal, shorten

_LARGEST = 2**53
"""Beyond it JSON's numbers mean different ones to different programs."""


class Params:
    """One request's params.

    ``known`` are the names that may occur; ``None`` lets others pass unread, for methods whose params belong
    to another gateway's contract.
    """

    def __init__(self, given: Json, known: Iterable[str] | None = None) -> None:
        self._given = given
        if known is None:
            return
        allowed = sorted(known)
        for name in given:
            if name not in allowed:
                choice = f"known: {', '.join(allowed)}" if allowed else "this method takes none"
                raise Refusal(INVALID_REQUEST, f"params.{shorten(name)} is not known; {choice}")

    def is_given(self, name: str) -> bool:
        """Neither absent nor ``null``."""
        return self._given.get(name) is not None

    def flag(self, name: str) -> bool:
        """A boolean; absent and ``null`` are false."""
        value = self._given.get(name)
        if value is None:
            return False
        if not isinstance(value, bool):
            raise _wrong(name, "true or false")
        return value

    def text(self, name: str) -> str | None:
        """A text that isn't empty; absent and ``null`` are ``None``."""
        value = self._given.get(name)
        if value is None:
            return None
        if not isinstance(value, str) or not value:
            raise _wrong(name, "a non-empty string")
        return value

    def one_or_more(self, name: str) -> tuple[str, ...]:
        """A text or a list of texts; absent and ``null`` are empty."""
        value = self._given.get(name)
        return (value,) if isinstance(value, str) else self.texts(name) or ()

    def required_text(self, name: str) -> str:
        value = self.text(name)
        if value is None:
            raise _wrong(name, "a non-empty string")
        return value

    def required_number(self, name: str) -> int:
        value = self._given.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or abs(value) > _LARGEST:
            raise _wrong(name, "a whole number")
        return value

    def mapping(self, name: str) -> Json:
        """A JSON object; absent and ``null`` are empty."""
        value = self._given.get(name)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise _wrong(name, "an object")
        return value

    def texts(self, name: str) -> tuple[str, ...] | None:
        """A list of texts; absent and ``null`` are ``None``."""
        value = self._given.get(name)
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise _wrong(name, "a list of strings")
        return tuple(value)


def _wrong(name: str, needed: str) -> Refusal:
    return Refusal(INVALID_REQUEST, f"params.{name} must be {needed}")
