"""What sessions were about, over all of their lives."""

from collections.abc import Collection, Iterable

from token_dashboard.ledger._database import Database, Row, Value
from token_dashboard.model.record import records
from token_dashboard.model.report import Activity

_MOST_NAMED = 1000
"""More than this are looked up with all others."""

_Named = tuple[tuple[str, ...], ...]
"""Agents, projects and models, without those that aren't known."""


async def activities_of(database: Database, sessions: Collection[str]) -> dict[str, Activity]:
    """When they were first and last active, and by which agents, in which projects, with which models.

    Their texts are read once for each owner of usage, which sessions share.
    """
    if not sessions:
        return {}
    where, values = _kept_to("session", sessions)
    threads = await database.fetch(
        f"select id, session, first_ms, last_ms from thread where session <> ''{where}", values
    )
    if not threads:
        return {}
    session_of = {row[0]: row[1] for row in threads}
    ((has_days,),) = await database.fetch("select exists (select 1 from day_rollup)")
    where, values = _kept_to("thread_id", session_of)
    used = await database.fetch(
        f"select distinct thread_id, series_id from {'day_rollup' if has_days else 'rollup'}"
        f" where requests > 0{where}",
        values,
    )
    owners: dict[str | None, tuple[int, ...]] = {}
    for thread, series in used:
        session = session_of.get(thread)
        seen = owners.get(session, ())
        if series not in seen:
            owners[session] = (*seen, series)
    lives = _lives(threads)
    texts = {row[0]: row[1:] for row in await database.fetch("select id, agent, project, model from series")}
    known: dict[tuple[int, ...], _Named] = {}
    named: list[_Named] = []
    for session in lives:
        of_session = owners.get(session, ())
        if of_session not in known:
            known[of_session] = _named(texts[one] for one in of_session if one in texts)
        named.append(known[of_session])
    firsts, lasts = zip(*lives.values(), strict=True)
    agents, projects, models = zip(*named, strict=True)
    told = {"first_ms": firsts, "last_ms": lasts, "agents": agents, "projects": projects, "models": models}
    return dict(zip(lives, records(Activity, len(lives), told), strict=True))


def _kept_to(column: str, wanted: Collection[Value]) -> tuple[str, list[Value]]:
    if len(wanted) > _MOST_NAMED:
        return "", []
    return f" and {column} in ({', '.join('?' * len(wanted))})", [*wanted]


def _lives(threads: Iterable[Row]) -> dict[str, tuple[int, int]]:
    """When each session was first and last active, in any of its threads."""
    lives: dict[str, tuple[int, int]] = {}
    for _, session, first_ms, last_ms in threads:
        seen = lives.get(session)
        lives[session] = (min(first_ms, seen[0]), max(last_ms, seen[1])) if seen else (first_ms, last_ms)
    return lives


def _named(owners: Iterable[Row]) -> _Named:
    columns = tuple(zip(*owners, strict=True)) or ((), (), ())
    return tuple(tuple(sorted({*column} - {""})) for column in columns)
