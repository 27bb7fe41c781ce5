"""The ledger as a whole: what it holds, its events one by one, and deleting some of it for good."""

from zoneinfo import ZoneInfo

import pytest
from ledger_world import NOON, Stored, an_event, roll_ups_agree, sum_by_hand

from token_dashboard.ledger import Ledger, Recorded, _whole_events
from token_dashboard.ledger.again import following
from token_dashboard.ledger.imported_windows import WindowSample, remember_windows
from token_dashboard.ledger.upkeep import HeldAgent, Named, Selection, Upkeep
from token_dashboard.ledger.withdrawals import read_tokens, withdraw
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.period import DAY_MS, Period
from token_dashboard.model.usage import UsageEvent

EVER = Period(0, 2**50)


@pytest.fixture
def upkeep(ledger: Ledger) -> Upkeep:
    return Upkeep.of(ledger)


def days(count: int, agent: str = "claude-code", **more: object) -> list[UsageEvent]:
    """Three requests of each of the last days."""
    return [
        an_event(f"{agent}{day}.{n}", "r", time_ms=NOON - day * DAY_MS + n, agent=agent, **more)
        for day in range(count)
        for n in range(3)
    ]


async def events_of(upkeep: Upkeep, period: Period = EVER, page: int = 4) -> list[UsageEvent]:
    return [event async for some in upkeep.events(period, page) for event in some]


async def test_it_tells_how_much_of_what_is_held_and_of_whom(ledger: Ledger, upkeep: Upkeep) -> None:
    await ledger.usage.record(days(4))
    await ledger.usage.record(days(1, "codex"))
    await ledger.usage.prune(NOON - 2 * DAY_MS)
    held = await upkeep.holdings()
    assert held.agents == (
        HeldAgent("claude-code", 12, NOON - 3 * DAY_MS, NOON + 2),
        HeldAgent("codex", 3, NOON, NOON + 2),
    )
    assert (held.first_ms, held.last_ms, held.without_detail) == (NOON - 3 * DAY_MS, NOON + 2, 3)
    assert (held.rows["event"], held.rows["pruned"]) == (12, 3)


@pytest.mark.parametrize("owners_held", [1, 2, 65_536])
async def test_every_event_has_its_owner_however_many_owners_are_held_at_once(
    ledger: Ledger, upkeep: Upkeep, monkeypatch: pytest.MonkeyPatch, owners_held: int
) -> None:
    monkeypatch.setattr(_whole_events, "_OWNERS", owners_held)
    owners = [Attribution(), Attribution(session="s"), Attribution(project="/p", session="s", machine="m")]
    kept = [
        an_event(f"m{one}", owner=owners[one % 3], model=(None, "m", "n", "o")[one % 4]) for one in range(24)
    ]
    await ledger.usage.record([*kept, an_event("m0", "twin", is_sidechain=True)])
    assert await events_of(upkeep) == sorted(kept)


async def test_retention_leaves_what_another_ledger_was_not_told_and_what_is_later(
    ledger: Ledger, upkeep: Upkeep
) -> None:
    await ledger.usage.record(days(4))
    told = await ledger.journal.latest()
    await ledger.usage.record([an_event("late", "r", time_ms=NOON - 2 * DAY_MS)])
    assert await ledger.journal.waiting_from(told, NOON) == 1
    assert await ledger.usage.prune(NOON, told) == 3
    assert await events_of(upkeep, Period(0, NOON - 2 * DAY_MS)) == []
    assert await ledger.usage.prune(NOON, await ledger.journal.latest()) == 7
    assert (await ledger.usage.totals(None)).requests == 13


async def test_what_changed_since_a_recording_is_counted_among_what_is_named(
    ledger: Ledger, upkeep: Upkeep
) -> None:
    await ledger.usage.record(days(2))
    told = await ledger.journal.latest()
    await ledger.usage.record([*days(1, "codex"), an_event("sum", "r", requests=40, agent="codex")])
    assert await upkeep.changed(Selection(agent="codex"), told) == 43
    assert await upkeep.changed(Selection(agent="claude-code"), told) == 0
    assert await upkeep.changed(Selection(before_ms=NOON), 0) == 3


async def test_a_session_counts_once_however_many_write_in_it(ledger: Ledger, upkeep: Upkeep) -> None:
    for sender in ("ann", "bob", None):
        owner = Attribution(session="s", sender=sender)
        await ledger.usage.record([an_event(f"m{sender}", owner=owner), an_event(f"n{sender}")])
    assert (await upkeep.holdings()).sessions == 1


async def test_an_empty_ledger_holds_nothing(upkeep: Upkeep) -> None:
    held = await upkeep.holdings()
    assert (held.agents, held.sessions, held.first_ms, held.without_detail) == ((), 0, None, 0)
    assert await events_of(upkeep) == []


