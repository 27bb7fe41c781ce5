"""What a status bar shows of one agent, from the ledger alone."""

from zoneinfo import ZoneInfo

from token_dashboard.engine.dashboard import Dashboard
from token_dashboard.ledger import Ledger
from token_dashboard.ledger.reports import Only
from token_dashboard.model.glance import Glance, QuotaWindow
from token_dashboard.model.period import DAY_MS, day_of, zone
from token_dashboard.model.report import Dimension, Totals
from token_dashboard.model.status import Status

AGENT = "claude-code"
_PLAN = "claude-oauth"
"""The provider whose windows hold for the agent's users."""
_WINDOWS = ("5h", "7d")


async def glance(dashboard: Dashboard, ledger: Ledger) -> Glance:
    status = await dashboard.cached()
    tz = zone(status.time_zone)
    today = status.today
    sessions = await _sessions(ledger, status.as_of_ms - DAY_MS, tz)
    return Glance(
        as_of_ms=status.as_of_ms,
        today_nanos=None if today.list_cost is None else today.list_cost.nanos,
        is_today_partial=today.requests > today.priced_requests,
        today_ends_ms=day_of(status.as_of_ms, tz).end_ms,
        block_ends_ms=await dashboard.blocks.running_until(AGENT),
        windows=_windows(status),
        sessions={name: totals.list_cost_nanos for name, totals in sessions.items()},
        partial_sessions=tuple(
            name for name, totals in sessions.items() if totals.requests > totals.priced_requests
        ),
    )


def _windows(status: Status) -> tuple[QuotaWindow, ...]:
    """Those of the first account of the plan that tells any."""
    for account in status.accounts:
        if account.provider == _PLAN and account.snapshot is not None:
            return tuple(
                QuotaWindow(
                    name=window.name, used_percent=float(window.used_percent), resets_ms=window.resets_ms
                )
                for window in account.snapshot.windows
                if window.name in _WINDOWS
            )
    return ()


async def _sessions(ledger: Ledger, since_ms: int, tz: ZoneInfo) -> dict[str, Totals]:
    """Those that were active since, as far as any of their cost is known."""
    times = await ledger.usage.sessions()
    active = tuple(sorted(session for session, (_, last_ms) in times.items() if last_ms >= since_ms))
    if not active:
        return {}
    only: Only = {Dimension.AGENT: AGENT, Dimension.SESSION: active}
    rows = await ledger.usage.rows(None, (Dimension.SESSION,), tz, only)
    return {
        row.session: row.totals
        for row in rows
        if row.session is not None and row.totals.list_cost is not None
    }
