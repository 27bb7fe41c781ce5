"""An imported request that was taken back stays away, whoever has a copy, until it is brought in by hand."""

from ledger_world import NOON, Stored, an_event, hours_agree

from token_dashboard.ledger import Ledger
from token_dashboard.ledger.again import following, keys_now
from token_dashboard.ledger.upkeep import Upkeep
from token_dashboard.ledger.withdrawals import imported_here, withdraw
from token_dashboard.model.attribution import Attribution

IMPORTED, READ = (an_event(source, "r", source=source) for source in ("import", "log"))


async def requests(ledger: Ledger) -> int:
    return (await ledger.usage.totals(None)).requests


async def test_a_copy_of_it_stays_away_and_copies_of_others_do_not(ledger: Ledger) -> None:
    await ledger.usage.record([IMPORTED, READ])
    assert await withdraw(Upkeep.of(ledger), [IMPORTED.key]) == 1
    assert (await ledger.usage.record([IMPORTED, READ], are_copies=True)).new == 0
    assert await requests(ledger) == 1


async def test_it_stays_away_also_where_it_never_was(ledger: Ledger) -> None:
    assert await withdraw(Upkeep.of(ledger), [IMPORTED.key]) == 0
    assert (await ledger.usage.record([IMPORTED], are_copies=True)).new == 0


async def test_brought_in_by_hand_it_counts_again_once_and_copies_of_what_was_taken_back_stay_away(
    ledger: Ledger,
) -> None:
    upkeep = Upkeep.of(ledger)
    for times in (1, 2, 3):
        now = (await keys_now(upkeep, [IMPORTED.key])).get(IMPORTED.key, IMPORTED.key)
        await withdraw(upkeep, [now])
        assert [(await ledger.usage.record([IMPORTED, READ])).new for _ in range(2)] == [2 - (times > 1), 0]
        assert len(await ledger.journal.withdrawn(0)) == times
        copies = [IMPORTED, IMPORTED._replace(key=now)]
        assert await ledger.usage.record(copies, are_copies=True) == (0, 0)
    assert await requests(ledger) == 2


async def test_its_key_follows_from_the_one_it_had_and_is_a_key_like_others() -> None:
    for key in (0, 1, IMPORTED.key, 2**63 - 1):
        later = [following(key, times) for times in range(9)]
        assert (later[0], len({*later}), following(later[8], -8)) == (key, 9, key)
        assert all(0 <= one < 2**63 for one in later)


async def test_one_that_still_counts_since_it_shares_its_sums_does_not_come_in_beside_itself(
    ledger: Ledger,
) -> None:
    another = an_event("another", "r", source="import", owner=Attribution(session="s"))
    await ledger.usage.record([IMPORTED, another])
    await ledger.usage.prune(NOON + 1)
    assert await withdraw(Upkeep.of(ledger), [IMPORTED.key]) == 0
    assert (await ledger.usage.record([IMPORTED])).new == 0
    again = IMPORTED._replace(key=following(IMPORTED.key))
    for are_copies in (True, False):
        assert (await ledger.usage.record([again], are_copies=are_copies)).new == 0
    assert await requests(ledger) == 2
    assert await withdraw(Upkeep.of(ledger), [IMPORTED.key, another.key]) == 2
    assert (await ledger.usage.record([again], are_copies=True)).new == 1


async def test_what_logs_told_is_never_taken_back(ledger: Ledger) -> None:
    await ledger.usage.record([READ])
    assert await withdraw(Upkeep.of(ledger), [READ.key]) == 0
    assert (await requests(ledger), await ledger.journal.withdrawn(0)) == (1, [])


async def test_without_detail_it_goes_with_all_that_is_in_the_same_sums_or_stays(
    ledger: Ledger, stored: Stored
) -> None:
    another = an_event("another", "r", source="import", owner=Attribution(session="s"))
    await ledger.usage.record([IMPORTED, another, READ])
    await ledger.usage.prune(NOON + 1)
    assert await withdraw(Upkeep.of(ledger), [IMPORTED.key]) == 0
    assert await requests(ledger) == 3
    assert await withdraw(Upkeep.of(ledger), [IMPORTED.key, another.key, READ.key]) == 2
    assert (await requests(ledger), await hours_agree(stored)) == (1, True)
    assert (await ledger.usage.record([another], are_copies=True)).new == 0
    assert (await ledger.usage.record([another])).new == 1
    counts = await ledger.proof.count()
    assert [(one.records - one.merged, one.pruned) for one in counts.intake.values()] == [(2, 1)]
    assert (counts.pruned, counts.above, counts.below, counts.hours, counts.days) == (1, *[None] * 4)


async def test_what_an_import_here_brought_in_is_known_also_without_its_detail(ledger: Ledger) -> None:
    theirs = an_event("theirs", "r", source="import", owner=Attribution(machine="bob"))
    old = an_event("old", "r", source="import", time_ms=NOON - 1)
    await ledger.usage.record([IMPORTED, READ, theirs, old])
    await ledger.usage.prune(NOON)
    keys = [one.key for one in (IMPORTED, READ, theirs, old)]
    assert await imported_here(Upkeep.of(ledger), [*keys, 7]) == {IMPORTED.key, old.key}
    assert await imported_here(Upkeep.of(ledger), []) == set()


async def test_it_waits_to_be_told_once_and_the_audit_balances(ledger: Ledger) -> None:
    await ledger.usage.record([IMPORTED, READ])
    told = await ledger.journal.latest()
    for _ in range(2):
        await withdraw(Upkeep.of(ledger), [IMPORTED.key])
        assert (await ledger.journal.waiting(told), await ledger.journal.withdrawn(told)) == (
            1,
            [IMPORTED.key],
        )
    await ledger.usage.record([IMPORTED], are_copies=True)
    counts = await ledger.proof.count()
    assert [one.records - one.merged for one in counts.intake.values()] == [1]
    assert (counts.pruned, counts.above, counts.below, counts.hours, counts.days) == (0, *[None] * 4)
