"""Recording usage: once each, however often and in whatever shape it is seen."""

# ruff: noqa: ASYNC240 - a test may look at a local file while nothing else runs

import os
from datetime import date
from pathlib import Path

import pytest
from ledger_world import NOON, SetClock, Stored, an_event, roll_ups_agree, sum_by_hand

from token_dashboard.ledger import AgentCount, Ledger, Recorded, open_ledger
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.money import MAX_NANOS
from token_dashboard.model.period import DAY_MS
from token_dashboard.model.scan import Reject
from token_dashboard.model.usage import MAX_TOKENS


async def test_an_empty_ledger_holds_nothing_and_its_cost_is_zero(ledger: Ledger) -> None:
    totals = await ledger.usage.totals(None)
    assert totals.requests == 0
    assert totals.list_cost is not None
    assert await ledger.usage.span() == (None, None)
    assert await ledger.usage.agent_counts() == {}


async def test_recording_the_same_events_again_changes_nothing(ledger: Ledger, stored: Stored) -> None:
    events = [an_event(f"m{n}", f"r{n}") for n in range(50)]
    assert await ledger.usage.record(events) == Recorded(new=50, merged=0)
    assert await ledger.usage.record(events) == Recorded(new=0, merged=50)
    assert await ledger.usage.totals(None) == sum_by_hand(events)
    assert await roll_ups_agree(stored)


async def test_a_streamed_reply_counts_once_with_its_fullest_record(ledger: Ledger, stored: Stored) -> None:
    for output in (1, 250, 30):
        grown = an_event("m", "r", tokens=(100, output), cost=output * 10)
        await ledger.usage.record([grown])
    totals = await ledger.usage.totals(None)
    assert (totals.requests, totals.output_tokens, totals.list_cost_nanos) == (1, 250, 2500)
    assert await roll_ups_agree(stored)


async def test_an_earlier_record_moves_a_request_to_its_earlier_bucket(
    ledger: Ledger, stored: Stored
) -> None:
    await ledger.usage.record([an_event("m", "r", time_ms=NOON)])
    await ledger.usage.record([an_event("m", "r", time_ms=NOON - DAY_MS)])
    assert await stored.look("select bucket_ms, requests from rollup") == [(NOON - DAY_MS, 1)]
    assert await roll_ups_agree(stored)


async def test_a_log_adds_what_a_live_record_of_the_same_request_did_not_know(
    ledger: Ledger, stored: Stored
) -> None:
    logged = an_event("m", "r")._replace(attribution=Attribution(session="s", project="/shop"))
    live = logged._replace(attribution=Attribution(session="s", trigger="cron"), source="hook")
    await ledger.usage.record([live])
    for new in (0, 0):
        assert (await ledger.usage.record([logged])).new == new
    assert await stored.look(
        "select source, project, cause from event join series on series.id = series_id"
    ) == [("hook", "/shop", "cron")]
    assert await roll_ups_agree(stored)


async def test_the_main_thread_replaces_a_sidechains_replay_of_its_request(
    ledger: Ledger, stored: Stored
) -> None:
    replay = an_event("m", "side", tokens=(900, 9), is_sidechain=True)
    assert await ledger.usage.record([replay]) == Recorded(new=1, merged=0)
    assert await ledger.usage.record([an_event("m", "main")]) == Recorded(new=0, merged=1)
    assert (await ledger.usage.totals(None)).input_tokens == 100
    await ledger.usage.record([replay])
    assert (await ledger.usage.totals(None)).input_tokens == 100
    assert await roll_ups_agree(stored)


async def test_requests_of_one_message_under_two_ids_both_count(ledger: Ledger) -> None:
    await ledger.usage.record([an_event("m", "r1"), an_event("m", "r2")])
    assert (await ledger.usage.totals(None)).requests == 2


async def test_a_sidechains_own_request_counts(ledger: Ledger) -> None:
    await ledger.usage.record([an_event("m", "side", is_sidechain=True)])
    assert (await ledger.usage.totals(None)).requests == 1


async def test_a_new_price_leaves_a_recorded_request_as_it_was(ledger: Ledger) -> None:
    await ledger.usage.record([an_event("m", "r", cost=1_000)])
    await ledger.usage.record([an_event("m", "r", cost=9_999)])
    assert (await ledger.usage.totals(None)).list_cost_nanos == 1_000


async def test_an_unknown_price_is_counted_as_unpriced_tokens_and_never_as_zero(ledger: Ledger) -> None:
    await ledger.usage.record([an_event("m", cost=None, model="who-knows")])
    totals = await ledger.usage.totals(None)
    assert totals.list_cost is None
    assert totals.unpriced_tokens == 110
    assert await ledger.usage.unpriced_models(None) == ("who-knows",)


async def test_what_the_log_recorded_is_kept_beside_the_list_price(ledger: Ledger, stored: Stored) -> None:
    await ledger.usage.record([an_event("a", recorded_cost_nanos=70), an_event("b")])
    totals = await ledger.usage.totals(None)
    assert (totals.recorded_requests, totals.recorded_cost_nanos) == (1, 70)
    assert (totals.priced_requests, totals.list_cost_nanos) == (2, 2_000)
    assert await roll_ups_agree(stored)


