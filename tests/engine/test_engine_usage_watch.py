"""Odd use is noticed in what the ledger holds: spikes, loops, idle burn, logs that stopped."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from alert_world import at
from movable_clock import MovableClock

from token_dashboard.analysis.thresholds import Judgement
from token_dashboard.engine.usage_watch import LOOK_EVERY_MS, UsageWatch
from token_dashboard.ledger import Ledger, open_ledger
from token_dashboard.model.alert import AlertKind, CauseKind, Condition
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.period import DAY_MS, HOUR_MS, MINUTE_MS
from token_dashboard.model.usage import UsageEvent, event_key

NOW = at("2026-11-20 17:55")
CENT = 10_000_000


def asked(
    time_ms: int,
    *,
    session: str = "work",
    trigger: str | None = "human",
    cents: int = 5,
    agent: str = "openclaw",
) -> UsageEvent:
    return UsageEvent(
        key=event_key(agent, f"{time_ms} {session} {trigger}"),
        time_ms=time_ms,
        source="log",
        agent=agent,
        provider="anthropic",
        model="claude-opus-4-5",
        input_tokens=20_000 * cents // 5,
        output_tokens=200,
        attribution=Attribution(session=session, trigger=trigger),
        list_cost_nanos=cents * CENT,
    )


def four_weeks() -> list[UsageEvent]:
    """A bot that is talked to from nine to five, and whose heartbeat never sleeps."""
    midnight = NOW - NOW % DAY_MS
    talks = [
        asked(midnight - day * DAY_MS + hour * HOUR_MS + minute * MINUTE_MS)
        for day in range(1, 28)
        for hour in range(9, 17)
        for minute in range(0, 60, 5)
    ]
    beats = [
        asked(time_ms, session="main", trigger="heartbeat", cents=0)
        for time_ms in range(midnight - 27 * DAY_MS, NOW, HOUR_MS)
    ]
    return [*talks, *beats]


@pytest.fixture
async def ledger(tmp_path: Path) -> AsyncIterator[Ledger]:
    async with open_ledger(tmp_path / "ledger.db", MovableClock(NOW)) as opened:
        await opened.usage.record(four_weeks())
        yield opened


async def looked(ledger: Ledger, now_ms: int = NOW) -> dict[AlertKind, Condition]:
    async def scanned_ms() -> int:
        return now_ms

    judgement = Judgement()
    await UsageWatch(ledger, scanned_ms).judge(judgement, now_ms)
    return {one.kind: one for one in judgement.conditions}


async def test_ordinary_days_are_no_news(ledger: Ledger) -> None:
    await ledger.usage.record([asked(NOW - minute * MINUTE_MS) for minute in range(0, 120, 5)])
    assert await looked(ledger) == {}


async def test_a_spike_names_the_session_that_spent_it(ledger: Ledger) -> None:
    dear = [asked(NOW - n * MINUTE_MS, session="migration", cents=80) for n in range(60)]
    await ledger.usage.record(dear)
    spike = (await looked(ledger))[AlertKind.SPEND_SPIKE]
    assert spike.money is not None
    assert spike.money.nanos == sum(one.list_cost_nanos or 0 for one in dear)
    assert "migration" in [one.name for one in spike.causes if one.kind is CauseKind.SESSION]


async def test_a_session_that_runs_away_alone_is_a_loop_and_one_with_a_person_is_none(ledger: Ledger) -> None:
    fast = range(NOW - 10 * MINUTE_MS, NOW, 4_000)
    await ledger.usage.record([asked(time_ms, session="night", trigger="cron") for time_ms in fast])
    assert (await looked(ledger))[AlertKind.LOOP].session == "night"
    await ledger.usage.record([asked(NOW - MINUTE_MS, session="night")])
    assert AlertKind.LOOP not in await looked(ledger)


async def test_no_loop_is_told_of_an_agent_whose_log_does_not_say_who_asks(ledger: Ledger) -> None:
    fast = range(NOW - 10 * MINUTE_MS, NOW, 4_000)
    await ledger.usage.record([asked(time_ms, session="code", trigger=None) for time_ms in fast])
    assert AlertKind.LOOP not in await looked(ledger)


async def test_heartbeats_that_cost_while_nobody_talks_are_idle_burn(ledger: Ledger) -> None:
    beats = range(NOW - 2 * HOUR_MS, NOW, 5 * MINUTE_MS)
    await ledger.usage.record(
        [asked(time_ms, session="main", trigger="heartbeat", cents=4) for time_ms in beats]
    )
    idle = (await looked(ledger))[AlertKind.IDLE_BURN]
    assert (idle.subject, idle.causes[0].name) == ("openclaw", "heartbeat")
    await ledger.usage.record([asked(NOW - MINUTE_MS)])
    assert AlertKind.IDLE_BURN not in await looked(ledger)


async def test_a_bot_whose_heartbeat_stops_is_told_of_and_people_may_sleep(ledger: Ledger) -> None:
    assert AlertKind.DATA_STOPPED not in await looked(ledger, NOW + HOUR_MS)
    stopped = (await looked(ledger, NOW + 6 * HOUR_MS))[AlertKind.DATA_STOPPED]
    assert (stopped.subject, stopped.account) == ("openclaw", None)


async def test_looks_within_minutes_leave_everything_as_it_was(ledger: Ledger) -> None:
    async def scanned_ms() -> int:
        return NOW

    watch = UsageWatch(ledger, scanned_ms)
    first, second, third = Judgement(), Judgement(), Judgement()
    await watch.judge(first, NOW)
    await watch.judge(second, NOW + LOOK_EVERY_MS - 1)
    await watch.judge(third, NOW + LOOK_EVERY_MS)
    assert (bool(first.judged), bool(second.judged), bool(third.judged)) == (True, False, True)
