"""Usage events as a Parquet file, where pyarrow is installed (extra ``parquet``)."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias

from token_dashboard.model.money import NANOS_PER_UNIT
from token_dashboard.model.usage import UsageEvent
from token_dashboard.render.export.events import FLAT, flat_event

Write: TypeAlias = Callable[[Sequence[UsageEvent]], None]

_BESIDE = {"time": "time_ms", "is_sidechain": "is_sidechain"}
"""Columns that have a type of their own here, and the fields of an event that hold them."""


def parquet_file(path: Path) -> AbstractContextManager[Write]:
    """Write pages of events to a file. Money is exact decimals of US dollars, times have a type.

    Raises:
        ModuleNotFoundError: pyarrow isn't installed.
    """
    return _opened(import_module("pyarrow"), import_module("pyarrow.parquet"), path)


@contextmanager
def _opened(arrow: Any, parquet: Any, path: Path) -> Iterator[Write]:
    schema = arrow.schema([(_named(name), _type(arrow, name)) for name in FLAT])
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:

        def write(events: Sequence[UsageEvent]) -> None:
            columns = zip(*map(flat_event, events), strict=True)
            arrays = [
                arrow.array(_values(name, list(column), events), type=_type(arrow, name))
                for name, column in zip(FLAT, columns, strict=True)
            ]
            writer.write_table(arrow.table(arrays, schema=schema))

        yield write


def _named(name: str) -> str:
    return name.replace("_nanos", "_usd")


def _type(arrow: Any, name: str) -> Any:
    if name == "time":
        return arrow.timestamp("ms", tz="UTC")
    if name == "is_sidechain":
        return arrow.bool_()
    if name.endswith("_nanos"):
        return arrow.decimal128(19, 9)
    return (
        arrow.int64() if name.endswith("_tokens") or name in {"requests", "web_searches"} else arrow.string()
    )


def _values(name: str, column: list[Any], events: Sequence[UsageEvent]) -> list[Any]:
    if name in _BESIDE:
        return [getattr(event, _BESIDE[name]) for event in events]
    if name.endswith("_nanos"):
        return [None if nanos is None else Decimal(nanos) / NANOS_PER_UNIT for nanos in column]
    return column