async def test_sums_beyond_64_bits_stay_exact(ledger: Ledger, stored: Stored) -> None:
    events = [
        an_event(
            f"m{n}",
            tokens=(MAX_TOKENS, MAX_TOKENS),
            cost=MAX_NANOS if n % 2 else -MAX_NANOS,
            recorded_cost_nanos=MAX_NANOS,
        )
        for n in range(30)
    ]
    await ledger.usage.record(events[:15])
    await ledger.usage.record(events[15:])
    assert await ledger.usage.totals(None) == sum_by_hand(events)
    assert (await ledger.usage.totals(None)).recorded_cost_nanos == 30 * MAX_NANOS
    assert await roll_ups_agree(stored)


async def test_texts_that_no_database_takes_are_recorded_all_the_same(ledger: Ledger) -> None:
    owner = Attribution(project="/tmp/\udcff", branch="a\0b", session="\ud800")
    event = an_event("m", owner=owner, model="mod\0el")
    await ledger.usage.record([event])
    assert await ledger.usage.record([event]) == Recorded(new=0, merged=1)


async def test_an_empty_text_and_an_unknown_one_are_the_same_owner(ledger: Ledger, stored: Stored) -> None:
    await ledger.usage.record([an_event("a", owner=Attribution(project=""))])
    await ledger.usage.record([an_event("b", owner=Attribution(project=None))])
    assert await stored.look("select count(*) from series") == [(1,)]


async def test_everything_known_of_a_request_survives_a_later_merge(ledger: Ledger, stored: Stored) -> None:
    owner = Attribution(*(f"field {n}" for n in range(12)))
    full = an_event(
        "m",
        owner=owner,
        recorded_cost_nanos=5,
        service_tier="fast",
        web_searches=2,
        reasoning_output_tokens=3,
        cache_read_input_tokens=40,
        cache_creation_input_tokens=30,
        cache_creation_1h_input_tokens=20,
    )
    await ledger.usage.record([full])
    await ledger.usage.record([full._replace(time_ms=NOON - 1)])
    await ledger.usage.record([full._replace(time_ms=NOON - 1)])
    ((*counts, price_day, tier, cause, channel),) = await stored.look(
        "select time_ms, input_tokens, cache_read_input_tokens, cache_creation_input_tokens,"
        " cache_creation_1h_input_tokens, output_tokens, reasoning_output_tokens, web_searches,"
        " recorded_cost_nanos, list_cost_nanos, price_day, service_tier, cause, channel"
        " from event join series on series.id = series_id join thread on thread.id = thread_id"
    )
    assert counts == [NOON - 1, 100, 40, 30, 20, 10, 3, 2, 5, 1_000]
    assert (tier, cause, channel) == ("fast", "field 6", "field 11")
    assert price_day == date(2025, 11, 1).toordinal()
    assert await roll_ups_agree(stored)


def a_cursor(path: str, offset: int = 10) -> Cursor:
    file = LogFile(path, device=2**64 - 1, inode=2**64 - 2, size=20, mtime_ns=1_763_812_800_123_456_789)
    return Cursor(file, offset, 3, b"\x00tail\xff", '{"seen":1}')


async def test_cursors_come_back_as_they_were_given(ledger: Ledger) -> None:
    odd = os.fsdecode(b"/logs/caf\xe9.jsonl")
    cursors = [a_cursor("/logs/a.jsonl"), a_cursor(odd)]
    await ledger.usage.record([an_event("m")], agent="claude-code", cursors=cursors)
    assert await ledger.usage.cursors("claude-code") == {one.file.path: one for one in cursors}
    assert await ledger.usage.cursors("codex") == {}


async def test_a_later_cursor_replaces_the_earlier_one(ledger: Ledger) -> None:
    for offset in (10, 20):
        await ledger.usage.record([], agent="codex", cursors=[a_cursor("/a", offset)])
    assert (await ledger.usage.cursors("codex"))["/a"].offset == 20


async def test_rejected_lines_are_counted_once_and_forgotten_when_a_file_starts_anew(ledger: Ledger) -> None:
    bad = [Reject(path="/a", line=line, reason="not JSON") for line in (7, 2)]
    for _ in range(2):
        await ledger.usage.record([an_event("m")], agent="claude-code", cursors=[a_cursor("/a")], rejects=bad)
    assert await ledger.usage.rejects() == (bad[1], bad[0])
    assert (await ledger.usage.agent_counts())["claude-code"] == AgentCount(1, NOON, 2)
    await ledger.usage.record([], agent="claude-code", restarted=["/a"])
    assert await ledger.usage.rejects() == ()


async def test_rejects_are_told_by_agent_and_up_to_a_limit(ledger: Ledger) -> None:
    many = [Reject(path="/b", line=line, reason="torn") for line in range(1, 11)]
    await ledger.usage.record([], agent="codex", rejects=many)
    assert await ledger.usage.rejects("claude-code") == ()
    assert await ledger.usage.rejects("codex", limit=3) == tuple(many[:3])


