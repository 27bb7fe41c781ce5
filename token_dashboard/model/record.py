"""How the words are made: frozen, slotted, keyword-only dataclasses that cost little to define.

``dataclasses`` compiles up to eight functions a class, which is a millisecond of every command's start for
each. A record shares its functions with all others; for readers, type checkers, ``fields`` and ``replace`` it
is the dataclass ``@dataclass(frozen=True, slots=True, kw_only=True)``.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from functools import cache
from itertools import repeat
from operator import attrgetter
from typing import Any, Generic, NoReturn, TypeVar, dataclass_transform, overload

_T = TypeVar("_T")
_FIELDS: dict[type[object], tuple[Field[Any], ...]] = {}


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def record(cls: type[_T]) -> type[_T]:
    """Make a class with annotated fields a record."""
    made: Any = dataclass(init=False, repr=False, eq=False, slots=True, kw_only=True)(cls)
    for name, function in _SHARED.items():
        setattr(made, name, function)
    _FIELDS[made] = fields(made)
    shaped: type[_T] = made
    return shaped


class Records(Sequence[_T], Generic[_T]):
    """Records of a kind, kept as the columns of their fields; what isn't told has its default.

    A report may have thousands of rows. Who tells all of them asks for columns. When one is looked at all are
    made, in a sixth of the time that one after the other takes.
    """

    __slots__ = ("_columns", "_count", "_kind", "_made")

    def __init__(self, kind: type[_T], count: int, columns: Mapping[str, Sequence[object]]) -> None:
        self._kind = kind
        self._count = count
        self._columns = columns
        self._made: list[_T] | None = None

    def column(self, name: str) -> Sequence[Any]:
        """A field of each of them."""
        if name in self._columns:
            return self._columns[name]
        (each,) = (one for one in _FIELDS[self._kind] if one.name == name)
        return [_default(self._kind, each)] * self._count

    def at(self, places: Sequence[int]) -> "Records[_T]":
        """Those at these places, as columns too."""
        taken = {id(one): list(map(one.__getitem__, places)) for one in self._columns.values()}
        columns = {name: taken[id(one)] for name, one in self._columns.items()}
        return Records(self._kind, len(places), columns)

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> _T: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[_T]: ...

    def __getitem__(self, place: int | slice) -> _T | Sequence[_T]:
        if isinstance(place, slice):
            places = range(*place.indices(self._count))
            return self if places == range(self._count) else self.at(places)
        return self._all()[place]

    def __iter__(self) -> Iterator[_T]:
        return iter(self._all())

    def __eq__(self, other: object) -> bool:
        return self._all() == [*other] if isinstance(other, Sequence) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self._all()))

    def __repr__(self) -> str:
        return repr(self._all())

    def _all(self) -> list[_T]:
        if self._made is None:
            self._made = _made(self._kind, self._count, self._columns)
        return self._made


def column(records: Sequence[object], name: str) -> Sequence[Any]:
    """A field of each record."""
    return records.column(name) if isinstance(records, Records) else list(map(attrgetter(name), records))


def _made(kind: type[_T], count: int, columns: Mapping[str, Iterable[object]]) -> list[_T]:
    told: dict[str, Iterable[object]] = {}
    usual: dict[str, object] = {}
    for each in _FIELDS[kind]:
        if each.name in columns:
            told[each.name] = columns[each.name]
        elif each.default is not MISSING:
            usual[each.name] = each.default
        else:
            told[each.name] = [_default(kind, each) for _ in range(count)]
    shape: Any = kind
    unset, fill = _filler(shape, tuple(told))
    made = list(map(unset.__new__, repeat(unset, count)))
    fill(made, told.values(), **usual)
    return made


@cache
def _filler(kind: Any, told: tuple[str, ...]) -> tuple[Any, Callable[..., None]]:
    """A class of a record's shape that can be changed, and what makes records of its empty instances.

    The function is compiled, as those of ``dataclasses`` are: nothing sets a slot faster than an assignment
    of its own.
    """
    unset = type(kind.__name__, (), {"__slots__": [each.name for each in _FIELDS[kind]]})
    usual = [each.name for each in _FIELDS[kind] if each.name not in told]
    lines = (
        f"def fill({', '.join(('made', 'columns', *usual))}):",
        f"    for {', '.join(('one', *told))}, in zip(made, *columns, strict=True):",
        *(f"        one.{each.name} = {each.name}" for each in _FIELDS[kind]),
        "        one.__class__ = kind",
    )
    names: dict[str, Any] = {"kind": kind}
    exec("\n".join(lines), names)  # noqa: S102 - of the names of our own fields
    return unset, names["fill"]


def _init(self: Any, /, **values: Any) -> None:
    for each in _FIELDS[type(self)]:
        value = values.pop(each.name) if each.name in values else _default(type(self), each)
        object.__setattr__(self, each.name, value)
    if values:
        raise TypeError(f"{type(self).__name__} has no field {', '.join(values)}")


def _default(kind: type[object], each: Field[Any]) -> object:
    if each.default is not MISSING:
        return each.default
    if each.default_factory is not MISSING:
        return each.default_factory()
    raise TypeError(f"{kind.__name__} needs {each.name}")


def _values(self: Any) -> tuple[Any, ...]:
    return tuple(getattr(self, each.name) for each in _FIELDS[type(self)])


def _set_values(self: Any, values: tuple[Any, ...]) -> None:
    """What copying needs."""
    for each, value in zip(_FIELDS[type(self)], values, strict=True):
        object.__setattr__(self, each.name, value)


def _equals(self: object, other: object) -> bool:
    return _values(self) == _values(other) if type(self) is type(other) else NotImplemented


def _hash(self: object) -> int:
    return hash(_values(self))


def _repr(self: Any) -> str:
    shown = ", ".join(
        f"{each.name}={getattr(self, each.name)!r}" for each in _FIELDS[type(self)] if each.repr
    )
    return f"{type(self).__qualname__}({shown})"


def _refuse(self: object, name: str, *_: object) -> NoReturn:
    raise FrozenInstanceError(f"{type(self).__name__}.{name} can't be changed")


_SHARED = {
    "__init__": _init,
    "__eq__": _equals,
    "__hash__": _hash,
    "__repr__": _repr,
    "__getstate__": _values,
    "__setstate__": _set_values,
    "__setattr__": _refuse,
    "__delattr__": _refuse,
}
