"""Works out runways and crossed thresholds from what the ledger knows now."""

from collections.abc import Callable, Mapping, Sequence
from zoneinfo import ZoneInfo

from token_dashboard.analysis import burn as burning
from token_dashboard.analysis.burn import Drain
from token_dashboard.analysis.thresholds import (
    Judgement,
    Thresholds,
    judge_balance,
    judge_daily_spend,
    judge_windows,
)
from token_dashboard.ledger import Ledger, ProviderRecord
from token_dashboard.model.alert import AlertKind, Condition
from token_dashboard.model.burn import Runway
from token_dashboard.model.money import Money
from token_dashboard.model.period import DAY_MS, Period, local_date
from token_dashboard.model.report import Dimension, Totals
from token_dashboard.model.snapshot import Snapshot, Spend, SpendPeriod

_HISTORY_MS = 7 * DAY_MS
_WIDEST_FIRST = ("account", "organization", "workspace", "key")

ThresholdsOf = Callable[[str], Thresholds]
"""The thresholds for a provider id."""


class Judge:
    """Knows the thresholds; asks the ledger only for what a judgement needs."""

    def __init__(self, ledger: Ledger, thresholds_of: ThresholdsOf, tz: ZoneInfo) -> None:
        self._ledger = ledger
        self._thresholds_of = thresholds_of
        self._tz = tz

    async def runways(self, records: Sequence[ProviderRecord], now_ms: int) -> tuple[Runway, ...]:
        """When each balance is gone; in the order of the records."""
        found: list[Runway] = []
        for record in records:
            snapshot = record.snapshot
            if snapshot is None:
                continue
            for balance in snapshot.balances:
                history = await self._ledger.snapshots.balances(
                    snapshot.provider,
                    snapshot.account,
                    balance.scope,
                    balance.money.currency,
                    now_ms - _HISTORY_MS,
                )
                drain = burning.drain_of_history(history, balance.money.currency, now_ms)
                if drain is None or drain.per_day.nanos <= 0:
                    logged = await self._logged_drain(snapshot.provider, now_ms)
                else:
                    logged = None
                found.append(
                    burning.runway(snapshot.provider, snapshot.account, balance, (drain, logged), now_ms)
                )
        return tuple(found)

    async def _logged_drain(self, provider: str, now_ms: int) -> Drain | None:
        only = {Dimension.PROVIDER: provider}
        first_ms = (await self._ledger.usage.span(only))[0]
        rates = []
        for length in (DAY_MS, _HISTORY_MS):
            window = Period(now_ms - length, now_ms)
            totals = await self._ledger.usage.totals(window, only)
            rates.append(burning.burn_rate(totals, window, first_ms))
        return burning.drain_of_list_cost(rates)

    def still_asks(self, condition: Condition) -> bool:
        """Whether the owner still wants to hear of what a condition says: thresholds change, days end."""
        thresholds = self._thresholds_of(condition.subject)
        if condition.kind is AlertKind.LOW_BALANCE:
            return condition.threshold == thresholds.balance
        return condition.threshold_percent in thresholds.window_percents

    def judge(
        self,
        fresh: Sequence[Snapshot],
        runways: Sequence[Runway],
        logged_today: Mapping[str, Totals],
        now_ms: int,
    ) -> Judgement:
        """The thresholds that are crossed, by fresh snapshots and by today's logged usage a provider."""
        judgement = Judgement()
        day = local_date(now_ms, self._tz)
        is_fresh = {(snapshot.provider, snapshot.account) for snapshot in fresh}
        for runway in runways:
            if (runway.provider, runway.account) in is_fresh:
                judge_balance(judgement, runway, self._thresholds_of(runway.provider))
        for snapshot in fresh:
            thresholds = self._thresholds_of(snapshot.provider)
            judge_windows(judgement, snapshot.provider, snapshot.account, snapshot.windows, thresholds)
        told = {snapshot.provider: _day_spend(snapshot.spends) for snapshot in fresh}
        for provider in sorted(told.keys() | logged_today.keys()):
            spent = told.get(provider) or _list_cost(logged_today.get(provider))
            judge_daily_spend(judgement, provider, day, spent, self._thresholds_of(provider))
        return judgement


def _day_spend(spends: Sequence[Spend]) -> Money | None:
    """What the provider says was spent today, of the widest scope it tells."""
    of_day = {spend.scope: spend.money for spend in spends if spend.period is SpendPeriod.DAY}
    return next((of_day[scope] for scope in _WIDEST_FIRST if scope in of_day), None)


def _list_cost(totals: Totals | None) -> Money | None:
    return totals.list_cost if totals is not None else None
