"""The figures of all accounts over time, as reports about accounts read them."""

from decimal import Decimal

from token_dashboard.ledger._database import Database
from token_dashboard.model.account_history import PERCENT, Amount, Figure, FigureKind, Reading
from token_dashboard.model.money import Money
from token_dashboard.model.period import DAY_MS, Period

_BALANCES = (
    "select provider, account, scope, currency, time_ms, last_seen_ms, nanos from balance_history"
    " where last_seen_ms >= ? and time_ms < ?"
)
_WINDOWS = (
    "select provider, account, name, '', time_ms, last_seen_ms, used_percent from window_history"
    " where last_seen_ms >= ? and time_ms < ?"
)
_SPENDS = (
    "select provider, account, scope, period, currency, day_ms, seen_ms, nanos from spend_history"
    " where day_ms >= ? and day_ms < ?"
)


class AccountHistory:
    """Reads what was seen of accounts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def readings(self, period: Period) -> tuple[Reading, ...]:
        """What was seen within a period, by figure, each oldest first."""
        ends = (period.start_ms, period.end_ms)
        found = [
            _reading(row, FigureKind.BALANCE, row[3], Money(row[6], row[3]))
            for row in await self._database.fetch(_BALANCES, ends)
        ]
        found += [
            _reading(row, FigureKind.WINDOW, PERCENT, Decimal(row[6]))
            for row in await self._database.fetch(_WINDOWS, ends)
        ]
        first_day = (period.start_ms // DAY_MS * DAY_MS, period.end_ms)
        for provider, account, scope, length, currency, _, seen_ms, nanos in await self._database.fetch(
            _SPENDS, first_day
        ):
            row = (provider, account, f"{scope} {length}", currency, seen_ms, seen_ms)
            found.append(_reading(row, FigureKind.SPEND, currency, Money(nanos, currency)))
        return tuple(sorted(found, key=lambda one: (*_place(one.figure), one.first_ms)))


def _reading(row: tuple[str | int, ...], kind: FigureKind, unit: str, value: Amount) -> Reading:
    provider, account, name, _, first_ms, last_ms = row[:6]
    return Reading(
        figure=Figure(provider=str(provider), account=str(account), kind=kind, name=str(name), unit=unit),
        first_ms=int(first_ms),
        last_ms=int(last_ms),
        value=value,
    )


def _place(figure: Figure) -> tuple[str, ...]:
    return figure.provider, figure.account, figure.kind, figure.name, figure.unit
