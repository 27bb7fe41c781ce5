"""Pages of usage events as text: JSON lines, CSV, SQL. Each format has a head, pages and a tail."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

from token_dashboard.model.money import decimal_text
from token_dashboard.model.record import record
from token_dashboard.model.usage import UsageEvent
from token_dashboard.render.export.events import FLAT, Cell, flat_event, wire_event

_MONEY = {name: name.removesuffix("_nanos") + "_usd" for name in FLAT if name.endswith("_nanos")}
_WHOLE = {
    name
    for name in FLAT
    if name.endswith(("_tokens", "_nanos")) or name in {"web_searches", "requests", "is_sidechain"}
}
_AS_FORMULA = (*"=+-@\t\r\n", *"\uff1d\uff0b\uff0d\uff20")
"""A spreadsheet takes a cell that begins so for a formula, in East Asia also with the wide forms of these
signs; and a project's name may begin in any way."""
_ROWS_A_STATEMENT = 100
_line = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@record
class Format:
    """A format of text."""

    head: str = ""
    page: Callable[[Sequence[UsageEvent]], str]
    tail: str = ""


def csv_text(rows: Sequence[Sequence[Cell]]) -> str:
    """Rows of cells; a text that a spreadsheet would run has an apostrophe before it."""
    return csv_lines([harmless(cell) for cell in row] for row in rows)


def csv_lines(rows: Iterable[Sequence[Cell]]) -> str:
    """Rows of cells that are harmless already."""
    written = io.StringIO(newline="")
    csv.writer(written).writerows(rows)
    return written.getvalue()


def harmless(cell: Cell) -> Cell:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_AS_FORMULA) else cell


def _json_lines(events: Sequence[UsageEvent]) -> str:
    return "".join(_line(wire_event(event)) + "\n" for event in events)


def _csv_rows(events: Sequence[UsageEvent]) -> str:
    return csv_text([_priced(flat_event(event)) for event in events])


def _priced(row: Sequence[Cell]) -> list[Cell]:
    """Money as decimal text: a person reads it, and no program takes its billionths for units."""
    return [
        decimal_text(cell) if name in _MONEY and isinstance(cell, int) else cell
        for name, cell in zip(FLAT, row, strict=True)
    ]


def _inserts(events: Sequence[UsageEvent]) -> str:
    rows = [f"({', '.join(map(_literal, flat_event(event)))})" for event in events]
    return "".join(
        f"insert into usage_event ({', '.join(FLAT)}) values\n"
        + ",\n".join(rows[start : start + _ROWS_A_STATEMENT])
        + "\non conflict (id) do nothing;\n"
        for start in range(0, len(rows), _ROWS_A_STATEMENT)
    )


def _literal(cell: Cell) -> str:
    if cell is None:
        return "null"
    return str(cell) if isinstance(cell, int) else "'" + cell.replace("'", "''") + "'"


def _table() -> str:
    columns = ", ".join(
        f"{name} {'bigint' if name in _WHOLE else 'text primary key' if name == 'id' else 'text'}"
        for name in FLAT
    )
    return f"begin;\ncreate table if not exists usage_event ({columns});\n"


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "jsonl": Format(page=_json_lines),
        "csv": Format(head=csv_text([[_MONEY.get(name, name) for name in FLAT]]), page=_csv_rows),
        "sql": Format(head=_table(), page=_inserts, tail="commit;\n"),
    }
)
"""By the name that an operator gives them."""
