"""Figures that time has overtaken, so that no spend of yesterday is shown as today's.

An account that can't be asked keeps its last figures. Those of a day, week or month that is over are no
longer what their name says, and a window that is known by its length alone has begun anew when that has
passed.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from token_dashboard.model.period import local_date
from token_dashboard.model.snapshot import Snapshot, SpendPeriod, UsageWindow
from token_dashboard.model.status import Account

_UTC = ZoneInfo("UTC")


def as_of_now(accounts: Iterable[Account], now_ms: int) -> tuple[Account, ...]:
    """The accounts with what of their figures still is what its name says."""
    return tuple(
        one if one.snapshot is None else replace(one, snapshot=_still_true(one.snapshot, now_ms))
        for one in accounts
    )


def _still_true(snapshot: Snapshot, now_ms: int) -> Snapshot:
    taken, today = (local_date(time_ms, _UTC) for time_ms in (snapshot.taken_ms, now_ms))
    return replace(
        snapshot,
        spends=tuple(
            one for one in snapshot.spends if _within(one.period, taken) == _within(one.period, today)
        ),
        windows=tuple(_known_to_end(one, snapshot.taken_ms, now_ms) for one in snapshot.windows),
    )


def _within(period: SpendPeriod, day: date) -> tuple[int, ...]:
    """Which of the periods a day lies in, by the calendar that vendors mostly use."""
    match period:
        case SpendPeriod.DAY:
            return day.year, day.month, day.day
        case SpendPeriod.WEEK:
            return day.isocalendar()[:2]
        case SpendPeriod.MONTH:
            return day.year, day.month
        case SpendPeriod.LIFETIME:
            return ()


def _known_to_end(window: UsageWindow, taken_ms: int, now_ms: int) -> UsageWindow:
    if window.resets_ms is not None or window.duration_s is None:
        return window
    latest_ms = taken_ms + window.duration_s * 1000
    return replace(window, resets_ms=latest_ms, is_reset_inferred=True) if latest_ms <= now_ms else window
