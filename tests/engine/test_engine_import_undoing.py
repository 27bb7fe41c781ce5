"""An import that was a mistake is taken back by its own rows, here and by the team, and can be done anew."""

from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import foreign_histories as foreign
import pytest
from foreign_histories import BERLIN, at, brought, read_from_a_log
from movable_clock import MovableClock

from token_dashboard.engine.imports import tokenledger, tokenmeter
from token_dashboard.engine.imports.importing import Claim, Importer, batches_of
from token_dashboard.engine.imports.undoing import undo
from token_dashboard.engine.replication import Identity, replicate
from token_dashboard.ledger import Ledger, open_ledger
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.imported import Undone
from token_dashboard.model.scan import Reject

Claims = Callable[[], Iterator[Claim | Reject]]
NOW = at("2026-11-22T12:00+01:00")


def of_ccusage(folder: Path, *days: str) -> Claims:
    file = foreign.ccusage(folder / f"{'-'.join(days)}.json", {"daily": [foreign.day(day) for day in days]})
    return lambda: foreign.answer_claims(file, BERLIN)


def of_tokenmeter(folder: Path) -> Claims:
    file = foreign.tokenmeter(
        folder / "usage.db", [{"app": "cursor"}, {"source": "import", "app": "openclaw"}]
    )
    return lambda: tokenmeter.claims(str(file), BERLIN)


def of_tokenledger(folder: Path) -> Claims:
    file = foreign.tokenledger(folder / "events.csv", foreign.call(1))
    return lambda: tokenledger.claims(str(file))


async def undone(ledger: Ledger, claims: Claims) -> Undone:
    return await undo(ledger, batches_of(claims()))


async def requests(ledger: Ledger) -> int:
    return (await ledger.usage.totals(None)).requests


async def is_balanced(ledger: Ledger) -> bool:
    counts = await ledger.proof.count()
    rows = sum(one.records - one.merged - one.pruned for one in counts.intake.values())
    faults = (counts.above, counts.below, counts.hours, counts.days)
    return rows == sum(one.rows for one in counts.held) and faults == (None,) * 4


@pytest.mark.parametrize(
    "made", [lambda folder: of_ccusage(folder, "2026-11-20"), of_tokenmeter, of_tokenledger]
)
@pytest.mark.parametrize("has_detail", [True, False])
async def test_of_what_is_held_it_alone_goes_and_it_comes_in_anew(
    ledger: Ledger, importer: Importer, tmp_path: Path, made: Callable[[Path], Claims], has_detail: bool
) -> None:
    mistake, other = made(tmp_path), of_ccusage(tmp_path, "2026-11-19")
    await read_from_a_log(ledger, "2026-11-21T10:00+01:00")
    await brought(importer, other())
    before = await ledger.usage.totals(None)
    for _ in range(2):
        new = (await brought(importer, mistake())).new
        assert new
        if not has_detail:
            await ledger.usage.prune(NOW)
        assert await undone(ledger, mistake) == Undone(found=new, withdrawn=new, inseparable=0)
        assert await ledger.usage.totals(None) == before
        assert await is_balanced(ledger)
    assert await undone(ledger, mistake) == Undone(found=new, withdrawn=0, inseparable=0)


async def test_without_detail_what_shares_its_totals_with_another_import_stays_and_is_counted(
    ledger: Ledger, importer: Importer, tmp_path: Path
) -> None:
    rows = [foreign.call(1), foreign.call(2)]
    files = [foreign.tokenledger(tmp_path / f"{n}.csv", *some) for n, some in enumerate((rows[:1], rows))]
    one, both = ((lambda file=file: tokenledger.claims(str(file))) for file in files)
    await brought(importer, both())
    await ledger.usage.prune(NOW)
    assert await undone(ledger, one) == Undone(found=1, withdrawn=0, inseparable=1)
    assert await requests(ledger) == 2
    assert await undone(ledger, both) == Undone(found=2, withdrawn=2, inseparable=0)
    assert (await requests(ledger), await is_balanced(ledger)) == (0, True)


async def test_what_another_machine_brought_in_stays(ledger: Ledger, tmp_path: Path) -> None:
    claims = of_tokenledger(tmp_path)  # whose rows have the same keys everywhere
    theirs = [
        one.event._replace(attribution=Attribution(machine="bob"))
        for one in claims()
        if isinstance(one, Claim)
    ]
    await ledger.usage.record(theirs)
    assert await undone(ledger, claims) == Undone(found=1, withdrawn=0, inseparable=0)
    assert (await requests(ledger), await ledger.journal.withdrawn(0)) == (1, [])


@pytest.mark.parametrize("has_detail", [True, False])
async def test_the_team_takes_it_back_with_the_next_sync(
    ledger: Ledger, importer: Importer, tmp_path: Path, has_detail: bool
) -> None:
    claims = of_ccusage(tmp_path, "2026-11-20", "2026-11-19")
    async with AsyncExitStack() as stack:
        team = await stack.enter_async_context(open_ledger(tmp_path / "team.db", MovableClock(NOW)))
        await brought(importer, claims())
        await replicate(ledger, team, Identity(machine="ann"), NOW)
        assert await requests(team) == 2
        if not has_detail:
            await team.usage.prune(NOW)
        await undone(ledger, claims)
        await replicate(ledger, team, Identity(machine="ann"), NOW)
        assert (await requests(team), await is_balanced(team)) == (0, True)
