"""The requests that fx keeps of a profile, as Vercel's AI Gateway told them by their ids.

Cached tokens, read and written, are within the input, and reasoning within the output. The cost is what the
gateway charged. Requests that the gateway has not told yet stand there as ``pending``, without figures, and
sums by session (``sessions/*/usage-v2.json``) hold the same requests again; neither is read.

Source: fx itself, ``core/session/profile_usage_store.zig``, ``generation_fact_codec.zig`` and
``usage_report.zig``.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import msgspec

from token_dashboard.agents._contract import Scan
from token_dashboard.agents._figures import Count, cost_nanos, moment_ms
from token_dashboard.agents._line_scans import LineScans, Text
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.usage import UsageEvent, event_key

_AGENT = "fx"
_GATEWAY = "vercel-ai-gateway"


class Fact(msgspec.Struct, gc=False):
    """What one request used."""

    id: str
    created_at_ms: int
    model: str | None = None
    input_tokens: Count = None
    output_tokens: Count = None
    cache_read_tokens: Count = None
    cache_write_tokens: Count = None
    reasoning_tokens: Count = None
    billable_web_search_calls: Count = None
    total_cost: Decimal | None = None


class Line(msgspec.Struct):
    """A line; those of other kinds tell no request."""

    kind: str | None = None
    fact: Fact | None = None


class State(msgspec.Struct):
    """Each line says all about itself."""


def _is_about_usage(line: dict[str, Any]) -> bool:
    return line.get("kind") == "generation"


_LINES = LineScans(Line, State, _is_about_usage)


def read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    """What is new in a profile's requests; see ``AgentLog.read``."""
    return _LINES.read(file, cursor, _requests)


def _requests(_state: State, line: Line, _text: Text) -> Iterator[UsageEvent]:
    fact = line.fact
    if fact is None or line.kind != "generation":
        return
    sent, output = fact.input_tokens or 0, fact.output_tokens or 0
    read_tokens, written = fact.cache_read_tokens or 0, fact.cache_write_tokens or 0
    if read_tokens + written > sent or (fact.reasoning_tokens or 0) > output:
        raise ValueError("parts that are more than the whole")
    if not (sent or output or fact.total_cost):
        return
    yield UsageEvent(
        key=event_key(_AGENT, fact.id),
        time_ms=moment_ms(fact.created_at_ms),
        source="log",
        agent=_AGENT,
        provider=_GATEWAY,
        model=fact.model or None,
        input_tokens=sent,
        cache_read_input_tokens=read_tokens,
        cache_creation_input_tokens=written,
        output_tokens=output,
        reasoning_output_tokens=fact.reasoning_tokens or 0,
        web_searches=fact.billable_web_search_calls or 0,
        recorded_cost_nanos=cost_nanos(fact.total_cost),
    )
