"""Idle burn: heartbeats, cron and forgotten sessions spend while nobody talks.

It is looked for agent by agent over the last two hours, if no person spoke to the agent in them. What counts
is what was asked for by heartbeat, cron, hook, memory, retry or compaction, and what sessions did to which a
person spoke last four hours ago or longer. It is idle burn when that would cost a dollar a day or more even
without its dearest half hour, so that a single job is none.
"""

from collections import Counter
from collections.abc import Sequence

from token_dashboard.analysis.thresholds import Judgement
from token_dashboard.analysis.watchers.usual import between, cost, quarter_of
from token_dashboard.model.alert import AlertKind, Cause, CauseKind, Condition, Severity
from token_dashboard.model.money import USD, Money
from token_dashboard.model.period import BUCKET_MS, DAY_MS, HOUR_MS
from token_dashboard.model.series import UsageSlice

FLOOR_PER_DAY = Money(1_000_000_000, USD)
_LOOK_MS = 2 * HOUR_MS
_JOB_MS = 2 * BUCKET_MS
_FORGOTTEN_MS = 4 * HOUR_MS
_AUTOMATIC = {"heartbeat", "cron", "hook", "memory", "retry", "compaction"}
_CRITICAL = 10
"""Times the floor."""


def watch_idle(judgement: Judgement, slices: Sequence[UsageSlice], now_ms: int) -> None:
    """Which agents spend while nobody talks? ``slices`` are those of the last day at the least, oldest first.

    While a person talks nothing is judged, so that the same heartbeats aren't told anew after each talk. It
    is over when two quiet hours would cost less than half of a dollar a day.
    """
    end = quarter_of(now_ms) + BUCKET_MS
    recent = between(slices, end - _LOOK_MS, end)
    quiet = {one.agent for one in slices} - {one.agent for one in recent if one.human_turns}
    for agent in sorted(one for one in quiet if one is not None):
        key = f"{AlertKind.IDLE_BURN}:{agent}"
        awake = _spoken_to(slices, agent, now_ms - _FORGOTTEN_MS)
        idle = [one for one in recent if one.agent == agent and _is_idle(one, awake)]
        lasting = sum(map(cost, idle)) - max((_job_at(one.start_ms, idle) for one in idle), default=0)
        line = FLOOR_PER_DAY.nanos * (_LOOK_MS - _JOB_MS) // DAY_MS
        if lasting >= line:
            judgement.hold(_condition(key, agent, idle, now_ms))
        elif lasting * 2 < line:
            judgement.judged.add(key)


def _job_at(start_ms: int, idle: Sequence[UsageSlice]) -> int:
    """What the half hour cost that begins at a quarter."""
    return sum(map(cost, between(idle, start_ms, start_ms + _JOB_MS)))


def _spoken_to(slices: Sequence[UsageSlice], agent: str, since_ms: int) -> set[str | None]:
    """The agent's sessions to which a person spoke lately, or of which nobody can tell."""
    mine = [one for one in slices if one.agent == agent]
    talks = {one.session for one in mine if one.human_turns and one.start_ms >= since_ms}
    return talks | {one.session for one in mine if one.human_turns is None}


def _is_idle(one: UsageSlice, awake: set[str | None]) -> bool:
    return one.trigger in _AUTOMATIC or one.session not in awake


def _condition(key: str, agent: str, idle: Sequence[UsageSlice], now_ms: int) -> Condition:
    spent: Counter[tuple[str | None, str | None]] = Counter()
    for one in idle:
        spent[one.session, one.trigger if one.trigger in _AUTOMATIC else None] += cost(one)
    causes: list[Cause] = []
    for (session, trigger), nanos in spent.most_common(3):
        kind = CauseKind.SESSION if trigger is None else CauseKind.TRIGGER
        causes.append(Cause(kind=kind, name=trigger or session, money=Money(nanos, USD)))
    per_day = sum(spent.values()) * DAY_MS // _LOOK_MS
    is_critical = per_day >= _CRITICAL * FLOOR_PER_DAY.nanos
    return Condition(
        key=key,
        kind=AlertKind.IDLE_BURN,
        severity=Severity.CRITICAL if is_critical else Severity.WARNING,
        subject=agent,
        session=next(iter(spent.most_common(1)))[0][0],
        money=Money(sum(spent.values()), USD),
        per_day=Money(per_day, USD),
        taken_ms=now_ms,
        causes=tuple(causes),
    )
