"""Which columns of the tables of owners tell a dimension, and SQL that keeps to values of them."""

from collections.abc import Collection, Mapping
from types import MappingProxyType

from token_dashboard.ledger._database import Value
from token_dashboard.model.report import TIMES, Dimension

Only = Mapping[Dimension, str | tuple[str, ...]]
"""Keeps to requests whose dimensions, none of them a time, have this value or one of these; '' is unknown."""

EVERYTHING: Only = MappingProxyType({})

OF_THREADS = frozenset({Dimension.SESSION, Dimension.SENDER})
"""The dimensions that belong to the thread; the others but times belong to the series."""
COLUMNS = {
    **{one: one.value for one in Dimension if one not in TIMES},
    Dimension.USER: "usr",
    Dimension.TRIGGER: "cause",
}

_FEW = 1000
"""More than this are looked up with all others."""


def joined(only: Only, columns: Collection[str] = ()) -> str:
    """The tables of owners that a roll-up has to be joined with, for the sake of their columns."""
    needed = {*columns, *(COLUMNS[one] for one in only)} & set(COLUMNS.values())
    of_threads = {COLUMNS[one] for one in OF_THREADS}
    series = " join series on series.id = rollup.series_id" if needed - of_threads else ""
    return series + (" join thread on thread.id = rollup.thread_id" if needed & of_threads else "")


def kept_to(only: Only, columns: Collection[Dimension]) -> tuple[str, list[Value]]:
    """SQL that holds for the rows that are kept to, as far as these dimensions tell."""
    arms, values = ["1 = 1"], list[Value]()
    for dimension, wanted in only.items():
        if dimension in columns:
            texts = (wanted,) if isinstance(wanted, str) else wanted
            arms.append(f"{COLUMNS[dimension]} in ({', '.join('?' * len(texts))})")
            values += texts
    return " and ".join(arms), values


def are_few(wanted: Collection[object]) -> bool:
    """Whether ``among`` keeps to them."""
    return len(wanted) <= _FEW


def among(column: str, wanted: Collection[Value]) -> tuple[str, list[Value]]:
    """SQL that keeps to what is wanted; to everything if it is much."""
    if not are_few(wanted):
        return "1 = 1", []
    if not wanted:  # PostgreSQL takes no empty list
        return "1 = 0", []
    return f"{column} in ({', '.join('?' * len(wanted))})", [*wanted]
