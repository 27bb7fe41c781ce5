"""Groups that are about as many as the rows of a roll-up, such as sessions, are added up here.

To add them up itself, a database would sort all rows by the names of the groups, for the sake of the few rows
that share one.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import compress
from operator import eq, ne
from typing import Any, NamedTuple

from token_dashboard.ledger._activities import Seen, lives_of
from token_dashboard.ledger._database import Database
from token_dashboard.ledger._layers import Layer
from token_dashboard.ledger._owners import COLUMNS, OF_THREADS, among, are_few, joined, kept_to
from token_dashboard.ledger._question import Groups, Question
from token_dashboard.ledger._told_sums import ToldSums
from token_dashboard.ledger.top import Top
from token_dashboard.model.period import DAY_MS, HOUR_MS, Period
from token_dashboard.model.record import Records
from token_dashboard.model.report import TIMES, Dimension, Order, Totals

_MOST_ROWS = 200_000
"""So many are held at once: some 100 MB."""
_LENGTHS_MS = {
    Dimension.HOUR: HOUR_MS,
    Dimension.DAY: DAY_MS,
    Dimension.WEEK: 7 * DAY_MS,
    Dimension.MONTH: 28 * DAY_MS,
}
"""The shortest, or nearly."""


class Found(NamedTuple):
    """The groups that are wanted, in the order that is wanted."""

    groups: Groups
    number: int
    """How many groups there are; there may be more than are here."""
    total: Totals | None
    """Of all groups, where it is known."""
    seen: Seen | None = None
    """What was seen of sessions on the way, where it is enough to tell what they were about."""


NOTHING = Found(Groups({}, Records(Totals, 0, {})), 0, Totals())


async def are_fine(database: Database, asked: Question, layer: Layer, within: Period) -> bool:
    """Whether the groups may be about as many as the rows of the layer. ``within`` is where its times lie."""
    if not layer.is_kept or len(asked.named) == len(asked.times[:1]):
        return False
    if Dimension.SESSION in asked.named:
        return True
    texts = ", ".join(COLUMNS[one] for one in asked.named if one not in TIMES and one not in OF_THREADS)
    named = f"select count(*) from (select distinct {texts or 0} from series) as named"
    rows = f"select count(*) from {layer.table} where {layer.where}"
    ((most, count),) = await database.fetch(f"select ({named}), ({rows})", layer.values)
    if asked.times:
        most *= _times_within(within, asked.times[0])
    return bool(2 * most > count)


def _times_within(period: Period, time: Dimension) -> int:
    """How many there are at the most."""
    return (period.end_ms - period.start_ms) // _LENGTHS_MS[time] + 2


async def fine_groups(
    database: Database, asked: Question, layer: Layer, told: ToldSums, top: Top | None
) -> Found | None:
    """``None``: the rows are too many, or don't tell which come first."""
    by_thread = [one for one in asked.named if one in OF_THREADS]
    by_series = [one for one in asked.named if one not in OF_THREADS and one not in TIMES]
    where, values = kept_to(asked.only, COLUMNS.keys())
    slot = f", {layer.slot}" if asked.times else ""
    rows = await database.fetch(
        f"select thread_id, series_id, {told.columns}{slot} from {layer.table} as rollup"
        f"{joined(asked.only)} where {layer.where} and {where} limit {_MOST_ROWS + 1}",
        [*layer.values, *values],
    )
    if len(rows) > _MOST_ROWS:
        return None
    if not rows:
        return NOTHING
    thread_ids, series_ids, *sums = zip(*rows, strict=True)
    slots = sums.pop() if asked.times else ()
    threads = await _owners(database, "thread", by_thread, ("first_ms", "last_ms"), thread_ids)
    series = await _owners(database, "series", by_series, (), series_ids)
    columns: dict[Dimension, Sequence[Any]] = {
        **dict.fromkeys(asked.times, slots),
        **_texts(by_thread, threads, thread_ids),
        **_texts(by_series, series, series_ids),
    }
    if any(None in column for column in columns.values()):  # left out, as where tables are joined
        owned = [None not in names for names in zip(*columns.values(), strict=True)]
        if not any(owned):
            return NOTHING
        columns = {one: list(compress(column, owned)) for one, column in columns.items()}
        series_ids, *sums = (tuple(compress(column, owned)) for column in (series_ids, *sums))
    names, added = _added_up([columns[one] for one in asked.named], sums)
    groups = asked.groups(names, told.totals(added))
    requests: Sequence[int] = groups.totals.column("requests")
    if min(requests) <= 0:
        groups = groups.at([place for place, count in enumerate(requests) if count > 0])
    lives, seen = None, None
    if by_thread == [Dimension.SESSION] and not are_few(threads[0]):
        ids, sessions, firsts, lasts = threads
        lives = lives_of(sessions, list(zip(firsts, lasts, strict=True)))
        if not asked.only:
            used = compress(zip(columns[Dimension.SESSION], series_ids, strict=True), sums[0])
            seen = Seen(dict(zip(ids, sessions, strict=True)), lives, used, layer)
    if top is None:
        places: Sequence[int] = asked.by_name(groups)
    else:
        times = _times(asked, groups, lives) if top.order is Order.TIME else ()
        if times is None:
            return None
        places = top.places(lambda: asked.by_name(groups), groups.totals, times)
    return Found(groups.at(places), len(groups.totals), Totals.summed(groups.totals), seen)


