"""Sessions of Cline since version 4.1: the answers in ``<id>.messages.json`` that say what they used.

``inputTokens`` includes what was cached. A subagent's file lies beside its session's under another name.
"""

from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path

import msgspec

from token_dashboard.agents._contract import Scan
from token_dashboard.agents._document import JsonDocument, found_in
from token_dashboard.agents._figures import Count, cost_nanos, moment_ms
from token_dashboard.agents._json import Typed
from token_dashboard.agents._regular_file import opened
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.errors import AgentLogError
from token_dashboard.model.scan import Reject
from token_dashboard.model.usage import UsageEvent, event_key

_AGENT = "cline"
_SUFFIX = ".messages.json"
_LARGEST_MANIFEST_BYTES = 1 << 20


class _ModelInfo(msgspec.Struct, gc=False):
    id: str | None = None
    provider: str | None = None


class _Metrics(msgspec.Struct, gc=False, rename="camel"):
    input_tokens: Count = None
    output_tokens: Count = None
    cache_read_tokens: Count = None
    cache_write_tokens: Count = None
    cost: Decimal | None = None


class _Message(msgspec.Struct, gc=False, rename="camel"):
    id: str | None = None
    role: str | None = None
    ts: int | float | str | None = None
    model_info: _ModelInfo | None = None
    metrics: _Metrics | None = None


class _Messages(msgspec.Struct, rename="camel"):
    session_id: str | None = None
    messages: list[msgspec.Raw] | None = None


class _Manifest(msgspec.Struct):
    cwd: str | None = None
    workspace_root: str | None = None
    model: str | None = None
    provider: str | None = None


_SESSION, _MESSAGE, _MANIFEST = JsonDocument(_Messages), Typed(_Message), Typed(_Manifest)


def read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    """A session's answers; see ``AgentLog.read``."""

    def find(session: _Messages) -> Iterator[UsageEvent | Reject]:
        return found_in(session.messages or (), file.path, partial(_events, _Session(file, session)))

    return _SESSION.read(file, cursor, find)


class _Session:
    def __init__(self, file: LogFile, session: _Messages) -> None:
        path = Path(file.path)
        self.member = path.name.removesuffix(_SUFFIX)
        self.is_subagent = self.member != path.parent.name
        self.manifest = _manifest(path.parent / f"{path.parent.name}.json")
        self.name = path.parent.name if self.is_subagent else session.session_id or self.member
        self.owner = Attribution(
            session=self.name, project=self.manifest.workspace_root or self.manifest.cwd or None
        )


def _events(session: _Session, text: msgspec.Raw) -> Iterator[UsageEvent]:
    if b'"metrics"' not in bytes(text):
        return
    message = _MESSAGE.decode(text)
    metrics = message.metrics
    if message.role != "assistant" or metrics is None:
        return
    if metrics.input_tokens is None or metrics.output_tokens is None:
        raise ValueError("metrics without inputTokens or outputTokens")
    if not metrics.input_tokens + metrics.output_tokens:
        return
    cache_read, cache_creation = metrics.cache_read_tokens or 0, metrics.cache_write_tokens or 0
    if cache_read + cache_creation > metrics.input_tokens:
        raise ValueError("more cached tokens than inputTokens")
    if not message.id or message.ts is None:
        raise ValueError("metrics in a message without an id or a timestamp")
    info = message.model_info or _ModelInfo()
    yield UsageEvent(
        key=event_key(_AGENT, f"{session.name}:{session.member}:{message.id}"),
        time_ms=moment_ms(message.ts),
        source="log",
        agent=_AGENT,
        provider=info.provider or session.manifest.provider or None,
        model=info.id or session.manifest.model or None,
        input_tokens=metrics.input_tokens,
        cache_read_input_tokens=cache_read,
        cache_creation_input_tokens=cache_creation,
        output_tokens=metrics.output_tokens,
        is_sidechain=session.is_subagent,
        attribution=session.owner,
        recorded_cost_nanos=cost_nanos(metrics.cost),
    )


def _manifest(path: Path) -> _Manifest:
    try:
        with opened(str(path)) as (source, _):
            return _MANIFEST.decode(source.read(_LARGEST_MANIFEST_BYTES) or b"{}")
    except (AgentLogError, ValueError):
        return _Manifest()
