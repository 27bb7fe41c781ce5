"""Works out runways and crossed thresholds from what the ledger knows now."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from token_dashboard.analysis import burn as burning
from token_dashboard.analysis.burn import Drain
from token_dashboard.analysis.thresholds import (
    Judgement,
    Thresholds,
    judge_balance,
    judge_daily_spend,
    judge_monthly_spend,
    judge_runway,
    judge_windows,
    still_asked,
)
from token_dashboard.analysis.watchers.accounts import Pulse, watch_accounts
from token_dashboard.analysis.watchers.reset import watch_reset
from token_dashboard.engine.budget_judge import BudgetJudge
from token_dashboard.ledger import AccountRecord, Ledger
from token_dashboard.model.alert import AlertKind, Condition
from token_dashboard.model.burn import Runway
from token_dashboard.model.money import USD, Money
from token_dashboard.model.period import DAY_MS, MINUTE_MS, Period, local_date
from token_dashboard.model.report import Dimension, Totals
from token_dashboard.model.service import ServiceStatus
from token_dashboard.model.snapshot import (
    SCOPES_WIDEST_FIRST,
    Snapshot,
    Spend,
    SpendPeriod,
    UsageWindow,
)

_HISTORY_MS = 7 * DAY_MS
_UTC = ZoneInfo("UTC")
_SPENDS = ((SpendPeriod.DAY, judge_daily_spend), (SpendPeriod.MONTH, judge_monthly_spend))
_FAILURES = frozenset({AlertKind.PROVIDER_OUTAGE, AlertKind.DATA_STOPPED})
_RAREST_TRY_S = 2_000
"""Half of the longest pause after failures, with its jitter: so often at the least everyone is tried."""

ThresholdsOf = Callable[[str], Thresholds]
"""The thresholds for a provider id."""


class Judge:
    """Knows the thresholds; asks the ledger only for what a judgement needs."""

    def __init__(
        self, ledger: Ledger, thresholds_of: ThresholdsOf, budgets: BudgetJudge, tz: ZoneInfo
    ) -> None:
        self._ledger = ledger
        self.thresholds_of = thresholds_of
        self.budgets = budgets
        self._tz = tz

    async def runways(self, records: Sequence[AccountRecord], now_ms: int) -> tuple[Runway, ...]:
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
        """Whether what a condition says of an account that fails holds until the account is heard of again.

        Thresholds change, and days end; an account that fails is out of order until it answers.
        """
        return condition.kind in _FAILURES or still_asked(condition, self.thresholds_of(condition.subject))

    def judge(
        self,
        fresh: Sequence[Snapshot],
        runways: Sequence[Runway],
        logged: Mapping[SpendPeriod, Mapping[str, Totals]],
        now_ms: int,
    ) -> Judgement:
        """The thresholds that are crossed, by fresh snapshots and by logged usage a provider.

        ``logged`` is of the local day and month. The logs don't tell accounts: they count for a provider of
        which no account tells the period's spend. What a provider tells is of its own day and month (UTC).
        """
        judgement = Judgement()
        is_fresh = {(snapshot.provider, snapshot.account) for snapshot in fresh}
        for runway in runways:
            if (runway.provider, runway.account) in is_fresh:
                thresholds = self.thresholds_of(runway.provider)
                judge_balance(judgement, runway, thresholds)
                judge_runway(judgement, runway, thresholds, now_ms)
        for snapshot in fresh:
            thresholds = self.thresholds_of(snapshot.provider)
            judge_windows(judgement, snapshot.provider, snapshot.account, snapshot.windows, thresholds)
        for period, judge_spend in _SPENDS:
            told: set[str] = set()
            for snapshot in fresh:
                provider, spent = snapshot.provider, _spent(snapshot.spends, period)
                if spent is not None:
                    told.add(provider)
                    day, thresholds = local_date(snapshot.taken_ms, _UTC), self.thresholds_of(provider)
                    judge_spend(judgement, provider, day, spent, thresholds, account=snapshot.account)
            for provider in sorted(logged[period].keys() - told):
                day, spent = local_date(now_ms, self._tz), logged[period][provider].list_cost
                judge_spend(judgement, provider, day, spent, self.thresholds_of(provider))
        return judgement

    async def watch_windows(
        self, judgement: Judgement, fresh: Sequence[Snapshot], now_ms: int, poll_interval_s: int
    ) -> None:
        """Add the windows that have begun anew within the last polls, of those the owner is warned of."""
        since_ms = now_ms - 2 * poll_interval_s * 1000
        for snapshot in fresh:
            whose = (snapshot.provider, snapshot.account)
            steps = self.thresholds_of(snapshot.provider).window_percents
            for window in snapshot.windows if steps else ():
                history = await self._ledger.snapshots.windows(*whose, window.name, since_ms)
                past = [one for one in history if one[1] != window.used_percent]
                if not past or not _is_later(window, past[-1][0]):
                    watch_reset(judgement, *whose, window, window, snapshot.taken_ms, min(steps))
                    continue
                seen_ms, percent = past[-1]
                came_ms = min(time_ms for time_ms, _ in history if time_ms > seen_ms)
                before = replace(window, used_percent=percent, resets_ms=None)
                watch_reset(judgement, *whose, before, window, came_ms, min(steps))

    def watch(
        self,
        judgement: Judgement,
        records: Sequence[AccountRecord],
        services: Mapping[str, ServiceStatus],
        now_ms: int,
        poll_interval_s: int,
    ) -> None:
        """Add outages that last, figures that stopped and keys that end; ``services`` by provider."""
        pulses = [
            Pulse(
                provider=one.provider,
                account=one.account,
                attempted_ms=one.attempted_ms,
                checked_ms=one.checked_ms,
                problem=one.problem.key if one.problem else None,
                problem_since_ms=one.problem.since_ms if one.problem else None,
                failures=one.failures,
                status=services.get(one.provider),
                key_expires_ms=one.snapshot.key_expires_ms if one.snapshot else None,
            )
            for one in records
        ]
        watch_accounts(judgement, pulses, now_ms, max(poll_interval_s, _RAREST_TRY_S))


def _is_later(window: UsageWindow, seen_ms: int) -> bool:
    """Whether a window has begun after a figure was seen, as far as its vendor tells when windows begin."""
    if window.resets_ms is None:
        return True
    return window.duration_s is not None and window.resets_ms - window.duration_s * 1000 > seen_ms - MINUTE_MS


def _spent(spends: Sequence[Spend], period: SpendPeriod) -> Money | None:
    """What the provider says was spent in its running day or month, in dollars, as the thresholds are.

    Of the widest scope it tells. Of scopes whose width nobody knows, the one that spent most: one may contain
    the other, so they aren't added.
    """
    dollars = [one for one in spends if one.period is period and one.money.currency == USD]
    told = {one.scope for one in dollars}
    widest = next((scope for scope in SCOPES_WIDEST_FIRST if scope in told), None)
    figures = [one.money for one in dollars if widest in {None, one.scope}]
    return max(figures, key=lambda money: money.nanos, default=None)