async def test_every_event_of_a_period_comes_once_and_as_it_was(ledger: Ledger, upkeep: Upkeep) -> None:
    owner = Attribution(app="a", project="p", user="u", trigger="cron", session="s", channel="c")
    full = an_event(
        "full",
        "r",
        owner=owner,
        cost=None,
        service_tier="batch",
        is_sidechain=True,
        requests=None,
        recorded_cost_nanos=7,
        cache_read_input_tokens=40,
        cache_creation_input_tokens=30,
        cache_creation_1h_input_tokens=20,
        reasoning_output_tokens=5,
        web_searches=2,
    )
    expected = [*days(5), full]
    await ledger.usage.record(expected)
    assert sorted(await events_of(upkeep)) == sorted(expected)
    today = Period(NOON, NOON + DAY_MS)
    assert {one.key for one in await events_of(upkeep, today)} == {
        one.key for one in expected if one.time_ms >= NOON
    }


async def test_a_replay_that_counts_nowhere_is_no_event(ledger: Ledger, upkeep: Upkeep) -> None:
    main, replay = an_event("m", "main"), an_event("m", "side", is_sidechain=True)
    await ledger.usage.record([main, replay])
    assert await events_of(upkeep) == [main]


async def test_purging_what_is_old_deletes_its_detail_and_its_totals(
    ledger: Ledger, upkeep: Upkeep, stored: Stored
) -> None:
    events = days(6)
    await ledger.usage.record(events)
    await ledger.usage.prune(NOON - 4 * DAY_MS)
    selection = Selection(before_ms=NOON - 2 * DAY_MS)
    assert await upkeep.named(selection) == Named(requests=9, events=6)
    assert await upkeep.purge(selection) == Named(requests=9, events=6)
    kept = [one for one in events if one.time_ms >= NOON - 2 * DAY_MS]
    assert await ledger.usage.totals(None) == sum_by_hand(kept)
    assert sorted(await events_of(upkeep)) == sorted(kept)
    assert (await ledger.usage.span())[0] == NOON - 2 * DAY_MS
    assert await roll_ups_agree(stored)


async def test_purging_an_agent_leaves_the_others_as_they_are(
    ledger: Ledger, upkeep: Upkeep, stored: Stored
) -> None:
    theirs = days(2, "codex")
    await ledger.usage.record([*days(2), *theirs])
    await upkeep.purge(Selection(agent="claude-code"))
    assert await ledger.usage.totals(None) == sum_by_hand(theirs)
    assert list(await ledger.usage.agent_counts()) == ["codex"]
    assert await roll_ups_agree(stored)


async def test_what_was_purged_stays_away_when_its_log_is_read_again(ledger: Ledger, upkeep: Upkeep) -> None:
    await ledger.usage.record(days(3))
    await upkeep.purge(Selection(agent="claude-code"))
    assert await ledger.usage.record(days(3)) == Recorded(new=0, merged=9)
    assert (await ledger.usage.record(days(4))).new == 3


@pytest.mark.parametrize("source", ["import", "manual"])
async def test_what_was_brought_in_is_forgotten_and_can_be_brought_again(
    ledger: Ledger, upkeep: Upkeep, source: str
) -> None:
    await ledger.usage.record(days(3, source=source))
    await upkeep.purge(Selection(agent="claude-code"))
    assert await ledger.usage.record(days(3, source=source)) == Recorded(new=9, merged=0)


@pytest.mark.parametrize("source", ["import", "manual"])
@pytest.mark.parametrize("requests", [None, 1, 5])
async def test_what_was_brought_in_is_forgotten_though_retention_had_deleted_its_detail(
    ledger: Ledger, upkeep: Upkeep, stored: Stored, source: str, requests: int | None
) -> None:
    brought = [one._replace(requests=requests) for one in days(3, "mine", source=source)]
    await ledger.usage.record([*days(3), *brought])
    await ledger.usage.prune(NOON + DAY_MS)
    kept_ms = NOON - DAY_MS
    await upkeep.purge(Selection(before_ms=kept_ms))
    assert await ledger.usage.record([*days(3), *brought]) == Recorded(new=3, merged=15)
    again = [one for one in brought if one.time_ms < kept_ms]
    kept = [one for one in [*days(3), *brought] if one.time_ms >= kept_ms]
    assert await ledger.usage.totals(None) == sum_by_hand([*kept, *again])
    counts = await ledger.proof.count()
    assert counts.pruned == sum(one.pruned for one in counts.intake.values()) == 9 + 6
    assert {agent: one.records - one.merged - one.pruned for agent, one in counts.intake.items()} == {
        "claude-code": 0,
        "mine": 3,
    }
    assert counts.undetailed >= counts.pruned_requests
    assert (counts.above, counts.below) == (None, None)


