"""What becomes of crossings when figures were judged, and which of it the owner is told.

The owner is told the difference between what holds and what he knows. A difference that may not be told yet
(a snooze, the pause after the last message) stays one, and is told when it may be, unless it is gone by then.
So nothing hangs on looking at the right moment, and a clock that was set back makes no difference.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from token_dashboard.analysis.thresholds import Judgement
from token_dashboard.ledger import Crossing
from token_dashboard.model.alert import Alert, AlertKind, AlertState, Condition, Severity
from token_dashboard.model.record import record

_ONCE = frozenset(
    {
        AlertKind.BUDGET_STEP,
        AlertKind.HIGH_MONTH_SPEND,
        AlertKind.HIGH_SPEND,
        AlertKind.UNPRICED_USAGE,
        AlertKind.WINDOW_RESET,
    }
)
"""Their keys name a period: what was told of it isn't told again, whatever becomes of the figure."""
_END_IS_NEWS = frozenset(
    {AlertKind.DATA_STOPPED, AlertKind.LOW_BALANCE, AlertKind.PROVIDER_OUTAGE, AlertKind.SHORT_RUNWAY}
)


@record
class News:
    """An alert to be told, and the severity by which channels choose: of what is over, the highest told."""

    alert: Alert
    severity: Severity


@record
class Settled:
    """The crossings that were looked at, as they are from now on, and what is to be told."""

    crossings: tuple[Crossing, ...]
    news: tuple[News, ...]


def settle(
    known: Mapping[str, Crossing], judgement: Judgement, now_ms: int, *, free: int, pause_ms: int
) -> Settled:
    """Hold a judgement against what is known.

    ``known`` are the crossings that hold and those that a condition is about; new ones are numbered from
    ``free`` on. ``pause_ms`` is how long after a message a crossing that has come again isn't told.
    """
    held: dict[str, Crossing] = {}
    for condition in sorted(judgement.conditions, key=lambda one: one.key):
        before = known.get(condition.key)
        held[condition.key] = _held(before, condition, now_ms, free)
        free += before is None
    open_before = {key: one for key, one in known.items() if one.resolved_ms is None and key not in held}
    over = {
        key: one
        for key, one in sorted(open_before.items())
        if key in judgement.withdrawn or _is_judged(key, judgement)
    }
    standing = {key: one for key, one in open_before.items() if key not in over} | held
    crossings: list[Crossing] = []
    news: list[News] = []
    states = {key: _to_tell(one, now_ms, pause_ms) for key, one in held.items()}
    for key, one in held.items():
        state = states[key]
        if state is None:
            crossings.append(one)
            continue
        told = _as_told(one, now_ms)
        crossings.append(told)
        steps = [each for each in standing.values() if each.key != key and _subject(each) == _subject(one)]
        if any(_step(each) > _step(one) and (each.told or states.get(each.key)) for each in steps):
            continue  # the higher step says it
        if state is AlertState.NEW and any(each.told for each in steps):
            state = AlertState.ESCALATED
        news.append(News(alert=told.alert(state), severity=one.condition.severity))
    for key, one in over.items():
        ended = _over(one, now_ms)
        crossings.append(ended)
        if _is_judged(key, judgement) and one.told is not None and one.condition.kind in _END_IS_NEWS:
            news.append(News(alert=ended.alert(), severity=one.loudest or one.told))
    return Settled(crossings=tuple(crossings), news=tuple(news))


def acknowledged(one: Crossing, now_ms: int) -> Crossing:
    """The owner knows it as it is now."""
    known = _as_told(one, one.told_ms or now_ms)
    return replace(known, acknowledged_ms=now_ms)


def snoozed(one: Crossing, until_ms: int, now_ms: int) -> Crossing:
    """The owner wants to hear of it again if it still holds then, and nothing before."""
    return replace(
        one, told=None, told_ms=None, acknowledged_ms=None, snoozed_ms=now_ms, snoozed_until_ms=until_ms
    )


def _held(before: Crossing | None, condition: Condition, now_ms: int, free: int) -> Crossing:
    if before is None:
        return Crossing(number=free, condition=condition, since_ms=now_ms)
    again = replace(_rebased(before, now_ms), condition=condition, resolved_ms=None)
    if before.resolved_ms is None or condition.kind in _ONCE:
        return again
    return replace(again, since_ms=now_ms)


def _rebased(one: Crossing, now_ms: int) -> Crossing:
    """A snooze that begins in the future was asked for before the clock was set back: it begins now."""
    if one.snoozed_ms is None or one.snoozed_until_ms is None or one.snoozed_ms <= now_ms:
        return one
    until_ms = now_ms + one.snoozed_until_ms - one.snoozed_ms
    return replace(one, snoozed_ms=now_ms, snoozed_until_ms=until_ms)


def _over(one: Crossing, now_ms: int) -> Crossing:
    ended = replace(one, resolved_ms=now_ms, acknowledged_ms=None, snoozed_ms=None, snoozed_until_ms=None)
    if one.condition.kind in _ONCE or one.told is None:
        return ended
    told_ms = now_ms if one.condition.kind in _END_IS_NEWS else one.told_ms
    return replace(ended, told=None, told_ms=told_ms)


def _to_tell(one: Crossing, now_ms: int, pause_ms: int) -> AlertState | None:
    """As what it is to be told now; ``None``: not, or not yet."""
    severity = one.condition.severity
    if one.snoozed_until_ms is not None:
        return AlertState.ONGOING if now_ms >= one.snoozed_until_ms else None
    if one.told is not None:
        return AlertState.ESCALATED if _is_worse(severity, one.told) else None
    is_again = one.told_ms is not None and one.told_ms <= now_ms < one.told_ms + pause_ms
    return None if is_again and not _is_worse(severity, one.loudest) else AlertState.NEW


def _as_told(one: Crossing, now_ms: int) -> Crossing:
    severity = one.condition.severity
    return replace(
        one,
        told=severity,
        loudest=severity,
        told_ms=now_ms,
        acknowledged_ms=None,
        snoozed_ms=None,
        snoozed_until_ms=None,
    )


def _is_worse(severity: Severity, than: Severity | None) -> bool:
    return severity is Severity.CRITICAL and than is not Severity.CRITICAL


def _subject(one: Crossing) -> tuple[str, ...]:
    """What several crossings are steps of; a crossing without steps stands alone."""
    condition = one.condition
    name = condition.window or condition.budget
    if name is None or condition.threshold_percent is None:
        return (one.key,)
    return (condition.kind, condition.subject, condition.account or "", name)


def _step(one: Crossing) -> Decimal:
    return one.condition.threshold_percent or Decimal()


def _is_judged(key: str, judgement: Judgement) -> bool:
    return any(key == one or (one.endswith(":") and key.startswith(one)) for one in judgement.judged)
