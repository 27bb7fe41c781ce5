"""What vendors' own books say of UTC days: usage and cost, beside the agents' events, never mixed with them.

A later reading of a day replaces what an earlier one said of it, for vendors add to their books for days.
Days that a reading doesn't tell stay as they were.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from token_dashboard.ledger._database import Database, Row, Transaction, Value
from token_dashboard.model.money import NANOS_PER_UNIT, Money
from token_dashboard.model.period import DAY_MS
from token_dashboard.model.snapshot import DailyCost, DailyUsage, Snapshot

_EPOCH = date(1970, 1, 1).toordinal()
_WHOSE = ("provider", "account", "scope", "day_ms")
_COUNTS = (
    "requests",
    "input_tokens",
    "cache_read_input_tokens",
    "cache_creation_input_tokens",
    "output_tokens",
    "reasoning_output_tokens",
)
_USAGE = ("model", *_COUNTS, "is_partial")
_COST = ("model", "line", "currency", "nanos", "is_partial")

Owner = tuple[str, str]
"""A provider's id and the name of an account there."""


class ProviderFacts:
    """Daily figures by account, scope and UTC day."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def usage(self, first: date, last: date) -> list[tuple[Owner, DailyUsage]]:
        """Of all accounts, from one UTC day through another, in their order."""
        rows = await self._rows("provider_usage", _USAGE, first, last)
        return [
            (
                (provider, account),
                DailyUsage(
                    day=_date(day_ms),
                    scope=scope,
                    model=model or None,
                    is_partial=bool(is_partial),
                    **dict(zip(_COUNTS, counts, strict=True)),
                ),
            )
            for provider, account, scope, day_ms, model, *counts, is_partial in rows
        ]

    async def costs(self, first: date, last: date) -> list[tuple[Owner, DailyCost]]:
        """Of all accounts, from one UTC day through another, in their order."""
        rows = await self._rows("provider_cost", _COST, first, last)
        return [
            (
                (provider, account),
                DailyCost(
                    day=_date(day_ms),
                    scope=scope,
                    money=Money(nanos, currency),
                    model=model or None,
                    line=line or None,
                    is_partial=bool(is_partial),
                ),
            )
            for provider, account, scope, day_ms, model, line, currency, nanos, is_partial in rows
        ]

    async def spent(self, first: date, last: date) -> Mapping[Owner, Sequence[tuple[str, Money]]]:
        """What vendors say that accounts cost over UTC days, as (scope, money); scopes are never added."""
        rows = await self._database.fetch(
            "select provider, account, scope, currency, cast(sum(nanos / ?) as bigint),"
            " cast(sum(nanos % ?) as bigint) from provider_cost where day_ms between ? and ?"
            " group by provider, account, scope, currency order by provider, account, scope, currency",
            (NANOS_PER_UNIT, NANOS_PER_UNIT, day_ms(first), day_ms(last)),
        )
        found: dict[Owner, list[tuple[str, Money]]] = {}
        for provider, account, scope, currency, units, nanos in rows:
            money = Money(units * NANOS_PER_UNIT + nanos, currency)
            found.setdefault((provider, account), []).append((scope, money))
        return found

    async def prune(self, before: date) -> None:
        """Delete the days before one."""
        async with self._database.transaction() as transaction:
            for table in ("provider_usage", "provider_cost"):
                await transaction.execute(f"delete from {table} where day_ms < ?", (day_ms(before),))

    async def _rows(self, table: str, columns: Sequence[str], first: date, last: date) -> list[Row]:
        names = ", ".join((*_WHOSE, *columns))
        return await self._database.fetch(
            f"select {names} from {table} where day_ms between ? and ? order by {names}",
            (day_ms(first), day_ms(last)),
        )


async def record_facts(transaction: Transaction, snapshot: Snapshot, whole_since: date | None) -> None:
    """Take over the daily figures of a snapshot.

    ``whole_since``: the books were read anew from that day on, with another key, so that what was known of
    those days is forgotten: it may be another account's.
    """
    usage: list[tuple[Value, ...]] = [
        (one.model or "", *(getattr(one, count) for count in _COUNTS), int(one.is_partial))
        for one in snapshot.daily_usage
    ]
    costs: list[tuple[Value, ...]] = [
        (one.model or "", one.line or "", one.money.currency, one.money.nanos, int(one.is_partial))
        for one in snapshot.daily_costs
    ]
    days_of_usage = [(one.scope, day_ms(one.day)) for one in snapshot.daily_usage]
    days_of_costs = [(one.scope, day_ms(one.day)) for one in snapshot.daily_costs]
    for table, columns, days, figures in (
        ("provider_usage", _USAGE, days_of_usage, usage),
        ("provider_cost", _COST, days_of_costs, costs),
    ):
        owner = (snapshot.provider, snapshot.account)
        if whole_since is not None:
            await transaction.execute(
                f"delete from {table} where provider = ? and account = ? and day_ms >= ? and read_ms <= ?",
                (*owner, day_ms(whole_since), snapshot.taken_ms),
            )
        newer = {
            (scope, day)
            for scope, day in await transaction.fetch(
                f"select distinct scope, day_ms from {table} where provider = ? and account = ?"
                " and read_ms > ?",
                (*owner, snapshot.taken_ms),
            )
        }
        told = [(whose, figure) for whose, figure in zip(days, figures, strict=True) if whose not in newer]
        await transaction.execute_many(
            f"delete from {table} where provider = ? and account = ? and scope = ? and day_ms = ?",
            [(*owner, *whose) for whose in sorted({whose for whose, _ in told})],
        )
        names = ", ".join((*_WHOSE, *columns, "read_ms"))
        await transaction.execute_many(
            f"insert into {table} ({names}) values ({', '.join('?' * (len(_WHOSE) + len(columns) + 1))})",
            [(*owner, *whose, *figure, snapshot.taken_ms) for whose, figure in told],
        )


def day_ms(day: date) -> int:
    """The first moment of a UTC day."""
    return (day.toordinal() - _EPOCH) * DAY_MS


def _date(start_ms: int) -> date:
    return date.fromordinal(start_ms // DAY_MS + _EPOCH)