async def test_purging_one_agent_forgets_nothing_that_was_brought_in_of_another(
    ledger: Ledger, upkeep: Upkeep
) -> None:
    mine, theirs = days(2, "mine", source="import"), days(2, "theirs", source="import")
    await ledger.usage.record([*mine, *theirs])
    await ledger.usage.prune(NOON + DAY_MS)
    await upkeep.purge(Selection(agent="mine"))
    assert await ledger.usage.record(theirs) == Recorded(new=0, merged=6)
    assert await ledger.usage.record(mine) == Recorded(new=6, merged=0)
    assert await ledger.usage.totals(None) == sum_by_hand([*mine, *theirs])


async def test_what_was_purged_stays_accounted_for(ledger: Ledger, upkeep: Upkeep) -> None:
    await ledger.usage.record(days(6))
    await ledger.usage.record(days(6, "mine", source="manual"))
    await ledger.usage.prune(NOON - 4 * DAY_MS)
    await upkeep.purge(Selection(before_ms=NOON - 2 * DAY_MS))
    counts = await ledger.proof.count()
    assert {agent: one.records - one.pruned for agent, one in counts.intake.items()} == {
        "claude-code": 9,
        "mine": 9,
    }
    assert counts.pruned == sum(one.pruned for one in counts.intake.values()) == 9
    assert (counts.pruned_requests, counts.undetailed, counts.above, counts.below) == (0, 0, None, None)


async def test_purging_what_nobody_has_changes_nothing(ledger: Ledger, upkeep: Upkeep) -> None:
    await ledger.usage.record(days(2))
    before = await ledger.usage.totals(None)
    assert await upkeep.purge(Selection(agent="nobody")) == Named(0, 0)
    assert await ledger.usage.totals(None) == before


async def test_windows_that_another_program_saw_are_remembered_once(ledger: Ledger, upkeep: Upkeep) -> None:
    from decimal import Decimal

    samples = [
        WindowSample("claude-oauth", "default", "5h", NOON + n * 1000, Decimal(percent))
        for n, percent in enumerate(["10.0", "42", "42.0", "97.5"])
    ]
    for _ in range(2):
        await remember_windows(upkeep, samples)
        assert await ledger.snapshots.windows("claude-oauth", "default", "5h", NOON) == [
            (NOON, Decimal(10)),
            (NOON + 1000, Decimal(42)),
            (NOON + 2000, Decimal(42)),
            (NOON + 3000, Decimal("97.5")),
        ]


async def test_a_window_that_another_program_saw_otherwise_while_ours_held_changes_nothing(
    ledger: Ledger, upkeep: Upkeep
) -> None:
    from decimal import Decimal

    ours = [WindowSample("claude-oauth", "default", "5h", NOON + n * 1000, Decimal(10)) for n in (0, 10)]
    await remember_windows(upkeep, ours)
    await remember_windows(upkeep, [ours[0]._replace(time_ms=NOON + 5_000, used_percent=Decimal(90))])
    assert await ledger.snapshots.windows("claude-oauth", "default", "5h", NOON) == [
        (NOON, Decimal(10)),
        (NOON + 10_000, Decimal(10)),
    ]


async def test_imported_requests_are_taken_back_as_if_they_had_never_come(
    ledger: Ledger, upkeep: Upkeep, stored: Stored
) -> None:
    await ledger.usage.keep_days(ZoneInfo("Europe/Berlin"), NOON)
    read, brought = days(2), days(2, "codex", source="import")
    await ledger.usage.record([*read, *brought])
    assert await withdraw(upkeep, [one.key for one in [*read, *brought[:4]]]) == 4
    assert await ledger.usage.totals(None) == sum_by_hand([*read, *brought[4:]])
    assert await roll_ups_agree(stored)
    counts = await ledger.proof.count()
    assert (counts.intake["codex"].records, counts.pruned, counts.days) == (2, 0, None)
    assert await ledger.usage.record(brought) == Recorded(new=4, merged=2)
    again = [one._replace(key=following(one.key)) for one in brought[:4]]
    assert sorted(await events_of(upkeep)) == sorted([*read, *again, *brought[4:]])


async def test_tokens_that_logs_told_are_known_by_the_quarter_of_an_hour(
    ledger: Ledger, upkeep: Upkeep
) -> None:
    await ledger.usage.record([*days(2), *days(1, "codex")])
    await ledger.usage.record([one._replace(key=one.key + (1 << 20)) for one in days(3, source="import")])
    assert sorted(await read_tokens(upkeep, "claude-code")) == [(NOON - DAY_MS, 330), (NOON, 330)]
