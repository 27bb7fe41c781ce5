"""What the ledger's tests share: events to record, and an independent look at what is stored."""

import sqlite3
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, closing
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from token_dashboard.model.attribution import NOBODY, Attribution
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.money import NANOS_PER_UNIT
from token_dashboard.model.report import Totals
from token_dashboard.model.secret import Secret
from token_dashboard.model.usage import UsageEvent, event_key, merge_group

NOON = 1_763_812_800_000
"""2025-11-22 12:00 UTC."""

_SUMMED = (
    "input_tokens",
    "cache_read_input_tokens",
    "cache_creation_input_tokens",
    "cache_creation_1h_input_tokens",
    "output_tokens",
    "reasoning_output_tokens",
    "web_searches",
)


class SetClock:
    """A clock that shows what it was set to."""

    def __init__(self, now_ms: int = NOON) -> None:
        self.time_ms = now_ms

    def now_ms(self) -> int:
        return self.time_ms


class Stored(Protocol):
    """A ledger's storage, looked at without the ledger."""

    @property
    def place(self) -> Path | Secret:
        """What ``open_ledger`` takes."""
        ...

    async def look(self, sql: str) -> list[tuple[Any, ...]]: ...


class StoredInFile:
    def __init__(self, place: Path) -> None:
        self.place = place

    async def look(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.place)) as connection:
            assert connection.execute("pragma integrity_check").fetchall() == [("ok",)]
            return connection.execute(sql).fetchall()


class StoredOnServer:
    def __init__(self, place: Secret) -> None:
        self.place = place

    async def look(self, sql: str) -> list[tuple[Any, ...]]:
        import asyncpg

        connection = await asyncpg.connect(
            self.place.reveal(), server_settings={"search_path": "token_dashboard"}
        )
        try:
            return [tuple(row) for row in await connection.fetch(sql)]
        finally:
            await connection.close()


Fresh: TypeAlias = Callable[[], AbstractAsyncContextManager[Stored]]
"""Gives a place for a new ledger, which is gone afterwards."""


def place_of(text: str) -> Path | Secret:
    return Secret(text) if text.startswith("postgresql:") else Path(text)


def an_event(
    request: str,
    member: str = "",
    *,
    time_ms: int = NOON,
    tokens: tuple[int, int] = (100, 10),
    cost: int | None = 1_000,
    agent: str | None = "claude-code",
    provider: str | None = "anthropic",
    model: str | None = "claude-opus-4-5",
    owner: Attribution = NOBODY,
    **rest: object,
) -> UsageEvent:
    event = UsageEvent(
        key=event_key(agent or "", request, member),
        time_ms=time_ms,
        source="log",
        agent=agent,
        provider=provider,
        model=model,
        input_tokens=tokens[0],
        output_tokens=tokens[1],
        attribution=owner,
        list_cost_nanos=cost,
        price_date=None if cost is None else "2025-11-01",
    )
    return event._replace(**rest)


def shared_event(writer: int, n: int) -> UsageEvent:
    """The n-th of 10,000 of a writer; the next writer sees half of them too, streamed to another length."""
    return an_event(f"m{writer * 5_000 + n}", "r", tokens=(n, writer), time_ms=NOON + n * 7_000)


def cursor_at(line: int) -> Cursor:
    return Cursor(LogFile("/log", 1, 2, line, line), line, line, b"")


def sum_by_hand(events: list[UsageEvent]) -> Totals:
    """Totals of records, straight from the model's law of merging."""
    groups: dict[int, list[UsageEvent]] = {}
    for event in events:
        groups.setdefault(event.key >> 15, []).append(event)
    return totals_by_hand([one for group in groups.values() for one in merge_group(group)])


def totals_by_hand(counted: list[UsageEvent]) -> Totals:
    priced = [one for one in counted if one.list_cost_nanos is not None]
    recorded = [one for one in counted if one.recorded_cost_nanos is not None]
    likely = [one for one in counted if one.likely_cost_nanos is not None]
    return Totals(
        requests=_requests(counted),
        **{name: sum(getattr(one, name) for one in counted) for name in _SUMMED},
        priced_requests=_requests(priced),
        list_cost_nanos=sum(one.list_cost_nanos or 0 for one in priced),
        unpriced_tokens=sum(one.total_tokens for one in counted if one.list_cost_nanos is None),
        recorded_requests=_requests(recorded),
        recorded_cost_nanos=sum(one.recorded_cost_nanos or 0 for one in recorded),
        open_sums=sum(one.requests is None for one in counted),
        likely_requests=_requests(likely),
        likely_cost_nanos=sum(one.likely_cost_nanos or 0 for one in likely),
        unknown_cost_tokens=sum(one.total_tokens for one in counted if one.likely_cost_nanos is None),
        doubtful_requests=_requests([one for one in counted if one.is_cost_doubtful]),
    )


