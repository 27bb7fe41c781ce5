"""Finds what was paid for answers that nobody saw, and what OpenClaw's own figure leaves out."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from token_dashboard.agents._contract import AgentLog
from token_dashboard.engine.watched import WatchedAgent
from token_dashboard.ledger import Ledger
from token_dashboard.model.errors import AgentLogError
from token_dashboard.model.invisible import Invisible, InvisiblePart, Spending, Visibility
from token_dashboard.model.money import Money
from token_dashboard.model.period import Period, start_of
from token_dashboard.model.report import Dimension
from token_dashboard.model.usage import UsageEvent

if TYPE_CHECKING:
    from token_dashboard.agents._openclaw_turns import Turn

_AGENT = "openclaw"
_LONG_AGO, _FAR_AHEAD = date(1970, 1, 2), date(2199, 12, 31)
_BY_TRIGGER = {"compaction": Visibility.COMPACTION, "heartbeat": Visibility.HEARTBEAT}


class _Judged(NamedTuple):
    """What the transcripts say of an answer."""

    kind: Visibility
    is_counted: bool
    """OpenClaw counts it."""
    cost_nanos: int | None
    """What OpenClaw says that it cost."""


async def invisible(
    ledger: Ledger,
    watched: Sequence[WatchedAgent],
    since: date | None,
    until: date | None,
    tz: ZoneInfo,
) -> Invisible:
    """The local days from ``since`` through ``until``, of the events that the ledger holds singly.

    Branches are left after their answers were paid, so each is judged by its transcript as it stands now.
    """
    homes = [home for one in watched if one.agent.id == _AGENT for home in one.homes]
    agents = [one.agent for one in watched if one.agent.id == _AGENT]
    known = await asyncio.to_thread(_found, agents[0], homes) if agents else {}
    period = Period(start_of(since or _LONG_AGO, tz), start_of((until or _FAR_AHEAD) + timedelta(days=1), tz))
    total, theirs, untraced = Spending(), Spending(), Spending()
    unseen: dict[Visibility, Spending] = defaultdict(Spending)
    uncounted: dict[Visibility, Spending] = defaultdict(Spending)
    async for event, _ in ledger.proof.events(period, {Dimension.AGENT: _AGENT}):
        spent = _spending(event, event.likely_cost_nanos)
        found = known.get(event.key)
        kind = found.kind if found else _BY_TRIGGER.get(event.attribution.trigger or "", Visibility.VISIBLE)
        total += spent
        if kind is not Visibility.VISIBLE:
            unseen[kind] += spent
        if found is None:
            untraced += spent
        if found is not None and found.is_counted:
            theirs += _spending(event, found.cost_nanos)
        else:
            uncounted[kind] += spent
    return Invisible(
        time_zone=tz.key,
        since=since,
        until=until,
        total=total,
        parts=_dearest_first(unseen),
        openclaw=theirs,
        uncounted=_dearest_first(uncounted),
        untraced=untraced,
    )


def _found(agent: AgentLog, homes: Sequence[Path]) -> Mapping[int, _Judged]:
    """Every answer in the transcripts, by its key. One that a copy still shows is shown."""
    from token_dashboard.agents._openclaw_turns import turns_in  # noqa: PLC0415 - it decodes

    turns: dict[int, list[Turn]] = defaultdict(list)
    for file in {file.path: file for home in homes for file in agent.find(home)}.values():
        with suppress(AgentLogError):
            for turn in turns_in(file):
                turns[turn.event.key].append(turn)
    return {key: _judged(copies) for key, copies in turns.items()}


def _judged(copies: Sequence["Turn"]) -> _Judged:
    kept = [one for one in copies if not one.is_put_away]
    shown = [one for one in kept if one.is_active]
    trigger = next((one.event.attribution.trigger for one in copies if one.event.attribution.trigger), "")
    if not kept:
        kind = Visibility.PUT_AWAY
    elif not shown:
        kind = Visibility.ABANDONED
    elif any(one.is_failed for one in copies):
        kind = Visibility.FAILED
    elif trigger in _BY_TRIGGER:
        kind = _BY_TRIGGER[trigger]
    elif any(one.is_silent for one in copies):
        kind = Visibility.SILENT
    else:
        kind = Visibility.VISIBLE
    counted = next((one for one in shown if one.is_message), None)
    return _Judged(kind, counted is not None, None if counted is None else counted.event.recorded_cost_nanos)


def _spending(event: UsageEvent, cost_nanos: int | None) -> Spending:
    requests = event.requests or 1
    return Spending(
        requests=requests,
        tokens=event.total_tokens,
        cost=Money(cost_nanos or 0),
        unpriced_requests=requests if cost_nanos is None else 0,
    )


def _dearest_first(spent: Mapping[Visibility, Spending]) -> tuple[InvisiblePart, ...]:
    parts = [InvisiblePart(kind=kind, spending=spending) for kind, spending in spent.items()]
    return tuple(sorted(parts, key=lambda one: (-one.spending.cost.nanos, one.kind)))
