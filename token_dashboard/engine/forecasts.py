"""When balances and windows are used up and what the month costs at its end, by the ledger's own history."""

from collections.abc import Awaitable, Callable
from zoneinfo import ZoneInfo

from token_dashboard.analysis.forecast import (
    HISTORY_MS,
    exhaustion,
    expected_at_end,
    falls,
    period_end,
    window_exhaustion,
)
from token_dashboard.analysis.rhythm import Rhythm, learn
from token_dashboard.engine.report_rows import matching
from token_dashboard.engine.spending import hourly_spend, kept_to
from token_dashboard.ledger import Ledger
from token_dashboard.ledger.reports import Only
from token_dashboard.model.budget import Scope
from token_dashboard.model.forecast import BalanceForecast, Forecast, WindowForecast
from token_dashboard.model.money import Money
from token_dashboard.model.period import month_of
from token_dashboard.model.report import Dimension, Totals
from token_dashboard.model.snapshot import Balance, Snapshot, UsageWindow
from token_dashboard.model.status import Account, Status

EVERYTHING = Scope()
_NOTHING = Totals()


class Forecasts:
    """Answers questions about what is to come, from the ledger alone."""

    def __init__(self, ledger: Ledger, cached: Callable[[], Awaitable[Status]], tz: ZoneInfo) -> None:
        """``cached`` tells how things stand."""
        self._ledger = ledger
        self._cached = cached
        self._tz = tz
        self._learned: tuple[tuple[int, tuple[int, ...]], Rhythm] | None = None

    async def forecast(self, scope: Scope = EVERYTHING) -> Forecast:
        """Of everything, or of what a scope matches: then from that part's own history.

        A provider is matched to the letter: it may have an account and no request.
        """
        status = await self._cached()
        now_ms = status.as_of_ms
        accounts = [one for one in status.accounts if _is_within(one, scope)]
        balances, windows = [], []
        for account in accounts:
            snapshot = account.snapshot
            if snapshot is not None and account.shares_wallet_with is None:
                balances += [await self._balance(account, snapshot, one, now_ms) for one in snapshot.balances]
                windows += [await self._window(account, snapshot, one, now_ms) for one in snapshot.windows]
        period = month_of(now_ms, self._tz)
        only, unmatched = await self._matched(scope)
        by = (Dimension.PROVIDER, Dimension.MODEL)
        rows = await self._ledger.usage.rows(period, by, self._tz, only)
        spent = sum((row.totals for row in rows), _NOTHING).list_cost
        month = None
        if spent is not None:
            series = await hourly_spend(self._ledger, only, now_ms)
            month = period_end(series, spent, period, now_ms, self._tz)
        return Forecast(
            as_of_ms=now_ms,
            time_zone=self._tz.key,
            scope=scope,
            balances=tuple(balances),
            windows=tuple(windows),
            month=month,
            unpriced_models=tuple(sorted({row.model or "?" for row in rows if row.totals.unpriced_tokens})),
            unmatched=unmatched,
        )

    async def month_expected(self, spent: Money | None, now_ms: int) -> Money | None:
        """What ``forecast`` expects the month to cost, for answers that tell nothing else of it.

        ``spent`` is the month's list cost until now. ``None`` when that or its future isn't known.
        """
        if spent is None:
            return None
        series = await hourly_spend(self._ledger, kept_to(EVERYTHING), now_ms)
        # The running hour isn't learned from, so once an hour is enough for whoever is asked each second.
        over = series.start_ms, series.values[:-1]
        if self._learned is None or self._learned[0] != over:
            self._learned = over, learn(series, now_ms, self._tz)
        return expected_at_end(self._learned[1], spent, month_of(now_ms, self._tz), now_ms)

    async def _matched(self, scope: Scope) -> tuple[Only, dict[str, str]]:
        """The values that are meant, and what means none."""
        only: dict[Dimension, str | tuple[str, ...]] = {}
        unmatched: dict[str, str] = {}
        for dimension, wanted in kept_to(scope).items():
            if dimension is Dimension.PROVIDER:
                only[dimension] = wanted
                continue
            found, missing = matching((wanted,), await self._ledger.usage.values(dimension))
            only[dimension] = found or missing
            if missing:
                unmatched[dimension.value] = wanted
        return only, unmatched

    async def _balance(
        self, account: Account, snapshot: Snapshot, balance: Balance, now_ms: int
    ) -> BalanceForecast:
        found = None
        if not account.is_stale:
            currency, since_ms = balance.money.currency, now_ms - HISTORY_MS
            history = await self._ledger.snapshots.balances(
                account.provider, account.account, balance.scope, currency, since_ms
            )
            rhythm = learn(falls(history, now_ms), now_ms, self._tz)
            found = exhaustion(rhythm, balance.money.nanos, now_ms)
        return BalanceForecast(
            provider=account.provider,
            account=account.account,
            name=account.name,
            scope=balance.scope,
            balance=balance.money,
            taken_ms=snapshot.taken_ms,
            exhaustion=found,
        )

    async def _window(
        self, account: Account, snapshot: Snapshot, window: UsageWindow, now_ms: int
    ) -> WindowForecast:
        found = None
        if not account.is_stale:
            since_ms = now_ms - HISTORY_MS
            history = await self._ledger.snapshots.windows(
                account.provider, account.account, window.name, since_ms
            )
            found = window_exhaustion(window, history, now_ms, self._tz)
        return WindowForecast(
            provider=account.provider,
            account=account.account,
            name=account.name,
            window=window.name,
            used_percent=window.used_percent,
            resets_ms=window.resets_ms,
            taken_ms=snapshot.taken_ms,
            exhaustion=found,
        )


def _is_within(account: Account, scope: Scope) -> bool:
    """Nobody knows which part of a balance a model or an agent uses."""
    return scope in {EVERYTHING, Scope(provider=account.provider)}
