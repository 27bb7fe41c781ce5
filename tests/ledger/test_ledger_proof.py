"""The ledger counted from several sides, and opened down to single events."""

import asyncio
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_world import NOON, SetClock, Stored, an_event, sum_by_hand

from token_dashboard.ledger import Ledger, open_ledger
from token_dashboard.ledger.proof import Counts
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.period import DAY_MS, Period
from token_dashboard.model.report import Dimension
from token_dashboard.model.usage import UsageEvent

ADA, BEN = Attribution(session="ada", project="/home/ada/shop"), Attribution(session="ben")
EVENTS = [
    an_event("m1", "r1", owner=ADA),
    an_event("m1", "r1", owner=ADA, tokens=(100, 90)),
    an_event("m1", "r2", owner=BEN, is_sidechain=True),
    an_event("m2", owner=BEN, cost=None, model="new-model", recorded_cost_nanos=7_000),
    an_event("m3", time_ms=NOON + DAY_MS, cost=2_500_000_000, recorded_cost_nanos=1),
    an_event("m4", agent=None, requests=None, time_ms=NOON + DAY_MS),
]


def missing(counts: Counts) -> dict[str, int]:
    """Records handed over, less those of which something is left, by agent."""
    held: dict[str, int] = {}
    for one in counts.held:
        held[one.agent] = held.get(one.agent, 0) + one.rows
    return {
        agent: one.records - one.merged - one.pruned - held.get(agent, 0)
        for agent, one in counts.intake.items()
    }


async def counted(ledger: Ledger) -> Counts:
    return await ledger.proof.count()


async def test_every_record_is_held_or_merged(ledger: Ledger) -> None:
    for event in EVENTS:
        await ledger.usage.record([event])
    await ledger.usage.record(EVENTS)
    counts = await counted(ledger)
    assert missing(counts) == {"claude-code": 0, "": 0}
    assert counts.intake["claude-code"].records == 10
    assert sum(one.replays for one in counts.held) == 1
    assert (counts.above, counts.below, counts.days, counts.strays) == (None, None, None, 0)


async def test_what_is_pruned_stays_accounted_for(ledger: Ledger) -> None:
    await ledger.usage.keep_days(ZoneInfo("Asia/Kolkata"), NOON)
    await ledger.usage.record(EVENTS)
    assert await ledger.usage.prune(NOON + 1) == 3
    await ledger.usage.record(EVENTS)
    counts = await counted(ledger)
    assert missing(counts) == {"claude-code": 0, "": 0}
    assert (counts.pruned, counts.pruned_requests, counts.undetailed) == (3, 2, 2)
    assert (counts.above, counts.below, counts.days) == (None, None, None)


async def test_a_ledger_from_before_records_were_counted_balances(path: Path) -> None:
    path.parent.mkdir(parents=True)
    change(path, (Path(__file__).parent / "versions" / "0005.sql").read_text())
    async with open_ledger(path, SetClock()) as ledger:
        counts = await counted(ledger)
        assert sum(one.rows for one in counts.held) > 0
        assert set(missing(counts).values()) == {0}
        assert (counts.below, counts.days, counts.strays) == (None, None, 0)
        assert counts.pruned == sum(one.pruned for one in counts.intake.values())


RECORDS = st.builds(
    lambda request, member, sidechain, output, minute, agent: an_event(
        f"m{request}",
        f"r{member}" if member else "",
        is_sidechain=sidechain,
        tokens=(100, output),
        time_ms=NOON + minute * 60_000,
        agent=agent,
    ),
    request=st.integers(0, 5),
    member=st.integers(0, 2),
    sidechain=st.booleans(),
    output=st.integers(0, 3),
    minute=st.integers(0, 60),
    agent=st.sampled_from(["claude-code", "codex"]),
)
STEPS = st.lists(st.lists(RECORDS, max_size=12) | st.integers(0, 60), max_size=8)
"""Batches of records, and minutes before which detail is deleted."""


@settings(max_examples=60)
@given(steps=STEPS)
async def test_whatever_comes_in_and_is_deleted_balances(steps: list[list[UsageEvent] | int]) -> None:
    with TemporaryDirectory() as folder:
        async with open_ledger(Path(folder) / "ledger.db", SetClock()) as ledger:
            await ledger.usage.keep_days(ZoneInfo("Asia/Kathmandu"), NOON)
            for step in steps:
                if isinstance(step, int):
                    await ledger.usage.prune(NOON + step * 60_000)
                else:
                    await ledger.usage.record(step)
            counts = await counted(ledger)
            assert set(missing(counts).values()) <= {0}
            assert (counts.above, counts.below, counts.days, counts.strays) == (None, None, None, 0)
            assert counts.undetailed == counts.pruned_requests


def change(path: Path, script: str) -> None:
    """Change a ledger's file behind the ledger's back."""
    with closing(sqlite3.connect(path)) as database:
        database.executescript(script)


@pytest.mark.parametrize(
    ("damage", "seen"),
    [
        ("delete from event where key = (select max(key) from event)", "missing"),
        ("update event set output_tokens = output_tokens + 1 where output_tokens = 90", "below"),
        ("update rollup set list_cost_nanos = list_cost_nanos + 1", "above"),
        ("update day_rollup set requests = requests + 1", "days"),
        ("update hour_rollup set requests = requests + 1", "hours"),
        ("delete from thread where session = 'ada'", "strays"),
    ],
)
async def test_damage_is_seen(in_a_file: Ledger, path: Path, damage: str, seen: str) -> None:
    await in_a_file.usage.keep_days(ZoneInfo("UTC"), NOON)
    await in_a_file.usage.record(EVENTS)
    change(path, damage)
    counts = await counted(in_a_file)
    if seen == "missing":
        assert sum(missing(counts).values()) == 1
    else:
        assert getattr(counts, seen)


