"""Finds what was paid for answers that nobody saw, and what OpenClaw's own figure leaves out."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from token_dashboard.agents._contract import AgentLog
from token_dashboard.engine.watched import WatchedAgent
from token_dashboard.ledger import Ledger
from token_dashboard.ledger.caused import by_cause, singles
from token_dashboard.model.errors import AgentLogError
from token_dashboard.model.invisible import Invisible, InvisiblePart, Spending, Visibility
from token_dashboard.model.money import Money, Nanos
from token_dashboard.model.period import Period, start_of
from token_dashboard.model.report import Dimension, Totals
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


@dataclass(slots=True)
class _Tally:
    requests: int = 0
    tokens: int = 0
    cost: Nanos = 0
    unpriced: int = 0

    def add(self, event: UsageEvent, cost: Nanos | None) -> None:
        requests = event.requests or 1
        self.requests += requests
        self.tokens += event.total_tokens
        if cost is None:
            self.unpriced += requests
        else:
            self.cost += cost

    @property
    def spending(self) -> Spending:
        return Spending(
            requests=self.requests,
            tokens=self.tokens,
            cost=Money(self.cost),
            unpriced_requests=self.unpriced,
        )


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
    is_over = Event()
    try:
        known = await asyncio.to_thread(_found, agents[0], homes, is_over) if agents else {}
    finally:
        is_over.set()
    period = Period(start_of(since or _LONG_AGO, tz), start_of((until or _FAR_AHEAD) + timedelta(days=1), tz))
    counted = await ledger.usage.totals(period, {Dimension.AGENT: _AGENT})
    tallies: defaultdict[tuple[Visibility, bool], _Tally] = defaultdict(_Tally)
    traced: defaultdict[str, _Tally] = defaultdict(_Tally)
    theirs = _Tally()
    async with ledger.proof.moment() as reader:
        caused = await by_cause(reader, period, _AGENT)
        async for page in singles(reader, known, period, _AGENT):
            for event in page:
                found, cost = known[event.key], event.likely_cost_nanos
                tallies[found.kind, found.is_counted].add(event, cost)
                traced[event.attribution.trigger or ""].add(event, cost)
                if found.is_counted:
                    theirs.add(event, found.cost_nanos)
    unseen: defaultdict[Visibility, Spending] = defaultdict(Spending)
    uncounted: defaultdict[Visibility, Spending] = defaultdict(Spending)
    untraced = Spending()
    for (kind, is_counted), tally in tallies.items():
        unseen[kind] += tally.spending
        if not is_counted:
            uncounted[kind] += tally.spending
    for cause, totals in caused.items():
        if (rest := _spending(totals) - traced[cause].spending).requests:
            kind = _BY_TRIGGER.get(cause, Visibility.VISIBLE)
            unseen[kind] += rest
            uncounted[kind] += rest
            untraced += rest
    total = sum(unseen.values(), Spending())
    unseen.pop(Visibility.VISIBLE, None)
    return Invisible(
        time_zone=tz.key,
        since=since,
        until=until,
        total=total,
        parts=_dearest_first(unseen),
        openclaw=theirs.spending,
        uncounted=_dearest_first(uncounted),
        untraced=untraced,
        pruned_requests=max(counted.requests - total.requests, 0),  # more may have come in meanwhile
    )


def _spending(totals: Totals) -> Spending:
    return Spending(
        requests=totals.requests,
        tokens=totals.input_tokens + totals.output_tokens,
        cost=Money(totals.likely_cost_nanos),
        unpriced_requests=totals.requests - totals.likely_requests,
    )


def _found(agent: AgentLog, homes: Sequence[Path], is_over: Event) -> Mapping[int, _Judged]:
    """Every answer in the transcripts, by its key. One that a copy still shows is shown.

    No further file is opened once it is over, for who is cancelled waits for this thread.
    """
    from token_dashboard.agents._openclaw_turns import turns_in  # noqa: PLC0415 - it decodes

    turns: dict[int, list[Turn]] = defaultdict(list)
    for file in {file.path: file for home in homes for file in agent.find(home)}.values():
        if is_over.is_set():
            break
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
    stored = [one for one in copies if one.is_stored]
    counted = next((one for one in stored or copies if one.is_counted), None)
    return _Judged(kind, counted is not None, None if counted is None else counted.event.recorded_cost_nanos)


def _dearest_first(spent: Mapping[Visibility, Spending]) -> tuple[InvisiblePart, ...]:
    parts = [InvisiblePart(kind=kind, spending=spending) for kind, spending in spent.items()]
    return tuple(sorted(parts, key=lambda one: (-one.spending.cost.nanos, one.kind)))
