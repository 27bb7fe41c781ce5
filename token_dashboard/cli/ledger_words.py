"""What the commands that keep and move the ledger tell: plain lines, and the same as JSON."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from token_dashboard.engine.imports.importing import Imported
from token_dashboard.ledger.upkeep import Holdings
from token_dashboard.model.money import Money, Nanos, decimal_text
from token_dashboard.render.columns import fold, left, right, safe

Json = dict[str, Any]

_LISTED = 10
_NARROW = 60


def stats_json(path: Path | None, sizes: Mapping[str, int], held: Holdings) -> Json:
    return {
        "schemaVersion": 1,
        "path": None if path is None else str(path),
        "sizeBytes": None if path is None else file_size(path),
        "freeBytes": sizes.get("free"),
        "rows": held.rows,
        "requests": sum(one.requests for one in held.agents),
        "requestsWithoutDetail": held.without_detail,
        "firstAt": _moment(held.first_ms),
        "lastAt": _moment(held.last_ms),
        "agents": [
            {
                "agent": one.agent,
                "requests": one.requests,
                "firstAt": _moment(one.first_ms),
                "lastAt": _moment(one.last_ms),
            }
            for one in held.agents
        ],
        "tables": [
            {"table": name, "sizeBytes": size, "rows": held.rows.get(name)}
            for name, size in sizes.items()
            if name != "free"
        ],
    }


def stats_lines(path: Path | None, sizes: Mapping[str, int], held: Holdings, columns: int) -> Iterator[str]:
    """A summary, the agents, and what takes the space."""
    rows = held.rows
    if path is not None:
        yield from fold(f"File      {path}", columns, " " * 10)
        yield from fold(
            f"Size      {size_text(file_size(path))}, {size_text(sizes['free'])} of it free",
            columns,
            " " * 10,
        )
    yield f"Requests  {sum(one.requests for one in held.agents):,}"
    if held.without_detail:
        said = f"          {held.without_detail:,} of them in the totals alone, without detail"
        yield from fold(said, columns, " " * 10)
    yield f"Sessions  {rows['thread']:,}"
    yield f"Logs      {counted(rows['log_file'], 'file')}, {counted(rows['reject'], 'line')} rejected"
    if held.agents:
        yield ""
        is_narrow = columns < _NARROW
        table = [["Agent", "Requests", *([] if is_narrow else ["First"]), "Last"]]
        table += [
            [
                safe(one.agent or "(none)", 24),
                f"{one.requests:,}",
                *([] if is_narrow else [_day(one.first_ms)]),
                _day(one.last_ms),
            ]
            for one in held.agents
        ]
        yield from _columns(table)
    if len(sizes) > 1:
        yield ""
        largest = [(name, size) for name, size in sizes.items() if name != "free"][:_LISTED]
        yield from _columns(
            [["Table", "Rows", "Size"]]
            + [[name, f"{rows[name]:,}" if name in rows else "", size_text(size)] for name, size in largest]
        )


def imported_json(done: Imported) -> Json:
    return {
        "schemaVersion": 1,
        "found": done.found,
        "new": done.new,
        "known": done.known,
        "tokens": done.tokens,
        "theirCost": _money(done.their_cost_nanos),
        "listCost": _money(done.list_cost_nanos),
        "unpricedModels": list(done.unpriced_models),
        "leftOut": [
            {"agent": one.agent, "day": one.day.isoformat(), "tokens": one.tokens} for one in done.overlaps
        ],
        "rejected": done.rejected,
        "rejects": [{"path": one.path, "line": one.line, "reason": one.reason} for one in done.rejects],
    }


def imported_lines(done: Imported, columns: int) -> Iterator[str]:
    """What came in, what it cost, what was left out and why."""
    yield from fold(f"{done.new:,} new of {counted(done.found, 'row')}, {done.known:,} known before", columns)
    if done.tokens:
        yield from fold(f"{done.tokens:,} tokens, {_costs(done)}", columns)
    if done.unpriced_models:
        models = ", ".join(safe(name, 60) for name in done.unpriced_models[:_LISTED])
        yield from fold(f"Unpriced, which is not free of charge: {models}", columns)
    if done.overlaps:
        yield from fold(
            "Left out, since the ledger has it already (--force takes it, and it may count twice):",
            columns,
        )
        yield from _first(
            [f"  {one.day.isoformat()}  {one.agent}  {one.tokens:,} tokens" for one in done.overlaps]
        )
    if done.rejected:
        yield from fold(f"{counted(done.rejected, 'row')} could not be taken:", columns)
        told = [f"  {safe(one.path, 200)}:{one.line}: {safe(one.reason, 200)}" for one in done.rejects]
        yield from _first(told, done.rejected)


def file_size(path: Path) -> int:
    """Bytes of the file and of what was written to it last, which lies beside it."""
    return sum(one.stat().st_size for one in (path, path.with_name(f"{path.name}-wal")) if one.exists())


def size_text(count: int) -> str:
    """Bytes as a person says them."""
    for unit, name in ((10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if count >= unit:
            return f"{count / unit:.1f} {name}"
    return f"{count} B"


def counted(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def dollars(nanos: Nanos | None) -> str:
    if nanos is None:
        return "an unknown cost"
    return f"-${decimal_text(-nanos)}" if nanos < 0 else f"${decimal_text(nanos)}"


def _costs(done: Imported) -> str:
    ours = f"{dollars(done.list_cost_nanos)} at list prices"
    return (
        ours
        if done.their_cost_nanos is None
        else f"{ours}, {dollars(done.their_cost_nanos)} by its own count"
    )


def _first(lines: Sequence[str], count: int | None = None) -> Iterator[str]:
    yield from lines[:_LISTED]
    if (more := (count or len(lines)) - _LISTED) > 0:
        yield f"  and {more:,} more (--json has them)"


def _columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The first column to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *rest in rows:
        cells = [left(first, widths[0]), *map(right, rest, widths[1:])]
        yield "  ".join(cells).rstrip()


def _day(time_ms: int) -> str:
    return datetime.fromtimestamp(time_ms / 1000, UTC).date().isoformat()


def _moment(time_ms: int | None) -> str | None:
    from token_dashboard.render.wire import moment

    return None if time_ms is None else moment(time_ms)


def _money(nanos: Nanos | None) -> Json | None:
    return None if nanos is None else {"amount": Money(nanos).amount, "currency": Money(nanos).currency}
