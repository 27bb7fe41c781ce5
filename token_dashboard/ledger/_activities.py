"""What sessions were about, over all of their lives."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from token_dashboard.ledger._database import Database, Row
from token_dashboard.ledger._layers import Layer
from token_dashboard.ledger._owners import among
from token_dashboard.model.record import records
from token_dashboard.model.report import Activity

_Named = tuple[tuple[str, ...], ...]
"""Agents, projects and models, without those that aren't known."""


class Seen(NamedTuple):
    """What is known already: of all threads, and who used which of them in a part of a roll-up."""

    threads: Collection[Row]
    """Of each its id, its session, when it was first and when it was last active."""
    used: Collection[Row]
    """Ids of threads and series, some more than once."""
    layer: Layer


async def activities_of(
    database: Database, sessions: Collection[str], seen: Seen | None = None
) -> dict[str, Activity]:
    """When they were first and last active, and by which agents, in which projects, with which models.

    Their texts are read once for each owner of usage, which sessions share.
    """
    if not sessions:
        return {}
    if seen is None:
        where, values = among("session", sessions)
        threads: Collection[Row] = await database.fetch(
            f"select id, session, first_ms, last_ms from thread where session <> '' and {where}", values
        )
    else:
        threads = [row for row in seen.threads if row[1]]
    if not threads:
        return {}
    session_of = {row[0]: row[1] for row in threads}
    used = await _used(database, session_of, seen)
    owners: dict[str | None, tuple[int, ...]] = {}
    for thread, series in used:
        session = session_of.get(thread)
        known_by = owners.get(session, ())
        if series not in known_by:
            owners[session] = (*known_by, series)
    lives = _lives(threads)
    texts = {row[0]: row[1:] for row in await database.fetch("select id, agent, project, model from series")}
    none: tuple[int, ...] = ()
    of_sessions = [owners.get(session, none) for session in lives]
    known = {one: _named([texts[series] for series in one if series in texts]) for one in {*of_sessions}}
    agents, projects, models = zip(*map(known.__getitem__, of_sessions), strict=True)
    firsts, lasts = zip(*lives.values(), strict=True)
    told = {"first_ms": firsts, "last_ms": lasts, "agents": agents, "projects": projects, "models": models}
    return dict(zip(lives, records(Activity, len(lives), told), strict=True))


async def _used(database: Database, threads: Collection[int], seen: Seen | None) -> Iterable[Row]:
    """Who used these threads, as ids of threads and series."""
    if seen is not None:
        where, values, table = f"not ({seen.layer.where})", seen.layer.values, seen.layer.table
    else:
        ((has_days,),) = await database.fetch("select exists (select 1 from day_rollup)")
        where, values = among("thread_id", threads)
        table = "day_rollup" if has_days else "hour_rollup"
    rows = await database.fetch(
        f"select distinct thread_id, series_id from {table} where requests > 0 and {where}", values
    )
    return rows if seen is None else [*seen.used, *rows]


def _lives(threads: Iterable[Row]) -> dict[str, tuple[int, int]]:
    """When each session was first and last active, in any of its threads."""
    lives: dict[str, tuple[int, int]] = {}
    for _, session, first_ms, last_ms in threads:
        seen = lives.get(session)
        lives[session] = (min(first_ms, seen[0]), max(last_ms, seen[1])) if seen else (first_ms, last_ms)
    return lives


def _named(owners: Collection[Row]) -> _Named:
    if len(owners) == 1:  # as of most sessions
        return tuple((text,) if text else () for owner in owners for text in owner)
    columns = tuple(zip(*owners, strict=True)) or ((), (), ())
    return tuple(tuple(sorted({*column} - {""})) for column in columns)
