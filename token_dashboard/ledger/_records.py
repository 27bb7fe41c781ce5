"""Records of the model as JSON text and back, exactly: decimals are text, an absent field takes its default.

A field that this version doesn't know is passed over, so that a newer version's record can still be read.
"""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

_T = TypeVar("_T")


def to_json(record: object) -> str:
    """A dataclass whose fields are records, tuples, mappings of text, texts, ints, decimals or ``None``."""
    return json.dumps(_plain(record), ensure_ascii=True, separators=(",", ":"))


def from_json(kind: type[_T], text: str) -> _T:
    """The record that ``to_json`` wrote."""
    record: _T = _typed(kind, json.loads(text))
    return record


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Decimal):
        return str(value)
    return value


def _typed(kind: Any, value: Any) -> Any:
    if get_origin(kind) is UnionType:
        (kind,) = (one for one in get_args(kind) if one is not NoneType)
        return None if value is None else _typed(kind, value)
    if get_origin(kind) is tuple:
        return tuple(_typed(get_args(kind)[0], one) for one in value)
    if isinstance(get_origin(kind), type):
        return value
    hints = _hints(kind)
    if hints:
        return kind(**{name: _typed(hints[name], one) for name, one in value.items() if name in hints})
    return kind(value)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    """The types of a record's fields; none for what is no record."""
    return get_type_hints(kind) if is_dataclass(kind) else {}
