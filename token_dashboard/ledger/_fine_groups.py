"""Groups that are about as many as the rows of a roll-up, such as sessions, are added up here.

To add them up itself, a database would sort all rows by the names of the groups, for the sake of the few rows
that share one.
"""

from collections.abc import Collection, Mapping, Sequence
from itertools import compress
from operator import add

from token_dashboard.ledger._activities import Seen
from token_dashboard.ledger._database import Database, Row
from token_dashboard.ledger._layers import Layer
from token_dashboard.ledger._owners import COLUMNS, OF_THREADS, among, are_few, joined, kept_to
from token_dashboard.ledger._question import Groups, Question
from token_dashboard.ledger._told_sums import ToldSums
from token_dashboard.model.report import TIMES, Dimension

_MOST_ROWS = 200_000
"""So many are held at once: some 100 MB."""


def are_fine(named: Collection[Dimension], layer: Layer) -> bool:
    """Whether the groups are about as many as the rows of the layer."""
    is_fine_time = Dimension.DAY in named or Dimension.HOUR in named
    return layer.is_kept and (Dimension.SESSION in named or (is_fine_time and len(named) > 1))


async def fine_groups(
    database: Database, asked: Question, layer: Layer, told: ToldSums
) -> tuple[Groups, Seen | None] | None:
    """The groups with requests, and what was seen of sessions on the way, where that is enough.

    ``None``: the rows are too many.
    """
    by_thread = [one for one in asked.named if one in OF_THREADS]
    by_series = [one for one in asked.named if one not in OF_THREADS and one not in TIMES]
    where, values = kept_to(asked.only, COLUMNS.keys())
    rows = await database.fetch(
        f"select thread_id, series_id, {layer.slot}, {told.columns} from {layer.table} as rollup"
        f"{joined(asked.only)} where {layer.where} and {where} limit {_MOST_ROWS + 1}",
        [*layer.values, *values],
    )
    if len(rows) > _MOST_ROWS:
        return None
    threads: dict[int, Row] = {}
    series: dict[int, Row] = {}
    if by_thread:  # what has no owner is left out, as where tables are joined
        threads = await _owners(
            database, "thread", by_thread, ("first_ms", "last_ms"), {row[0] for row in rows}
        )
        rows = [row for row in rows if row[0] in threads]
    if by_series:
        series = await _owners(database, "series", by_series, (), {row[1] for row in rows})
        rows = [row for row in rows if row[1] in series]
    if not rows:
        return Groups([], [], 0), None
    thread_ids, series_ids, slots, requests, *_ = zip(*rows, strict=True)
    columns = {
        **dict.fromkeys(asked.times, slots),
        **_texts(by_thread, threads, thread_ids),
        **_texts(by_series, series, series_ids),
    }
    groups: dict[Row, Row] = {}
    for name, row in zip(zip(*(columns[one] for one in asked.named), strict=True), rows, strict=True):
        groups[name] = tuple(map(add, groups[name], row)) if name in groups else row
    names = [name for name, row in groups.items() if row[3] > 0]
    asked.sort(names)
    sums = [*zip(*map(groups.__getitem__, names), strict=True)][3:]
    seen = None
    if by_thread == [Dimension.SESSION] and not asked.only and not are_few(threads):
        used = compress(zip(thread_ids, series_ids, strict=True), requests)
        seen = Seen(threads.values(), [*used], layer)
    return Groups([*zip(*names, strict=True)], sums, len(names)), seen


async def _owners(
    database: Database, table: str, by: Sequence[Dimension], others: Sequence[str], wanted: Collection[int]
) -> dict[int, Row]:
    """The id of each owner that is wanted, its texts, and other columns of it."""
    where, values = among("id", wanted)
    columns = ", ".join(("id", *(COLUMNS[one] for one in by), *others))
    return {
        row[0]: row for row in await database.fetch(f"select {columns} from {table} where {where}", values)
    }


def _texts(
    by: Sequence[Dimension], owners: Mapping[int, Row], ids: Sequence[int]
) -> dict[Dimension, Sequence[str]]:
    """The texts of each dimension, row by row."""
    rows = list(map(owners.__getitem__, ids)) if by else []
    return {one: [row[place] for row in rows] for place, one in enumerate(by, start=1)}
