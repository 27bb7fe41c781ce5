"""Reading protobuf messages by the numbers of their fields, where no definition is published.

Format: https://protobuf.dev/programming-guides/encoding/
"""

from collections.abc import Iterator

_VARINT, _FIXED_64, _BYTES, _FIXED_32 = 0, 1, 2, 5
_LONGEST_VARINT = 10


class Message:
    """The fields of a message. A field that occurs again replaces the one before, as protobuf has it.

    Raises:
        ValueError: the bytes are no message, or the asked field is of another kind.
    """

    def __init__(self, data: bytes) -> None:
        self._fields: dict[int, list[int | bytes]] = {}
        for field, value in _fields(data):
            self._fields.setdefault(field, []).append(value)

    def number(self, field: int) -> int | None:
        found = self._fields.get(field)
        if found is None:
            return None
        if not isinstance(found[-1], int):
            raise ValueError(f"field {field} is no number")  # noqa: TRY004 - it is the file that is wrong
        return found[-1]

    def numbers(self, field: int) -> list[int]:
        """A repeated number, packed or not."""
        found: list[int] = []
        for value in self._fields.get(field, ()):
            if isinstance(value, int):
                found.append(value)
            else:
                at = 0
                while at < len(value):
                    number, at = _varint(value, at)
                    found.append(number)
        return found

    def text(self, field: int) -> str | None:
        """A text; ``None`` for an empty one."""
        found = self._data(field)
        return found[-1].decode("utf-8", "replace") or None if found else None

    def message(self, field: int) -> "Message | None":
        found = self._data(field)
        return Message(found[-1]) if found else None

    def messages(self, field: int) -> "list[Message]":
        return [Message(data) for data in self._data(field)]

    def _data(self, field: int) -> list[bytes]:
        found = self._fields.get(field, [])
        if any(isinstance(value, int) for value in found):
            raise ValueError(f"field {field} is a number")
        return [value for value in found if isinstance(value, bytes)]


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        field, kind = tag >> 3, tag & 7
        if kind == _VARINT:
            value, at = _varint(data, at)
            yield field, value
            continue
        if kind == _BYTES:
            size, at = _varint(data, at)
        elif kind in {_FIXED_64, _FIXED_32}:
            size = 8 if kind == _FIXED_64 else 4
        else:
            raise ValueError("it is no protobuf message")
        if not field or at + size > len(data):
            raise ValueError("it is no protobuf message, or a part of one")
        yield field, data[at : at + size]
        at += size


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A number, and where it ends."""
    number = 0
    for place, byte in enumerate(data[at : at + _LONGEST_VARINT]):
        number |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return number, at + place + 1
    raise ValueError("it is no protobuf message, or a part of one")
