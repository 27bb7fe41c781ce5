"""What the models of a workspace of Mux used so far: one event each, which a fuller reading replaces.

The sums have no dates: an event is dated by the workspace's last request, as it stood when the file was first
read. When a subagent's workspace is deleted, Mux adds its sums to its parent's. They are taken out again, and
count as the subagent's own, unless its own file was read before; then they are known already.
"""

from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import NamedTuple

import msgspec

from token_dashboard.agents._contract import Scan
from token_dashboard.agents._document import JsonDocument
from token_dashboard.agents._figures import Count, cost_nanos, moment_ms
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.usage import UsageEvent, event_key

_AGENT = "mux"


class _Class(msgspec.Struct, gc=False):
    """Tokens of one class; ``cost_usd`` is missing where Mux knows no price."""

    tokens: Count = None
    cost_usd: Decimal | None = None


class _ModelUsage(msgspec.Struct, gc=False, rename="camel"):
    input: _Class = msgspec.field(default_factory=_Class)
    cached: _Class = msgspec.field(default_factory=_Class)
    cache_create: _Class = msgspec.field(default_factory=_Class)
    output: _Class = msgspec.field(default_factory=_Class)
    reasoning: _Class = msgspec.field(default_factory=_Class)


class _LastRequest(msgspec.Struct):
    timestamp: float | None = None


class _RolledUp(msgspec.Struct, rename="camel"):
    """The sums of a deleted subagent, over all of its models."""

    model: str | None = None
    input_tokens: Count = None
    output_tokens: Count = None
    reasoning_tokens: Count = None
    cached_tokens: Count = None
    cache_create_tokens: Count = None
    total_cost_usd: Decimal | None = None
    rolled_up_at_ms: float | None = None


class _SessionUsage(msgspec.Struct, rename="camel"):
    by_model: dict[str, _ModelUsage] | None = None
    last_request: _LastRequest | None = None
    rolled_up_from: dict[str, _RolledUp | bool] | None = None


class _Sums(NamedTuple):
    """Tokens by class, none within another, and their cost in nanos of a dollar."""

    input: int
    cached: int
    cache_create: int
    output: int
    reasoning: int
    cost: int | None

    def minus(self, other: "_Sums") -> "_Sums | None":
        """What is left; ``None`` when the other one cannot be a part of this one."""
        left = [mine - theirs for mine, theirs in zip(self[:5], other[:5], strict=True)]
        if min(left) < 0:
            return None
        cost = self.cost if self.cost is None else max(0, self.cost - (other.cost or 0))
        return _Sums._make([*left, cost])


_USAGE = JsonDocument(_SessionUsage)


def read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    """A workspace's sums; see ``AgentLog.read``."""
    return _USAGE.read(file, cursor, partial(_events, file))


def _events(file: LogFile, usage: _SessionUsage) -> Iterator[UsageEvent]:
    workspace = Path(file.path).parent.name
    last = None if usage.last_request is None else usage.last_request.timestamp
    time_ms = moment_ms(file.mtime_ns if last is None else last)
    by_model = {model: _sums(one) for model, one in (usage.by_model or {}).items()}
    for child, rolled_up in (usage.rolled_up_from or {}).items():
        if isinstance(rolled_up, _RolledUp) and (model := rolled_up.model) in by_model:
            theirs = _rolled_up_sums(rolled_up)
            rest = by_model[model].minus(theirs)
            if rest is not None:
                by_model[model] = rest
                ended = rolled_up.rolled_up_at_ms
                ended_ms = time_ms if ended is None else moment_ms(ended)
                # As a sidechain without a model in its key: it gives way to what the child's own file said.
                yield from _event(child, "", model, theirs, ended_ms, is_sidechain=True)
    for model, sums in by_model.items():
        yield from _event(workspace, model, model, sums, time_ms, is_sidechain=False)


def _event(
    workspace: str, member: str, model: str, sums: _Sums, time_ms: int, *, is_sidechain: bool
) -> Iterator[UsageEvent]:
    if not any(sums[:5]):
        return
    provider, _, name = model.rpartition(":") if ":" not in model else model.partition(":")
    yield UsageEvent(
        key=event_key(_AGENT, workspace, member),
        time_ms=time_ms,
        source="log",
        agent=_AGENT,
        provider=provider or None,
        model=name,
        input_tokens=sums.input + sums.cached + sums.cache_create,
        cache_read_input_tokens=sums.cached,
        cache_creation_input_tokens=sums.cache_create,
        output_tokens=sums.output + sums.reasoning,
        reasoning_output_tokens=sums.reasoning,
        is_sidechain=is_sidechain,
        attribution=Attribution(session=workspace),
        requests=None,
        recorded_cost_nanos=sums.cost,
    )


def _sums(usage: _ModelUsage) -> _Sums:
    classes = (usage.input, usage.cached, usage.cache_create, usage.output, usage.reasoning)
    costs = [cost_nanos(one.cost_usd) for one in classes]
    known = [cost for cost in costs if cost is not None]
    return _Sums._make([*(one.tokens or 0 for one in classes), sum(known) if known else None])


def _rolled_up_sums(child: _RolledUp) -> _Sums:
    return _Sums(
        child.input_tokens or 0,
        child.cached_tokens or 0,
        child.cache_create_tokens or 0,
        child.output_tokens or 0,
        child.reasoning_tokens or 0,
        cost_nanos(child.total_cost_usd),
    )