def _requests(events: list[UsageEvent]) -> int:
    return sum(one.requests or 1 for one in events)


async def stored_sums(
    stored: Stored,
) -> tuple[dict[tuple[int, ...], list[int]], dict[tuple[int, ...], list[int]]]:
    """The roll-ups as they stand, and as they would be if made anew from the events."""
    strays = await stored.look(
        "select count(*) from event left join series on series.id = series_id"
        " left join thread on thread.id = thread_id where series.id is null or thread.id is null"
    )
    assert strays == [(0,)]
    kept = {
        (bucket, series, thread): [
            *sums[:9],
            sums[9] * NANOS_PER_UNIT + sums[10],
            *sums[11:13],
            sums[13] * NANOS_PER_UNIT + sums[14],
            *sums[15:17],
            sums[17] * NANOS_PER_UNIT + sums[18],
            *sums[19:],
        ]
        for bucket, series, thread, *sums in await stored.look("select * from rollup")
    }
    made: dict[tuple[int, ...], list[int]] = {}
    for time_ms, series, thread, requests, recorded, cost, *counts in await stored.look(
        "select time_ms, series_id, thread_id, requests, recorded_cost_nanos, list_cost_nanos,"
        f" {', '.join(_SUMMED)} from event where role <> 2"
    ):
        sums = made.setdefault((time_ms // 900_000 * 900_000, series, thread), [0] * 18)
        weight, tokens = requests or 1, counts[0] + counts[4]
        is_doubtful = bool(recorded and cost) and not recorded / 1000 < cost < recorded * 1000
        likely = cost if is_doubtful or not recorded else recorded
        new = [weight, *counts, *_cost(cost, weight, tokens), *_cost(recorded, weight, tokens)[:2]]
        new += [requests is None, *_cost(likely, weight, tokens), weight * is_doubtful]
        made[time_ms // 900_000 * 900_000, series, thread] = [a + b for a, b in zip(sums, new, strict=True)]
    return kept, made


def _cost(cost: int | None, weight: int, tokens: int) -> list[int]:
    """Requests with a cost, the cost, tokens without one."""
    return [0, 0, tokens] if cost is None else [weight, cost, 0]


async def roll_ups_agree(stored: Stored) -> bool:
    """Whether quarters of an hour are the sums of their events, and hours those of their quarters."""
    kept, made = await stored_sums(stored)
    return kept == made and await hours_agree(stored) and await active_hours_agree(stored)


async def hours_agree(stored: Stored) -> bool:
    hours: dict[tuple[int, ...], list[int]] = {}
    for bucket, series, thread, *sums in await stored.look("select * from rollup"):
        place = (bucket // 3_600_000 * 3_600_000, series, thread)
        hours[place] = [a + b for a, b in zip(hours.get(place, [0] * len(sums)), sums, strict=True)]
    kept = await stored.look("select * from hour_rollup")
    return {(hour, series, thread): sums for hour, series, thread, *sums in kept} == hours


async def active_hours_agree(stored: Stored) -> bool:
    """Whether what is told of the ends of an hour is so, and something stands there for each hour."""
    rows = await stored.look("select agent, bucket_ms, first_ms, last_ms from active_hour")
    told = {(agent, hour): ends for agent, hour, *ends in rows}
    made: dict[tuple[str, int], list[int]] = {}
    for agent, time_ms in await stored.look(
        "select agent, time_ms from event join series on series.id = series_id where role <> 2"
    ):
        made.setdefault((agent, time_ms // 3_600_000 * 3_600_000), []).append(time_ms)
    known = {hour: [min(times), max(times)] for hour, times in made.items()}
    return all(
        all(end in {None, wanted} for end, wanted in zip(told.get(hour, [-1, -1]), ends, strict=True))
        for hour, ends in known.items()
    ) and all(ends == [None, None] for hour, ends in told.items() if hour not in known)
