"""What sessions were about, over all of their lives."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain, repeat
from typing import NamedTuple

from token_dashboard.ledger._database import Database
from token_dashboard.ledger._layers import Layer
from token_dashboard.ledger._owners import among
from token_dashboard.model.record import Records
from token_dashboard.model.report import Activity

_Named = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
"""Agents, projects and models, without those that aren't known."""

_UNNAMED: _Named = ((), (), ())


class Seen(NamedTuple):
    """What is known of sessions already: of all of their threads, and of a part of a roll-up."""

    sessions: Mapping[int, str]
    """Of each thread by its id."""
    lives: Mapping[str, tuple[int, int]]
    """When each session was first and last active, in any of its threads."""
    used: Iterable[tuple[str, int]]
    """Sessions and the ids of series that used them, some more than once."""
    layer: Layer
    """The part in which they did."""


async def activities_of(
    database: Database, sessions: Sequence[str], seen: Seen | None = None
) -> Sequence[Activity | None]:
    """Of each: when it was first and last active, and by which agents, in which projects, with which models.

    ``None`` for a session that nobody knows. Texts are read once for each owner of usage, which sessions
    share.
    """
    wanted = {*sessions} - {""}
    if not wanted:
        return [None] * len(sessions)
    if seen is None:
        where, values = among("session", wanted)
        threads = await database.fetch(
            f"select id, session, first_ms, last_ms from thread where session <> '' and {where}", values
        )
        lives = lives_of([row[1] for row in threads], [row[2:] for row in threads])
        used: Iterable[tuple[str, int]] = await _used(database, {row[0]: row[1] for row in threads})
    else:
        lives = seen.lives
        outside = Layer(seen.layer.table, seen.layer.slot, f"not ({seen.layer.where})", seen.layer.values)
        used = [*seen.used, *await _used(database, seen.sessions, outside)]
    known = [session for session in sessions if session in lives and session]
    if not known:
        return [None] * len(sessions)
    firsts, lasts = zip(*map(lives.__getitem__, known), strict=True)
    agents, projects, models = await _named(database, known, used)
    told = {"first_ms": firsts, "last_ms": lasts, "agents": agents, "projects": projects, "models": models}
    about = Records(Activity, len(known), told)
    if len(known) == len(sessions):
        return about
    return list(map(dict(zip(known, about, strict=True)).get, sessions))


def lives_of(sessions: Sequence[str], spans: Sequence[tuple[int, int]]) -> Mapping[str, tuple[int, int]]:
    """When each session was first and last active, from those times of threads."""
    lives = dict(zip(sessions, spans, strict=True))
    if len(lives) < len(sessions):
        for session, (first_ms, last_ms) in zip(sessions, spans, strict=True):
            first, last = lives[session]
            lives[session] = min(first_ms, first), max(last_ms, last)
    return lives


async def _used(
    database: Database, sessions: Mapping[int, str], part: Layer | None = None
) -> Iterable[tuple[str, int]]:
    """Who used these threads: their sessions, and ids of series."""
    if part is None:
        ((has_days,),) = await database.fetch("select exists (select 1 from day_rollup)")
        where, values = among("thread_id", sessions)
        part = Layer("day_rollup" if has_days else "hour_rollup", "", where, values)
    rows = await database.fetch(
        f"select distinct thread_id, series_id from {part.table} where requests > 0 and {part.where}",
        part.values,
    )
    return [(sessions[thread], series) for thread, series in rows if thread in sessions]


async def _named(
    database: Database, sessions: Collection[str], used: Iterable[tuple[str, int]]
) -> Iterable[Sequence[tuple[str, ...]]]:
    """The agents of each session, the projects, and the models."""
    texts = await database.fetch("select id, agent, project, model from series")
    of_series = {row[0]: _names(row[1:]) for row in texts}
    used = [*used]
    owners = dict(used)
    several: dict[str, set[int]] = {}
    for session, series in used:
        if owners[session] != series:
            several.setdefault(session, {owners[session]}).add(series)
    named = dict(zip(owners, map(of_series.get, owners.values(), repeat(_UNNAMED)), strict=True))
    for session, many in several.items():
        named[session] = _together([of_series[series] for series in many if series in of_series])
    return zip(*map(named.get, sessions, repeat(_UNNAMED)), strict=True)


def _names(texts: Iterable[str]) -> _Named:
    agent, project, model = texts
    return (agent,) if agent else (), (project,) if project else (), (model,) if model else ()


def _together(names: Iterable[_Named]) -> _Named:
    agents, projects, models = (
        tuple(sorted({*chain(*column)})) for column in zip(_UNNAMED, *names, strict=True)
    )
    return agents, projects, models
