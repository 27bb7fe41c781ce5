"""Loop: a session uses tokens far faster than a busy one, and nobody talks to it.

The pace is tokens a minute over the quarter of an hour that runs (from its fifth minute on) or has just
ended. Half of an agent's tokens of the past four weeks went in quarters of sessions with a higher pace than
the usual one (see ``usual``). It is a loop at eight times the usual pace, or at five times in two quarters on
end, with at least eight requests in a quarter and no message of a person in either. Sessions of which nobody
can tell whether a person talks to them are left alone.
"""

from collections import Counter
from collections.abc import Sequence

from token_dashboard.analysis.thresholds import Judgement
from token_dashboard.analysis.watchers.usual import PAST_MS, between, busy, is_known, quarter_of
from token_dashboard.model.alert import AlertKind, Cause, CauseKind, Condition, Severity
from token_dashboard.model.money import USD, Money
from token_dashboard.model.period import BUCKET_MS, MINUTE_MS
from token_dashboard.model.series import UsageSlice

_LEAST_QUARTERS = 20
_LEAST_REQUESTS = 8
_LEAST_MS = 5 * MINUTE_MS
_ONE_QUARTER, _TWO_QUARTERS = 8, 5


def watch_loops(judgement: Judgement, slices: Sequence[UsageSlice], now_ms: int) -> None:
    """Which sessions loop? ``slices`` are those of the past four weeks up to now, oldest first."""
    judgement.judged.add(f"{AlertKind.LOOP}:")
    latest = quarter_of(now_ms - _LEAST_MS)
    recent = between(slices, latest - BUCKET_MS, latest + BUCKET_MS)
    for agent, session in sorted({(one.agent or "", one.session or "") for one in recent if one.session}):
        mine = [one for one in recent if (one.agent or "", one.session) == (agent, session)]
        pace = _pace(mine, latest, min(now_ms - latest, BUCKET_MS))
        if pace == 0 or any(one.human_turns != 0 for one in mine):
            continue
        usual = _usual_pace(slices, agent, now_ms, latest - BUCKET_MS)
        both = min(pace, _pace(mine, latest - BUCKET_MS, BUCKET_MS))
        if usual and (pace >= _ONE_QUARTER * usual or both >= _TWO_QUARTERS * usual):
            judgement.hold(_condition(agent, session, mine, pace, usual, now_ms))


def _usual_pace(slices: Sequence[UsageSlice], agent: str, now_ms: int, end_ms: int) -> int | None:
    """``None`` when too little of the agent's past is known."""
    past = [one for one in between(slices, now_ms - PAST_MS, end_ms) if (one.agent or "") == agent]
    quarters: Counter[tuple[str | None, int]] = Counter()
    for one in past:
        quarters[one.session, one.start_ms] += one.total_tokens
    if not is_known(past, len(quarters), _LEAST_QUARTERS):
        return None
    return busy((tokens, tokens) for tokens in quarters.values()) * MINUTE_MS // BUCKET_MS


def _pace(mine: Sequence[UsageSlice], start_ms: int, length_ms: int) -> int:
    """Tokens a minute; 0 where there are too few requests to be a loop."""
    part = [one for one in mine if one.start_ms == start_ms]
    if sum(one.requests for one in part) < _LEAST_REQUESTS:
        return 0
    return sum(one.total_tokens for one in part) * MINUTE_MS // length_ms


def _condition(
    agent: str, session: str, mine: Sequence[UsageSlice], pace: int, usual: int, now_ms: int
) -> Condition:
    spent = [one.cost_nanos for one in mine if one.cost_nanos is not None]
    models: Counter[str | None] = Counter()
    for one in mine:
        models[one.model] += one.total_tokens
    ((model, _),) = models.most_common(1)
    return Condition(
        key=f"{AlertKind.LOOP}:{agent}:{session}",
        kind=AlertKind.LOOP,
        severity=Severity.CRITICAL,
        subject=agent or "*",
        session=session,
        tokens=pace,
        threshold_tokens=usual,
        money=Money(sum(spent), USD) if spent else None,
        taken_ms=now_ms,
        causes=(Cause(kind=CauseKind.MODEL, name=model),),
    )
