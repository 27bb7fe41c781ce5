"""Whether a ledger is sound: its file, and all that can be counted from two sides.

What can't be told: requests whose detail was deleted are in the totals alone. Of the totals before that
moment it is seen that quarters of an hour, hours and days agree, that they hold no less than the requests
that are left, and no more where no request was deleted.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from token_dashboard.ledger import _deletions, backups
from token_dashboard.ledger._counts import Counts, count_all
from token_dashboard.ledger._opening import open_ledger
from token_dashboard.ledger._postgres_months import WRONG_KEYS
from token_dashboard.model.clock import Clock
from token_dashboard.model.keeping import Checked
from token_dashboard.model.secret import Secret

_WRONG_KEYS_IN_FILE = "select count(*) from event join pruned on pruned.key = event.key"


async def check(place: Path | Secret, clock: Clock) -> Checked:
    """Look through a ledger as of one moment; nobody who writes waits for it.

    Raises the errors of ``open_ledger``. A damaged file is told of, and left where it is.
    """
    if isinstance(place, Path) and (damages := await asyncio.to_thread(backups.damages, place)):
        faults = tuple(f"SQLite found: {one}" for one in damages)
        return Checked(path=str(place), faults=faults, requests_without_detail=None, detail_begins_ms=None)
    async with open_ledger(place, clock) as ledger, ledger.proof.moment() as reader:
        counts = await count_all(reader)
        wrong_keys = _WRONG_KEYS_IN_FILE if isinstance(place, Path) else WRONG_KEYS
        ((misplaced,),) = await reader.fetch(wrong_keys)
        return Checked(
            path=ledger.name,
            faults=tuple(_faults(counts, int(misplaced))),
            requests_without_detail=max(0, counts.undetailed),
            detail_begins_ms=await _deletions.detail_from(reader) if counts.undetailed > 0 else None,
        )


def _faults(counts: Counts, misplaced: int) -> Iterator[str]:
    unequal = sum(one.places for one in (counts.above, counts.below) if one is not None)
    if unequal:
        yield f"{unequal:,} quarters of an hour whose totals differ from their requests"
    if counts.hours is not None:
        yield f"{counts.hours.places:,} hours whose totals differ from their quarters"
    if counts.days is not None:
        yield f"{counts.days.places:,} days whose totals differ from their quarters"
    if counts.undetailed < counts.pruned_requests:
        lost = counts.pruned_requests - counts.undetailed
        yield f"{lost:,} requests missing in the totals, since their detail was deleted"
    if counts.strays:
        yield f"{counts.strays:,} rows whose owner is not known"
    if misplaced:
        yield f"{misplaced:,} requests that don't lie where their keys say"
    if unaccounted := _unaccounted(counts):
        yield f"{unaccounted:,} rows more or fewer than came in"


def _unaccounted(counts: Counts) -> int:
    """Rows and keys that there are too many or too few of, by what was handed over."""
    held = Counter[str]()
    for one in counts.held:
        held[one.agent] += one.rows
    rows = sum(
        abs(intake.records - intake.merged - intake.pruned - held.pop(agent, 0))
        for agent, intake in counts.intake.items()
    )
    deleted = sum(intake.pruned for intake in counts.intake.values())
    return rows + held.total() + abs(counts.pruned - deleted)
