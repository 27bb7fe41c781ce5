"""Puts a report's rows in order, takes them apart by model, shows their costs in another currency."""

import re
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from fnmatch import fnmatchcase
from glob import escape
from itertools import chain
from typing import Any

from token_dashboard.model.exchange import Exchange
from token_dashboard.model.money import Money, Nanos
from token_dashboard.model.record import Records, column
from token_dashboard.model.report import (
    TIMES,
    CostBasis,
    Dimension,
    Order,
    Report,
    ReportRow,
    Totals,
    costs_nanos,
    token_sums,
)
from token_dashboard.model.report_order import places_in_order
from token_dashboard.model.report_request import ReportRequest

_PLAIN = re.compile(r"[^*?\[…]*")
"""No pattern."""
_Key = tuple[Any, ...]
_Costs = dict[_Key, list[tuple[date, Nanos]]]
_Ask = Callable[[Sequence[Dimension]], Awaitable[Sequence[ReportRow]]]


def ordered(rows: Sequence[ReportRow], asked: ReportRequest) -> Sequence[ReportRow]:
    """Rows that come by name, as the ledger gives them, in the order that is meant; of one figure by name.

    Raises:
        ValueError: nothing in the rows has a time to order them by.
    """
    order = asked.order_meant
    if order is Order.NAME:
        return rows[::-1] if asked.is_reversed else rows
    if order is Order.TIME:
        places = places_in_order(_times(rows, asked.by), most_first=asked.is_reversed)
    else:
        figures = _figures(column(rows, "totals"), order, asked.cost_basis)
        places = places_in_order(figures, most_first=not asked.is_reversed)
    return rows.at(places) if isinstance(rows, Records) else [rows[place] for place in places]


def with_parts(
    rows: Sequence[ReportRow], asked: ReportRequest, parts: Sequence[ReportRow]
) -> tuple[ReportRow, ...]:
    """The rows, each with its groups by model, the costliest first."""
    found: dict[_Key, list[ReportRow]] = defaultdict(list)
    for part in parts:
        found[_key(part, asked.by)].append(part)
    names = (Dimension.PROVIDER, Dimension.MODEL)
    by_cost = replace(asked, by=names, order=Order.COST, is_reversed=False)
    for of_row in found.values():
        of_row.sort(key=lambda part: _sortable(_key(part, names)))
    return tuple(replace(row, parts=tuple(ordered(found[_key(row, asked.by)], by_cost))) for row in rows)


def matching(
    patterns: Sequence[str], known: Sequence[str], *, by_start: bool = False
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The values that patterns stand for, and the patterns that stand for none.

    A ``…`` stands for what a table cut out. ``by_start``: the first characters are enough, as of ids, but not
    those of a pattern, which says itself where anything may follow.
    """
    found: dict[str, None] = {}
    missing: list[str] = []
    values = frozenset(known)
    for pattern in patterns:
        if not pattern or pattern in values:
            found[pattern] = None
            continue
        shown = "*".join(map(escape, pattern.split("…"))) if "…" in pattern else pattern
        begun = f"{shown}*" if by_start and _PLAIN.fullmatch(pattern) else shown
        if matches := [one for one in known if fnmatchcase(one, pattern) or fnmatchcase(one, begun)]:
            found.update(dict.fromkeys(matches))
        else:
            missing.append(pattern)
    return tuple(found), tuple(missing)


class Rates:
    """Costs in another currency: each day's with the rate of the day. Each figure is rounded by itself."""

    def __init__(self, asked: ReportRequest, exchange: Exchange, ask: _Ask) -> None:
        self._asked = asked
        self._exchange = exchange
        self._ask = ask

    async def applied(self, report: Report) -> Report:
        by = self._asked.by
        costs = await self._costs(by)
        parts = await self._costs((*by, Dimension.MODEL)) if any(row.parts for row in report.rows) else {}
        rows = tuple(
            replace(
                row,
                shown_cost=self._shown(costs[_key(row, by)], row.totals),
                parts=tuple(self._shown_part(part, parts) for part in row.parts),
            )
            for row in report.rows
        )
        total = chain.from_iterable(costs.values())
        rest = report.rest
        if rest is not None:
            shown = {_key(row, by) for row in report.rows}
            left = chain.from_iterable(spent for key, spent in costs.items() if key not in shown)
            rest = replace(rest, shown_cost=self._shown(left, rest.totals))
        return replace(report, rows=rows, rest=rest, shown_cost=self._shown(total, report.total))

    def _shown_part(self, part: ReportRow, costs: _Costs) -> ReportRow:
        key = _key(part, (*self._asked.by, Dimension.MODEL))
        return replace(part, shown_cost=self._shown(costs[key], part.totals))

    async def _costs(self, by: Sequence[Dimension]) -> _Costs:
        """What each group cost, by day; nothing where nothing is known."""
        costs: _Costs = defaultdict(list)
        days = () if self._exchange.is_fixed else (Dimension.DAY,)
        for row in await self._ask((*by, *days)):
            nanos = row.totals.cost_nanos(self._asked.cost_basis)
            if nanos:
                costs[_key(row, by)].append((row.day or date.max, nanos))
        return costs

    def _shown(self, spent: Iterable[tuple[date, Nanos]], totals: Totals) -> Money | None:
        return None if totals.cost_nanos(self._asked.cost_basis) is None else self._exchange.of(spent)


def _figures(totals: Sequence[Totals], order: Order, basis: CostBasis) -> Sequence[int | None]:
    if order is Order.TOKENS:
        return token_sums(totals)
    if order is Order.REQUESTS:
        return column(totals, "requests")
    return costs_nanos(totals, basis)


def _times(rows: Sequence[ReportRow], by: Sequence[Dimension]) -> Sequence[Any]:
    times = [one for one in TIMES if one in by]
    if times:
        return column(rows, times[0])
    if Dimension.SESSION in by:
        return [(one.last_ms or 0) if one else 0 for one in column(rows, "activity")]
    raise ValueError("nothing has a time here; group by hour, day, week, month or session")


def _key(row: ReportRow, by: Sequence[Dimension]) -> _Key:
    """What tells a group from others. A model belongs to its provider."""
    provider = (row.provider,) if Dimension.MODEL in by else ()
    return (*(getattr(row, one) for one in by), *provider)


def _sortable(key: _Key) -> _Key:
    return tuple("" if value is None else value for value in key)