async def test_where_sums_differ_is_named(in_a_file: Ledger, path: Path) -> None:
    await in_a_file.usage.record(EVENTS)
    change(path, "update event set output_tokens = output_tokens + 4 where output_tokens = 90")
    below = (await counted(in_a_file)).below
    assert below is not None
    assert (below.agent, below.model, below.name, below.by) == (
        "claude-code",
        "claude-opus-4-5",
        "output_tokens",
        -4,
    )
    assert (below.places, below.bucket_ms) == (1, NOON)


@pytest.mark.parametrize(
    ("period", "only"),
    [
        (None, {}),
        (Period(NOON, NOON + DAY_MS), {}),
        (None, {Dimension.SESSION: "ada"}),
        (None, {Dimension.MODEL: ("new-model", "claude-opus-4-5"), Dimension.AGENT: "claude-code"}),
        (None, {Dimension.PROJECT: "nowhere"}),
    ],
)
async def test_a_figure_is_the_sum_of_its_events(
    ledger: Ledger, period: Period | None, only: dict[Dimension, str | tuple[str, ...]]
) -> None:
    await ledger.usage.record(EVENTS)
    events = [one.event async for one in ledger.proof.events(period, only)]
    figure = await ledger.proof.figure(period, only)
    assert figure == await ledger.usage.totals(period, only) == sum_by_hand(events)


async def test_every_event_comes_once_however_many_there_are(ledger: Ledger) -> None:
    many = [an_event(f"m{number}", time_ms=NOON + number % 7) for number in range(5_003)]
    await ledger.usage.record(many)
    assert sorted([one.event.key async for one in ledger.proof.events(None)]) == sorted(
        one.key for one in many
    )
    by_time = sorted((one.time_ms, one.key) for one in many)
    for limit in (None, 3):
        newest = await ledger.proof.newest(None, {}, limit)
        assert [(one.event.time_ms, one.event.key) for one in newest] == by_time[-(limit or 0) :]


@pytest.mark.parametrize("limit", [None, 0, 3, 5_000, 5_001, 9_000])
async def test_events_come_by_time_page_by_page(ledger: Ledger, limit: int | None) -> None:
    many = [an_event(f"m{number}", time_ms=NOON + number % 7) for number in range(5_003)]
    await ledger.usage.record(many)
    pages = [page async for page in ledger.proof.by_time(None, {}, limit)]
    assert all(0 < len(page) <= 5_000 for page in pages)
    by_time = sorted((one.time_ms, one.key) for one in many)
    wanted = by_time[len(many) - min(len(many) if limit is None else limit, len(many)) :]
    assert [(one.event.time_ms, one.event.key) for page in pages for one in page] == wanted


async def test_the_files_of_a_session_are_known(ledger: Ledger) -> None:
    cursor = Cursor(LogFile("/log", 1, 2, 3, 4), 3, 1, b"")
    await ledger.usage.record([EVENTS[0]], agent="claude-code", cursors=[cursor], origins={"/log": {ADA}})
    told: UsageEvent = an_event("m9", owner=ADA._replace(channel="telegram"), source="hook")
    await ledger.usage.record([told, EVENTS[3]])
    held = {one.event.key: one.thread async for one in ledger.proof.events(None)}
    origins = await ledger.proof.origins(set(held.values()))
    assert origins[held[EVENTS[0].key]] == (("claude-code", "/log"),)
    assert origins[held[told.key]] == (("claude-code", "/log"),)
    assert origins[held[EVENTS[3].key]] == ()


async def test_values_are_found_by_any_part_of_them(ledger: Ledger) -> None:
    await ledger.usage.record([*EVENTS, an_event("m8", model="100%_sure")])
    assert await ledger.proof.values("OPUS") == {Dimension.MODEL: ["claude-opus-4-5"]}
    assert await ledger.proof.values("0%_s") == {Dimension.MODEL: ["100%_sure"]}
    assert await ledger.proof.values("ada") == {
        Dimension.PROJECT: ["/home/ada/shop"],
        Dimension.SESSION: ["ada"],
    }
    assert await ledger.proof.values("nothing") == {}


async def test_requests_that_were_pruned_are_known(ledger: Ledger) -> None:
    await ledger.usage.record(EVENTS)
    await ledger.usage.prune(NOON + 1)
    keys = {one.key for one in EVENTS}
    assert await ledger.proof.known({*keys, 12}) == keys


async def test_counting_waits_for_no_stored_look(ledger: Ledger, stored: Stored) -> None:
    await ledger.usage.record(EVENTS)
    await counted(ledger)
    assert await stored.look("select count(*) from event") == [(5,)]


async def test_a_caller_that_is_cancelled_in_a_long_question_goes_at_once(in_a_file: Ledger) -> None:
    async def ask() -> None:
        async with in_a_file.proof.moment() as reader:
            asking.set()
            await reader.fetch(
                "with recursive n (i) as (select 1 union all select i + 1 from n limit 100000000)"
                " select count(*) from n"
            )

    asking = asyncio.Event()
    question = asyncio.create_task(ask())
    async with asyncio.timeout(5):
        await asking.wait()
    began = time.monotonic()
    question.cancel()
    with pytest.raises(asyncio.CancelledError):
        await question
    assert time.monotonic() - began < 2
