"""The requests of Copilot's chat in VS Code: a ``chat`` span each, which its exporter keeps for seven days.

Both kinds of cached tokens are within the input, reasoning is within the output. What was written to the
cache is told among a span's attributes alone. VS Code also runs Claude Code and Copilot CLI and makes spans
of what these use, which stands in their own logs and is left to those.

Source: the extension's ``otelSqliteStore.ts``, ``chatMLFetcher.ts`` and ``messagesApi.ts``.
"""

from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path

import msgspec

from token_dashboard.agents import _copilot_store
from token_dashboard.agents._contract import Scan
from token_dashboard.agents._figures import Count, moment_ms
from token_dashboard.agents._sqlite_tables import Table, read_tables
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.usage import MAX_TOKENS, UsageEvent, event_key

_AGENT = "copilot-vscode"
_OVERLAP = 200
_WRITTEN = "gen_ai.usage.cache_creation.input_tokens"
_CLAUDE_CODE = frozenset({"claudeLMServer", "Claude Copilot Proxy"})
_COMPACTION = "summarizeConversationHistory"


class _Span(msgspec.Struct, gc=False):
    span_id: str
    trace_id: str
    end_time_ms: int | float
    input_tokens: Count
    output_tokens: Count
    provider_name: str | None = None
    agent_name: str | None = None
    """What the extension calls the request, for example ``panel/editAgent`` or ``title``."""
    conversation_id: str | None = None
    chat_session_id: str | None = None
    request_model: str | None = None
    response_model: str | None = None
    cached_tokens: Count = None
    reasoning_tokens: Count = None
    written: str | None = msgspec.field(default=None, name="span_attributes.value")


def read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    """What is new among the spans; see ``AgentLog.read``."""
    return read_tables(file, cursor, [_spans(cache(_is_told_by_copilot_cli))])


def _spans(is_told: Callable[[str], bool]) -> Table:
    return Table(
        name="spans",
        row=_Span,
        find=partial(_requests, is_told),
        overlap=_OVERLAP,
        where="operation_name = 'chat' and (input_tokens > 0 or output_tokens > 0)",
        joined=("span_attributes", f"span_attributes.span_id = spans.span_id and key = '{_WRITTEN}'"),
    )


def _requests(is_told: Callable[[str], bool], span: _Span) -> Iterator[UsageEvent]:
    session = span.chat_session_id or span.conversation_id or None
    if span.agent_name in _CLAUDE_CODE or (session is not None and is_told(session)):
        return
    sent, output = span.input_tokens or 0, span.output_tokens or 0
    read_tokens, written = span.cached_tokens or 0, _count(span.written)
    if read_tokens + written > sent:
        raise ValueError("more cached tokens than input_tokens")
    yield UsageEvent(
        key=event_key(_AGENT, f"{span.trace_id}:{span.span_id}"),
        time_ms=moment_ms(span.end_time_ms),
        source="log",
        agent=_AGENT,
        provider=_copilot_store.PROVIDER if span.provider_name == "github" else span.provider_name or None,
        model=span.response_model or span.request_model or None,
        input_tokens=sent,
        cache_read_input_tokens=read_tokens,
        cache_creation_input_tokens=written,
        output_tokens=output,
        reasoning_output_tokens=min(span.reasoning_tokens or 0, output),
        attribution=Attribution(
            session=session,
            trigger="compaction" if (span.agent_name or "").startswith(_COMPACTION) else None,
        ),
    )


def _count(told: str | None) -> int:
    """A count among a span's attributes, which are texts.

    Raises:
        ValueError: it is none.
    """
    if not told:
        return 0
    if not (told.isascii() and told.isdigit() and int(told) <= MAX_TOKENS):
        raise ValueError(f"{_WRITTEN} is no count")
    return int(told)


def _is_told_by_copilot_cli(session: str) -> bool:
    home, name = Path.home() / ".copilot", Path(session).name
    is_ended = (home / "session-state" / name / "events.jsonl").is_file()
    return is_ended or bool(_copilot_store.times_ms(home / _copilot_store.STORE, session))
