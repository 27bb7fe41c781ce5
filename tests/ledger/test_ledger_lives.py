"""When somebody was active, after requests were taken back or purged."""

from zoneinfo import ZoneInfo

from ledger_world import NOON, an_event

from token_dashboard.ledger import Ledger
from token_dashboard.ledger.upkeep import Selection, Upkeep
from token_dashboard.ledger.withdrawals import withdraw
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.period import BUCKET_MS, DAY_MS
from token_dashboard.model.report import Dimension


async def test_who_used_nothing_else_is_forgotten_and_others_were_active_when_something_is_left(
    ledger: Ledger,
) -> None:
    alone = Attribution(session="imported alone", project="/imported")
    both = Attribution(session="in both")
    imported = [
        an_event("long ago", source="import", time_ms=NOON - 90 * DAY_MS, owner=alone),
        an_event("before", source="import", time_ms=NOON - DAY_MS, owner=both),
        an_event("after", source="import", time_ms=NOON + DAY_MS, owner=both),
    ]
    await ledger.usage.record([*imported, an_event("read", time_ms=NOON, owner=both)])
    await withdraw(Upkeep.of(ledger), [one.key for one in imported])
    assert await ledger.usage.span() == (NOON, NOON)
    assert await ledger.usage.sessions() == {"in both": (NOON, NOON)}
    assert await ledger.usage.values(Dimension.PROJECT) == ()
    assert (await ledger.usage.agent_counts())["claude-code"].last_event_ms == NOON


async def test_where_detail_was_deleted_the_ends_of_use_are_known_to_the_quarter_of_an_hour(
    ledger: Ledger,
) -> None:
    owner = Attribution(session="s")
    imported = an_event("imported", source="import", time_ms=NOON + DAY_MS, owner=owner)
    await ledger.usage.record([an_event("read", time_ms=NOON + 5, owner=owner), imported])
    await ledger.usage.prune(NOON + 6)
    await withdraw(Upkeep.of(ledger), [imported.key])
    assert await ledger.usage.sessions() == {"s": (NOON + 5, NOON + BUCKET_MS - 1)}


async def test_after_all_of_an_agent_was_taken_back_what_was_deleted_of_it_stays_away(ledger: Ledger) -> None:
    kept, imported = (
        an_event(name, source="import", time_ms=NOON + n * DAY_MS) for n, name in enumerate(("kept", "gone"))
    )
    await ledger.usage.record([kept, imported])
    await ledger.usage.prune(NOON + 1)
    await withdraw(Upkeep.of(ledger), [imported.key])
    assert (await ledger.usage.record([kept])).new == 0
    assert (await ledger.usage.totals(None)).requests == 1


async def test_a_session_of_which_the_beginning_was_purged_begins_behind_it(ledger: Ledger) -> None:
    owner = Attribution(session="s")
    days = [an_event(str(n), time_ms=NOON + n * DAY_MS, owner=owner) for n in range(3)]
    await ledger.usage.record(days)
    await Upkeep.of(ledger).purge(Selection(NOON + DAY_MS))
    (row,) = await ledger.usage.rows(None, [Dimension.SESSION], ZoneInfo("UTC"), with_activity=True)
    assert row.activity is not None
    assert (row.activity.first_ms, row.activity.last_ms) == (NOON + DAY_MS, NOON + 2 * DAY_MS)
