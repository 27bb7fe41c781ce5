"""What the sessions of Hermes used so far: one event for each model, which a fuller reading replaces.

Newer versions add up each session by model and provider in ``session_model_usage``, which counts; a session
without such a row counts by its own sums. Input leaves out what was cached, output includes reasoning. The
cost is the provider's own figure where Hermes has it, else Hermes' estimate. Events are dated by their
beginning.
"""

from collections.abc import Iterator

import msgspec

from token_dashboard.agents._contract import Scan
from token_dashboard.agents._figures import Count, cost_nanos, moment_ms
from token_dashboard.agents._optional_table import present
from token_dashboard.agents._sqlite_tables import Table, read_tables
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.usage import UsageEvent, event_key

_AGENT = "hermes"


class _Sums(msgspec.Struct, gc=False, kw_only=True):
    """The columns that both tables have."""

    model: str | None = None
    billing_provider: str | None = None
    input_tokens: Count = None
    output_tokens: Count = None
    cache_read_tokens: Count = None
    cache_write_tokens: Count = None
    reasoning_tokens: Count = None
    estimated_cost_usd: float | None = None
    actual_cost_usd: float | None = None
    cost_status: str | None = None


class _Session(_Sums, gc=False, kw_only=True):
    id: str
    started_at: int | float | str
    source: str | None = None
    cwd: str | None = None
    git_repo_root: str | None = None
    git_branch: str | None = None
    counted_by_model: str | None = msgspec.field(default=None, name="session_model_usage.session_id")


class _ModelUsage(_Sums, gc=False, kw_only=True):
    session_id: str
    billing_base_url: str | None = None
    billing_mode: str | None = None
    api_call_count: Count = None
    task: str | None = None
    first_seen: int | float | None = None
    started_at: int | float | str | None = msgspec.field(default=None, name="sessions.started_at")
    source: str | None = msgspec.field(default=None, name="sessions.source")
    cwd: str | None = msgspec.field(default=None, name="sessions.cwd")
    git_repo_root: str | None = msgspec.field(default=None, name="sessions.git_repo_root")
    git_branch: str | None = msgspec.field(default=None, name="sessions.git_branch")


def read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    """The sums of all sessions; see ``AgentLog.read``."""
    return read_tables(file, cursor, [_SESSIONS, *present(file.path, [_MODEL_USAGE])])


def _session_events(session: _Session) -> Iterator[UsageEvent]:
    if session.counted_by_model is None:
        yield from _event(
            event_key(_AGENT, session.id), session.started_at, session, _owner(session, session.id), None
        )


def _model_events(usage: _ModelUsage) -> Iterator[UsageEvent]:
    began = usage.first_seen or usage.started_at
    names = (usage.model, usage.billing_provider, usage.billing_base_url, usage.billing_mode, usage.task)
    key = event_key(_AGENT, f"{usage.session_id}:{names}")
    yield from _event(key, began, usage, _owner(usage, usage.session_id), usage.api_call_count or None)


def _event(
    key: int, began: float | str | None, sums: _Sums, owner: Attribution, requests: int | None
) -> Iterator[UsageEvent]:
    cache_read, cache_creation = sums.cache_read_tokens or 0, sums.cache_write_tokens or 0
    input_tokens = (sums.input_tokens or 0) + cache_read + cache_creation
    output_tokens = sums.output_tokens or 0
    if not input_tokens + output_tokens:
        return
    if began is None:
        raise ValueError("usage without a time")
    yield UsageEvent(
        key=key,
        time_ms=moment_ms(began),
        source="log",
        agent=_AGENT,
        provider=sums.billing_provider or None,
        model=sums.model or None,
        input_tokens=input_tokens,
        cache_read_input_tokens=cache_read,
        cache_creation_input_tokens=cache_creation,
        output_tokens=output_tokens,
        # Some providers tell of more reasoning than output; it cannot be more than what it is part of.
        reasoning_output_tokens=min(sums.reasoning_tokens or 0, output_tokens),
        attribution=owner,
        requests=requests,
        recorded_cost_nanos=cost_nanos(_cost(sums)),
    )


def _cost(sums: _Sums) -> float | None:
    """What is known of the cost. 0 is what stands there when nothing is, except under a subscription."""
    return (
        sums.actual_cost_usd or sums.estimated_cost_usd or (0.0 if sums.cost_status == "included" else None)
    )


def _owner(row: _Session | _ModelUsage, session: str) -> Attribution:
    return Attribution(
        session=session,
        project=row.git_repo_root or row.cwd or None,
        branch=row.git_branch or None,
        trigger="cron" if row.source == "cron" else None,
        channel=row.source or None,
    )


_ONE_OF_ITS_ROWS = (
    "session_model_usage.rowid = (select one.rowid from session_model_usage one"
    " where one.session_id = sessions.id limit 1)"
)
_SESSIONS = Table(
    name="sessions",
    row=_Session,
    find=_session_events,
    joined=("session_model_usage", _ONE_OF_ITS_ROWS),
)
_MODEL_USAGE = Table(
    name="session_model_usage",
    row=_ModelUsage,
    find=_model_events,
    joined=("sessions", "sessions.id = session_model_usage.session_id"),
)
