"""Decoding JSON that programs wrote in a hurry: typed, and without giving up over a bad byte in a text."""

import re
from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

import msgspec

Value = TypeVar("Value")

_CONTROL_TO_SPACE = bytes.maketrans(bytes(range(32)), b" " * 32)
_UNICODE_ESCAPE = re.compile(rb"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|(u[dD][89a-fA-F]..)|.)")


class Typed(Generic[Value]):
    """JSON of one type."""

    @overload
    def __init__(self, kind: type[Value]) -> None: ...
    @overload
    def __init__(self, kind: Any) -> None:  # a union is no `type` to a type checker
        ...
    def __init__(self, kind: Any) -> None:
        self.decoder: msgspec.json.Decoder[Value] = msgspec.json.Decoder(kind)

    def decode(self, text: bytes | str | msgspec.Raw) -> Value:
        """The value that a text holds.

        Raises:
            msgspec.ValidationError: it is JSON of another type. The message names places, never values.
            ValueError: it is no JSON, or nested too deeply.
        """
        try:
            try:
                return self.decoder.decode(text)
            except msgspec.ValidationError:
                raise
            except ValueError:
                return self.decoder.decode(mended(text.encode() if isinstance(text, str) else bytes(text)))
        except RecursionError:
            raise ValueError("nested too deeply") from None

    def decode_if(
        self, text: bytes | str | msgspec.Raw, is_about_usage: Callable[[dict[str, Any]], bool]
    ) -> Value | None:
        """The value; ``None`` for an object of another type that is none of our business.

        Raises:
            ValueError: as ``decode``, where it is our business.
        """
        try:
            return self.decode(text)
        except msgspec.ValidationError:
            value = _ANYTHING.decode(text)
            if isinstance(value, dict) and not is_about_usage(value):
                return None
            raise


def mended(text: bytes) -> bytes:
    """JSON without what writers let slip into strings: bad UTF-8, half surrogate pairs, control bytes.

    None of these can stand in a number, so what is counted stays what was written.
    """
    text = text.translate(_CONTROL_TO_SPACE).decode("utf-8", "replace").encode()
    return _UNICODE_ESCAPE.sub(lambda match: rb"\ufffd" if match[1] else match[0], text)


_ANYTHING = Typed(object)
