"""Scheduled summaries: each once, at its time by the owner's clock, with the figures of the days before."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from alert_world import BERLIN, Reader, at
from engine_wiring import Engine, Wiring
from movable_clock import MovableClock

from token_dashboard.engine.courier import Courier
from token_dashboard.engine.digests import Digests, Plan, latest_time
from token_dashboard.engine.ports import Channel
from token_dashboard.model.alert import Severity
from token_dashboard.model.digest import Covers
from token_dashboard.model.money import Money
from token_dashboard.model.period import DAY_MS

DAILY = Plan(name="daily", schedule="0 9 * * *", covers=Covers.DAY)


def digests(engine: Engine, *readers: Reader, plans: Sequence[Plan] = (DAILY,)) -> tuple[Digests, Courier]:
    courier = Courier(engine.ledger, engine.clock)
    for reader in readers:
        severities = frozenset({Severity.CRITICAL} if reader.name == "pager" else Severity)
        takes_digests = reader.name != "hook"
        courier.add(Channel(notifier=reader, severities=severities, takes_digests=takes_digests))
    return Digests(plans, engine.dashboard, engine.ledger, courier, engine.clock, BERLIN), courier


def days_of(reader: Reader) -> list[str]:
    told = [notice.digest.as_of_ms for notice in reader.got if notice.digest]
    return [f"{datetime.fromtimestamp(one / 1000, UTC).astimezone(BERLIN):%d %H:%M}" for one in told]


async def test_a_daily_summary_comes_once_a_day_at_its_time_through_restarts_and_a_change_of_clocks(
    wiring: Wiring, clock: MovableClock
) -> None:
    wiring.tz = BERLIN
    reader = Reader()
    clock.time_ms = at("2026-10-23 12:00", BERLIN)
    while clock.now_ms() < at("2026-10-27 12:00", BERLIN):
        async with wiring.running() as engine:
            looking, courier = digests(engine, reader)
            for _ in range(8):
                await looking.look()
                await courier.deliver()
                clock.move(1800)
    assert days_of(reader) == ["24 09:00", "25 09:00", "26 09:00", "27 09:00"]


@pytest.mark.parametrize(("named", "got"), [(None, ["chat"]), (("pager", "hook"), ["pager"])])
async def test_a_channel_for_some_alerts_only_gets_a_summary_if_it_is_named(
    wiring: Wiring, clock: MovableClock, named: Sequence[str] | None, got: list[str]
) -> None:
    readers = [Reader(name) for name in ("chat", "pager", "hook")]
    async with wiring.running() as engine:
        looking, courier = digests(engine, *readers, plans=[replace(DAILY, channels=named)])
        await looking.look()
        clock.move(86_400)
        await looking.look()
        await courier.deliver()
    assert [one.name for one in readers if one.got] == got


async def test_after_a_long_sleep_one_summary_comes(wiring: Wiring, clock: MovableClock) -> None:
    reader = Reader()
    async with wiring.running() as engine:
        looking, courier = digests(engine, reader)
        await looking.look()
        clock.move(5 * 86_400)
        for _ in range(3):
            await looking.look()
            await courier.deliver()
    assert len(reader.got) == 1


async def test_a_clock_that_is_set_back_repeats_none(wiring: Wiring, clock: MovableClock) -> None:
    reader = Reader()
    clock.time_ms = at("2026-11-22 08:30", BERLIN)
    async with wiring.running() as engine:
        looking, courier = digests(engine, reader)
        for hour in range(30):
            if hour == 4:
                clock.time_ms -= DAY_MS
            await looking.look()
            await courier.deliver()
            clock.move(3600)
    assert days_of(reader) == ["22 09:30"]


async def test_a_changed_schedule_waits_for_its_next_time(wiring: Wiring, clock: MovableClock) -> None:
    reader = Reader()
    clock.time_ms = at("2026-11-22 12:00", BERLIN)
    async with wiring.running() as engine:
        await digests(engine, reader)[0].look()
        other = Plan(name="daily", schedule="0 11 * * *", covers=Covers.DAY)
        looking, courier = digests(engine, reader, plans=[other])
        for _ in range(24):
            await looking.look()
            await courier.deliver()
            clock.move(3600)
    assert days_of(reader) == ["23 11:00"]


async def test_two_processes_post_it_once(wiring: Wiring, clock: MovableClock) -> None:
    reader = Reader()
    async with wiring.running() as one, wiring.running() as other:
        both = [digests(engine, reader) for engine in (one, other)]
        for looking, _ in both:
            await looking.look()
        clock.move(86_400)
        for looking, courier in both:
            await looking.look()
            await courier.deliver()
    assert len(reader.got) == 1


async def test_it_goes_to_the_channels_that_were_named_and_to_none_that_takes_no_words(
    wiring: Wiring, clock: MovableClock
) -> None:
    mail, chat, hook = Reader(name="mail"), Reader(name="chat"), Reader(name="hook")
    plans = [DAILY, Plan(name="weekly", schedule="0 9 * * *", covers=Covers.WEEK, channels=("mail",))]
    async with wiring.running() as engine:
        looking, courier = digests(engine, mail, chat, hook, plans=plans)
        await looking.look()
        clock.move(86_400)
        await looking.look()
        await courier.deliver()
    assert [len(reader.got) for reader in (mail, chat, hook)] == [2, 1, 0]


async def test_it_sums_the_whole_days_before_and_compares_them_with_those_before(
    wiring: Wiring, clock: MovableClock
) -> None:
    wiring.tz = BERLIN
    clock.time_ms = at("2026-11-22 09:00", BERLIN)
    replies = {"2026-11-20T23:30:00Z": 100, "2026-11-21T12:00:00Z": 200, "2026-11-20T12:00:00Z": 50}
    replies |= {"2026-11-21T23:30:00Z": 7_000}
    log(wiring, replies)
    async with wiring.running() as engine:
        await engine.scanner.scan()
        digest = await digests(engine)[0].make(Covers.DAY)
        week = await digests(engine)[0].make(Covers.WEEK)
    assert (digest.requests, digest.tokens) == (2, 300)
    assert digest.cost is not None
    assert digest.previous_cost is not None
    assert digest.cost.nanos == 6 * digest.previous_cost.nanos
    assert digest.daily_nanos[-2:] == (digest.previous_cost.nanos, digest.cost.nanos)
    assert [share.model for share in digest.models] == ["claude-opus-4-5"]
    assert (week.requests, week.tokens, week.previous_cost) == (3, 350, Money(0))


def log(wiring: Wiring, replies: dict[str, int]) -> None:
    """Replies by their time, with so many tokens of output."""
    lines = []
    for number, (moment, tokens) in enumerate(replies.items()):
        usage = {"input_tokens": 0, "output_tokens": tokens}
        message = {"id": f"m{number}", "role": "assistant", "model": "claude-opus-4-5", "usage": usage}
        ids = {"timestamp": moment, "requestId": f"r{number}"}
        lines.append({"type": "assistant", **ids, "message": message})
    path = wiring.folder / ".claude" / "projects" / "p" / "s.jsonl"
    path.parent.mkdir(parents=True)
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))


@pytest.mark.parametrize("schedule", ["", "0 9 * *", "0 9 * * * *", "99 * * * *", "x y z a b"])
def test_what_is_no_schedule_is_refused(schedule: str) -> None:
    with pytest.raises(ValueError, match=r"Bad|fields"):
        latest_time(schedule, 0, BERLIN)


def test_a_time_that_the_clocks_leave_out_comes_right_after_and_one_that_comes_twice_comes_once() -> None:
    spring = at("2026-03-29 03:30", BERLIN)
    assert latest_time("30 2 * * *", spring, BERLIN) == at("2026-03-29 03:00", BERLIN)
    first = at("2026-10-25 02:30", BERLIN)
    assert latest_time("30 2 * * *", first + 5 * 3_600_000, BERLIN) == first
    assert latest_time("0 9 * * *", at("2026-11-22 09:00"), ZoneInfo("UTC")) == at("2026-11-22 09:00")
