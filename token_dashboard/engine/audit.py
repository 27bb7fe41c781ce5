"""Counts everything that was seen, from several sides, and says where the counts disagree."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime

from token_dashboard.engine.watched import WatchedAgent
from token_dashboard.ledger import Ledger
from token_dashboard.ledger.proof import Counts, Intake, Unequal
from token_dashboard.model.clock import Clock
from token_dashboard.model.cursor import Cursor
from token_dashboard.model.proof import AgentBalance, Audit, Imbalance, Pending, SourceCount

_NOTHING = Pending()


async def audit(ledger: Ledger, watched: Sequence[WatchedAgent], clock: Clock) -> Audit:
    """Reads no log and changes nothing: what stands in logs and wasn't read yet is pending."""
    counts = await ledger.proof.count()
    pending = {one.agent.id: await _pending(ledger, one) for one in watched}
    agents = tuple(_balances(counts, pending))
    return Audit(
        as_of_ms=clock.now_ms(),
        agents=agents,
        rejects=await ledger.usage.rejects(limit=sum(counts.rejected.values()) + 1),
        imbalances=tuple(_imbalances(counts, agents)),
    )


async def _pending(ledger: Ledger, watched: WatchedAgent) -> Pending:
    cursors = await ledger.usage.cursors(watched.agent.id)
    return await asyncio.to_thread(_unread, watched, cursors)


def _unread(watched: WatchedAgent, cursors: Mapping[str, Cursor]) -> Pending:
    files = {file.path: file for home in watched.homes for file in watched.agent.find(home)}
    waiting: list[int] = []
    for path, file in files.items():
        cursor = cursors.get(path)
        read = cursor.offset if cursor is not None and cursor.offset <= file.size else 0
        if cursor is None or cursor.file != file or read < file.size:
            waiting.append(file.size - read)
    return Pending(files=len(waiting), bytes=sum(waiting))


def _balances(counts: Counts, pending: Mapping[str, Pending]) -> Iterator[AgentBalance]:
    held: dict[str, dict[str, int]] = defaultdict(dict)
    replays: dict[str, int] = defaultdict(int)
    for one in counts.held:
        held[one.agent][one.source] = one.rows
        replays[one.agent] += one.replays
    waiting = {agent for agent, one in pending.items() if one.files}
    for agent in sorted(counts.intake.keys() | held.keys() | counts.rejected.keys() | waiting):
        intake = counts.intake.get(agent, Intake())
        yield AgentBalance(
            agent=agent or None,
            records=intake.records,
            held=sum(held[agent].values()),
            replays=replays[agent],
            merged=intake.merged,
            pruned=intake.pruned,
            rejected=counts.rejected.get(agent, 0),
            pending=pending.get(agent, _NOTHING),
            sources=tuple(
                SourceCount(source=source, records=rows) for source, rows in sorted(held[agent].items())
            ),
        )


def _imbalances(counts: Counts, agents: Sequence[AgentBalance]) -> Iterator[Imbalance]:
    for one in agents:
        if one.missing:
            expected = one.records - one.merged - one.pruned
            yield Imbalance(name=f"rows of {one.agent or 'no agent'}", counted=one.held, expected=expected)
    deleted = sum(one.pruned for one in agents)
    if counts.pruned != deleted:
        yield Imbalance(name="keys of deleted records", counted=counts.pruned, expected=deleted)
    if counts.strays:
        yield Imbalance(name="rows whose owner is not known", counted=counts.strays, expected=0)
    if counts.below is not None:
        yield _at(counts.below, f"sums of the quarter of an hour from {_moment(counts.below.bucket_ms)}")
    if counts.above is not None:
        yield _at(counts.above, f"sums of the quarter of an hour from {_moment(counts.above.bucket_ms)}")
    if counts.undetailed < counts.pruned_requests:
        # A deleted row may have been the sum of several requests, so there may be more; never less.
        yield Imbalance(
            name="requests in the sums without detail",
            counted=counts.undetailed,
            expected=counts.pruned_requests,
        )
    if counts.hours is not None:
        yield _at(counts.hours, f"sums of the hour from {_moment(counts.hours.bucket_ms)}")
    if counts.days is not None:
        day = date.fromordinal(min(max(counts.days.bucket_ms, 1), date.max.toordinal()))
        yield _at(counts.days, f"sums of the day {day.isoformat()}")


def _at(unequal: Unequal, where: str) -> Imbalance:
    owner = f"{unequal.agent or '?'}, {unequal.model or '?'}"
    return Imbalance(
        name=f"{where}, {owner}: {unequal.name} more than there should be",
        counted=unequal.by,
        expected=0,
        places=unequal.places,
    )


def _moment(time_ms: int) -> str:
    return datetime.fromtimestamp(time_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
