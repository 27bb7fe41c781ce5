"""What sessions were about, over all of their lives."""

from collections import defaultdict
from collections.abc import Collection

from token_dashboard.ledger._database import Database, Value
from token_dashboard.model.report import Activity

_OWNERS = ("agents", "projects", "models")
_MOST_NAMED = 1000
"""More sessions than this are looked up with all others."""


async def activities_of(database: Database, sessions: Collection[str]) -> dict[str, Activity]:
    """When they were first and last active, and by which agents, in which projects, with which models."""
    where, values = "session <> ''", list[Value]()
    if len(sessions) <= _MOST_NAMED:
        where, values = f"session in ({', '.join('?' * len(sessions))})", [*sessions]
    spans = await database.fetch(
        f"select session, min(first_ms), max(last_ms) from thread where {where} group by session", values
    )
    ((has_days,),) = await database.fetch("select exists (select 1 from day_rollup)")
    owners = await database.fetch(
        "select distinct session, agent, project, model"
        f" from {'day_rollup' if has_days else 'rollup'} as rollup"
        " join thread on thread.id = rollup.thread_id join series on series.id = rollup.series_id"
        f" where requests > 0 and {where}",
        values,
    )
    found: dict[str, tuple[set[str], set[str], set[str]]] = defaultdict(lambda: (set(), set(), set()))
    for session, *owner in owners:
        for seen, value in zip(found[session], owner, strict=True):
            seen.add(value)
    return {
        session: Activity(
            first_ms=first_ms,
            last_ms=last_ms,
            **dict(zip(_OWNERS, (tuple(sorted(seen - {""})) for seen in found[session]), strict=True)),
        )
        for session, first_ms, last_ms in spans
    }