def _times(
    asked: Question, groups: Groups, lives: Mapping[str, tuple[int, int]] | None
) -> Sequence[int] | None:
    """The time of each group; of sessions, when they were last active."""
    if asked.times:
        return groups.names[asked.times[0]]
    if lives is None:
        return None
    known = {**lives, "": (0, 0)}
    return [last_ms for _, last_ms in map(known.__getitem__, groups.names[Dimension.SESSION])]


def _added_up(
    names: Sequence[Sequence[Any]], sums: Sequence[Sequence[int]]
) -> tuple[Sequence[Sequence[Any]], Sequence[Sequence[int]]]:
    """The sums of all that has one name, as columns."""
    called: Sequence[Hashable] = names[0] if len(names) == 1 else list(zip(*names, strict=True))
    last = dict(zip(called, range(len(called)), strict=True))
    if len(last) == len(called):
        return names, sums
    rows = range(len(called))
    into = list(map(last.__getitem__, called))
    is_last = list(map(eq, into, rows))
    others = list(compress(zip(rows, into, strict=True), map(ne, into, rows)))
    return (
        [list(compress(column, is_last)) for column in names],
        [list(compress(_added(column, others), is_last)) for column in sums],
    )


def _added(column: Sequence[int], others: Iterable[tuple[int, int]]) -> Sequence[int]:
    """The values with those of some rows added to others, given as (row, the one to add it to)."""
    sums = [*column]
    for row, into in others:
        sums[into] += sums[row]
    return sums


async def _owners(
    database: Database, table: str, by: Sequence[Dimension], others: Sequence[str], wanted: Iterable[int]
) -> Sequence[Sequence[Any]]:
    """Columns: the ids of the owners that are wanted, their texts, and others; nothing without texts."""
    if not by:
        return ()
    where, values = among("id", {*wanted})
    names = ", ".join(("id", *(COLUMNS[one] for one in by), *others))
    rows = await database.fetch(f"select {names} from {table} where {where}", values)
    return list(zip(*rows, strict=True)) or [()] * (1 + len(by) + len(others))


def _texts(
    by: Sequence[Dimension], owners: Sequence[Sequence[Any]], ids: Sequence[int]
) -> dict[Dimension, Sequence[str | None]]:
    """The texts of each dimension, row by row; ``None`` for who isn't among the owners."""
    known = [dict(zip(owners[0], texts, strict=True)) for texts in owners[1 : len(by) + 1]]
    return {one: list(map(texts.get, ids)) for one, texts in zip(by, known, strict=True)}
