"""Spend spike: the last two hours cost far more than busy ones do.

Half of the money of the past four weeks went in hours that cost more than the usual hour, and half of it for
requests that cost more than the usual request (see ``usual``). What the last days made usual counts as usual
too, or each day on a dearer model would be news. It is a spike when the last two hours cost at least a
dollar, and

* five times as much as two usual hours (*much more*), or
* two and a half times as much, at two and a half times the usual cost a request (*dearer*).
"""

from collections.abc import Sequence

from token_dashboard.analysis.thresholds import Judgement
from token_dashboard.analysis.watchers.causes import causes_of
from token_dashboard.analysis.watchers.usual import PAST_MS, between, busy, cost, is_known, quarter_of
from token_dashboard.model.alert import AlertKind, CauseKind, Condition, Severity
from token_dashboard.model.money import USD, Money, Nanos
from token_dashboard.model.period import BUCKET_MS, DAY_MS, HOUR_MS
from token_dashboard.model.series import UsageSlice

FLOOR = Money(1_000_000_000, USD)
"""Less is no news, however odd."""
KEY = f"{AlertKind.SPEND_SPIKE}:*"
_LOOK_HOURS = 2
_LEAST_HOURS = 20
_LATELY_MS, _LATELY_UNTIL_MS = 4 * DAY_MS, 12 * HOUR_MS
"""The latest half day isn't usual yet, or a spike would become so while it lasts."""
_LATELY_LEAST_HOURS = 8
_MUCH_MORE = 5
_MORE_TENTHS, _DEARER_TENTHS = 25, 25


def watch_spike(judgement: Judgement, slices: Sequence[UsageSlice], now_ms: int) -> None:
    """Were the last two hours a spike? ``slices`` are those of the past four weeks up to now, oldest first.

    It stays one until two hours cost less than half of what makes one.
    """
    end = quarter_of(now_ms) + BUCKET_MS
    start = end - _LOOK_HOURS * HOUR_MS
    recent = between(slices, start, end)
    spent, requests = sum(map(cost, recent)), sum(one.requests for one in recent)
    if spent * 2 < FLOOR.nanos:
        judgement.judged.add(KEY)
        return
    past = between(slices, now_ms - PAST_MS, start)
    hours = _by_hour(past)
    if not is_known(past, len(hours), _LEAST_HOURS):
        return
    hour = _usual_hour(hours)
    if spent * 2 < hour * _LOOK_HOURS * _MORE_TENTHS // 10:  # under half of any line: most looks end here
        judgement.judged.add(KEY)
        return
    each = _usual_request(hours)
    lately = _by_hour(between(past, now_ms - _LATELY_MS, now_ms - _LATELY_UNTIL_MS))
    if len(lately) >= _LATELY_LEAST_HOURS:
        hour, each = max(hour, _usual_hour(lately)), max(each, _usual_request(lately))
    usual = hour * _LOOK_HOURS
    dearer = max(usual * _MORE_TENTHS // 10, requests * each * _DEARER_TENTHS // 10)
    line = max(min(usual * _MUCH_MORE, dearer), FLOOR.nanos)
    if spent >= line:
        judgement.hold(_condition(past, recent, spent, usual, line, now_ms))
    elif spent * 2 < line:
        judgement.judged.add(KEY)


_Hour = tuple[Nanos, int]
"""What an hour cost, and its requests."""


def _by_hour(past: Sequence[UsageSlice]) -> list[_Hour]:
    hours: dict[int, _Hour] = {}
    for one in past:
        nanos, requests = hours.get(one.start_ms // HOUR_MS, (0, 0))
        hours[one.start_ms // HOUR_MS] = nanos + cost(one), requests + one.requests
    return list(hours.values())


def _usual_hour(hours: Sequence[_Hour]) -> Nanos:
    return busy([(nanos, nanos) for nanos, _ in hours])


def _usual_request(hours: Sequence[_Hour]) -> Nanos:
    return busy([(nanos // (requests or 1), nanos) for nanos, requests in hours])


def _condition(
    past: Sequence[UsageSlice],
    recent: Sequence[UsageSlice],
    spent: Nanos,
    usual: Nanos,
    line: Nanos,
    now_ms: int,
) -> Condition:
    causes = causes_of(past, recent, _LOOK_HOURS)
    session = next((one.name for one in causes if one.kind is CauseKind.SESSION), None)
    agents = {one.agent for one in recent if one.session == session} if session else set()
    return Condition(
        key=KEY,
        kind=AlertKind.SPEND_SPIKE,
        severity=Severity.CRITICAL if spent >= 3 * line else Severity.WARNING,
        subject=next((one for one in agents if one), "*"),
        session=session,
        money=Money(spent, USD),
        threshold=Money(usual, USD),
        taken_ms=now_ms,
        causes=causes,
    )