async def test_a_file_known_only_by_its_rejects_has_no_cursor(ledger: Ledger) -> None:
    await ledger.usage.record([], agent="codex", rejects=[Reject(path="/b", line=0, reason="torn")])
    assert await ledger.usage.cursors("codex") == {}
    assert await ledger.usage.agent_counts() == {"codex": AgentCount(0, None, 1)}


async def test_of_two_words_about_one_file_or_line_in_a_batch_the_last_one_counts(ledger: Ledger) -> None:
    await ledger.usage.record(
        [],
        agent="codex",
        cursors=[a_cursor("/a", offset=1), a_cursor("/b"), a_cursor("/a", offset=2)],
        rejects=[Reject(path="/a", line=1, reason=reason) for reason in ("torn", "not JSON")],
    )
    cursors = await ledger.usage.cursors("codex")
    assert {path: cursor.offset for path, cursor in cursors.items()} == {"/a": 2, "/b": 10}
    assert await ledger.usage.rejects() == (Reject(path="/a", line=1, reason="not JSON"),)


async def test_an_agents_last_request_is_told_to_the_millisecond(ledger: Ledger) -> None:
    times = (NOON + 1, NOON + 123_457, NOON - 5)
    await ledger.usage.record([an_event(str(time), time_ms=time) for time in times])
    assert (await ledger.usage.agent_counts())["claude-code"].last_event_ms == NOON + 123_457
    assert await ledger.usage.span() == (NOON - 5, NOON + 123_457)


async def record_400_days(ledger: Ledger) -> None:
    owners = [Attribution(session=f"session {n}") for n in range(400)]
    events = [
        an_event(f"m{day}-{n}", time_ms=NOON - day * DAY_MS, owner=owners[day])
        for day in range(400)
        for n in range(50)
    ]
    await ledger.usage.record(events)


async def test_pruning_keeps_the_totals_and_the_sessions(ledger: Ledger, stored: Stored) -> None:
    await record_400_days(ledger)
    before = await ledger.usage.totals(None)
    deleted = await ledger.usage.prune(NOON - 90 * DAY_MS)
    assert deleted == 309 * 50
    assert await ledger.usage.totals(None) == before
    assert await stored.look("select min(time_ms) from event") == [(NOON - 90 * DAY_MS,)]
    assert await stored.look("select count(*) from thread") == [(400,)]


async def test_pruning_shrinks_the_file(path: Path, clock: SetClock) -> None:
    async with open_ledger(path, clock) as ledger:
        await record_400_days(ledger)
        size = path.stat().st_size + path.with_name("ledger.db-wal").stat().st_size
        await ledger.usage.prune(NOON - 90 * DAY_MS)
        shrunk = path.stat().st_size + path.with_name("ledger.db-wal").stat().st_size
    assert shrunk < size * 0.6


async def test_reading_a_pruned_log_again_counts_nothing_twice(ledger: Ledger) -> None:
    old = [an_event(f"m{n}", "r", time_ms=NOON - DAY_MS) for n in range(20)]
    replays = [one._replace(key=one.key + 1, is_sidechain=True) for one in old]
    await ledger.usage.record(old)
    before = await ledger.usage.totals(None)
    assert await ledger.usage.prune(NOON) == 20
    assert await ledger.usage.record([*old, *replays]) == Recorded(new=0, merged=40)
    assert await ledger.usage.totals(None) == before


async def test_the_main_threads_record_of_a_pruned_sidechain_counts_nothing_twice(ledger: Ledger) -> None:
    await ledger.usage.record([an_event("m", "side", time_ms=NOON - DAY_MS, is_sidechain=True)])
    await ledger.usage.prune(NOON)
    await ledger.usage.record([an_event("m", "main", time_ms=NOON - DAY_MS)])
    assert (await ledger.usage.totals(None)).requests == 1


async def test_a_replay_whose_original_was_pruned_counts_nowhere_when_both_are_read_again(
    ledger: Ledger,
) -> None:
    both = [an_event("m", "main", time_ms=NOON - DAY_MS), an_event("m", "side", is_sidechain=True)]
    await ledger.usage.record(both)
    assert await ledger.usage.prune(NOON) == 1
    assert await ledger.usage.record(both) == Recorded(new=0, merged=2)
    assert (await ledger.usage.record([both[1]._replace(is_sidechain=False)])).new == 1
    assert (await ledger.usage.totals(None)).requests == 2


async def test_a_new_main_request_of_a_pruned_message_counts(ledger: Ledger) -> None:
    await ledger.usage.record([an_event("m", "r1", time_ms=NOON - DAY_MS)])
    await ledger.usage.prune(NOON)
    assert await ledger.usage.record([an_event("m", "r2")]) == Recorded(new=1, merged=0)


@pytest.mark.parametrize("size", [0, 1, 3])
async def test_batches_of_any_size_are_recorded(ledger: Ledger, size: int) -> None:
    events = [an_event(f"m{n}") for n in range(size)]
    assert await ledger.usage.record(events) == Recorded(new=size, merged=0)
