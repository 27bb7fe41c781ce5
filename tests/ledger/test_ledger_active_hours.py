"""When an agent was first and last active in each hour, whatever happens to the requests at the ends."""

import pytest
from ledger_world import NOON, Stored, active_hours_agree, an_event

from token_dashboard.ledger import Ledger
from token_dashboard.ledger.upkeep import Selection, Upkeep
from token_dashboard.ledger.withdrawals import withdraw
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.period import BUCKET_MS, HOUR_MS, MINUTE_MS
from token_dashboard.model.usage import UsageEvent

FIRST, LAST = NOON + MINUTE_MS, NOON + 59 * MINUTE_MS
BETWEEN = NOON + 30 * MINUTE_MS

Hours = dict[int, tuple[int, int]]


async def hours(ledger: Ledger) -> Hours:
    return await ledger.timeline.active_hours("claude-code")


async def unknown(stored: Stored) -> int:
    """How many hours have an end that has to be looked up."""
    rows = await stored.look("select count(*) from active_hour where first_ms is null or last_ms is null")
    return int(rows[0][0])


def imported(name: str, time_ms: int) -> UsageEvent:
    return an_event(name, "r", source="import", time_ms=time_ms)


async def test_each_hour_of_an_agent_tells_its_first_and_its_last_request(ledger: Ledger) -> None:
    times = (NOON + 5, NOON + 90_000, NOON + HOUR_MS)
    await ledger.usage.record([an_event(f"m{time}", time_ms=time) for time in times])
    await ledger.usage.record([an_event("other", time_ms=NOON, agent="codex")])
    assert await hours(ledger) == {
        NOON: (NOON + 5, NOON + 90_000),
        NOON + HOUR_MS: (NOON + HOUR_MS, NOON + HOUR_MS),
    }
    assert await ledger.timeline.active_hours("claude-code", NOON + HOUR_MS) == {
        NOON + HOUR_MS: (NOON + HOUR_MS, NOON + HOUR_MS)
    }
    assert await ledger.timeline.active_hours("gemini-cli") == {}


async def test_hours_before_1970_are_hours_too(ledger: Ledger) -> None:
    await ledger.usage.record([an_event("old", time_ms=-1)])
    assert await hours(ledger) == {-HOUR_MS: (-1, -1)}


async def test_a_request_that_grows_in_place_leaves_nothing_to_look_up(
    ledger: Ledger, stored: Stored
) -> None:
    await ledger.usage.record([an_event("a", time_ms=FIRST), an_event("b", time_ms=LAST)])
    for tokens in (200, 300):
        await ledger.usage.record([an_event("b", time_ms=LAST + MINUTE_MS, tokens=(100, tokens))])
    assert (await hours(ledger), await unknown(stored)) == ({NOON: (FIRST, LAST)}, 0)


@pytest.mark.parametrize("earlier", [NOON - 1, NOON, BETWEEN])
async def test_the_last_request_may_turn_out_to_be_earlier(
    ledger: Ledger, stored: Stored, earlier: int
) -> None:
    await ledger.usage.record([an_event(name, time_ms=time) for name, time in (("a", FIRST), ("b", LAST))])
    await ledger.usage.record([an_event("b", time_ms=earlier)])
    of_noon = [time for time in (FIRST, earlier) if time >= NOON]
    expected = {NOON: (min(of_noon), max(of_noon))}
    if earlier < NOON:
        expected = {NOON - HOUR_MS: (earlier, earlier), **expected}
    assert await hours(ledger) == expected
    assert await active_hours_agree(stored)


@pytest.mark.parametrize(
    ("copied", "made", "ends"),
    [
        (LAST, FIRST, (FIRST, BETWEEN)),
        (FIRST, LAST, (BETWEEN, LAST)),
    ],
)
async def test_a_sidechains_request_at_an_end_turns_out_to_be_a_replay(
    ledger: Ledger, stored: Stored, copied: int, made: int, ends: tuple[int, int]
) -> None:
    await ledger.usage.record([an_event("a", time_ms=BETWEEN)])
    await ledger.usage.record([an_event("b", "copy", time_ms=copied, is_sidechain=True)])
    await ledger.usage.record([an_event("b", "main", time_ms=made)])
    assert await hours(ledger) == {NOON: ends}
    assert await active_hours_agree(stored)


async def test_ends_that_were_taken_back_are_looked_up_among_what_is_left(
    ledger: Ledger, stored: Stored
) -> None:
    first, last = imported("first", FIRST), imported("last", LAST)
    await ledger.usage.record([first, an_event("read", time_ms=BETWEEN), last])
    await withdraw(Upkeep.of(ledger), [first.key, last.key])
    assert await hours(ledger) == {NOON: (BETWEEN, BETWEEN)}
    assert (await active_hours_agree(stored), await unknown(stored)) == (True, 1)


async def test_ends_stay_known_when_the_detail_is_deleted(ledger: Ledger, stored: Stored) -> None:
    gone = imported("gone", FIRST - 1)
    await ledger.usage.record([gone, an_event("a", time_ms=FIRST), an_event("b", time_ms=LAST)])
    await withdraw(Upkeep.of(ledger), [gone.key])
    assert await unknown(stored) == 1
    await ledger.usage.prune(NOON + HOUR_MS)
    assert (await hours(ledger), await unknown(stored)) == ({NOON: (FIRST, LAST)}, 0)
    await ledger.usage.record([an_event("late", time_ms=LAST + 1)])
    assert await hours(ledger) == {NOON: (FIRST, LAST + 1)}


async def test_an_end_that_nothing_tells_any_more_is_that_of_the_hour(ledger: Ledger) -> None:
    first = imported("first", FIRST)
    await ledger.usage.record([first, an_event("read", time_ms=LAST)])
    await ledger.usage.prune(NOON + HOUR_MS)
    await withdraw(Upkeep.of(ledger), [first.key])
    assert await hours(ledger) == {NOON: (NOON, LAST)}


async def test_what_is_purged_has_no_hours(ledger: Ledger, stored: Stored) -> None:
    times = (NOON - 1, FIRST, BETWEEN, LAST, LAST + HOUR_MS)
    await ledger.usage.record([an_event(f"m{time}", time_ms=time) for time in times])
    await ledger.usage.record([an_event("other", time_ms=FIRST, agent="codex")])
    await Upkeep.of(ledger).purge(Selection(NOON + BUCKET_MS, "claude-code"))
    assert await hours(ledger) == {
        NOON: (BETWEEN, LAST),
        NOON + HOUR_MS: (LAST + HOUR_MS, LAST + HOUR_MS),
    }
    await Upkeep.of(ledger).purge(Selection(agent="claude-code"))
    assert await hours(ledger) == {}
    assert await ledger.timeline.active_hours("codex") == {NOON: (FIRST, FIRST)}
    await Upkeep.of(ledger).purge(Selection(NOON + HOUR_MS))
    assert await ledger.timeline.active_hours("codex") == {}
    assert await active_hours_agree(stored)


async def test_hours_are_an_agents_whosever_machine_it_ran_on(ledger: Ledger, stored: Stored) -> None:
    await ledger.usage.record(
        [
            an_event("nobodys", agent=None, time_ms=FIRST),
            an_event("theirs", time_ms=LAST, owner=Attribution(machine="bob")),
        ]
    )
    assert await hours(ledger) == {NOON: (LAST, LAST)}
    assert await ledger.timeline.active_hours("") == {NOON: (FIRST, FIRST)}
    assert await active_hours_agree(stored)
