"""What the sessions of Crush cost so far: one event each, which a fuller reading replaces.

A session adds up its cost, its subagents' included, but not its tokens: ``prompt_tokens`` and
``completion_tokens`` are those of the latest request alone. The event therefore has no tokens and no model,
only a recorded cost. It is dated by the session's beginning.
"""

from collections.abc import Iterator

import msgspec

from token_dashboard.agents._contract import Scan
from token_dashboard.agents._figures import cost_nanos, moment_ms
from token_dashboard.agents._sqlite_tables import Table, read_tables
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.usage import UsageEvent, event_key

_AGENT = "crush"


class _Session(msgspec.Struct, gc=False):
    id: str
    created_at: int
    cost: float | None
    parent_session_id: str | None = None


def read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    """The costs of a project's sessions; see ``AgentLog.read``."""
    return read_tables(file, cursor, [_SESSIONS])


def _events(session: _Session) -> Iterator[UsageEvent]:
    if session.cost and not session.parent_session_id:
        yield UsageEvent(
            key=event_key(_AGENT, session.id),
            time_ms=moment_ms(session.created_at),
            source="log",
            agent=_AGENT,
            provider=None,
            model=None,
            input_tokens=0,
            attribution=Attribution(session=session.id),
            requests=None,
            recorded_cost_nanos=cost_nanos(session.cost),
        )


_SESSIONS = Table(name="sessions", row=_Session, find=_events)
