"""What a session of Droid used so far: one event, which a fuller reading replaces.

The sums have no dates and no models of their own. The event is dated by the choice of the provider, at which
the session began, or else by the file, and bears the session's latest model.
"""

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import msgspec

from token_dashboard.agents._contract import Scan
from token_dashboard.agents._document import JsonDocument
from token_dashboard.agents._figures import Count, moment_ms
from token_dashboard.agents._regular_file import opened
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.errors import AgentLogError
from token_dashboard.model.usage import UsageEvent, event_key

_AGENT = "droid"
_SUFFIX = ".settings.json"
_BEGINNING_BYTES = 1 << 20
_TOLD_MODEL = re.compile(rb"Model:\s*([^\"\\\[\n]{1,200})")
_BRACKETS = re.compile(r"\[[^\]]*\]")
_CUSTOM = "custom:"
_INDEX = re.compile(r"-\d+$")


class _TokenUsage(msgspec.Struct, rename="camel"):
    input_tokens: Count = None
    output_tokens: Count = None
    cache_creation_tokens: Count = None
    cache_read_tokens: Count = None
    thinking_tokens: Count = None


class _Settings(msgspec.Struct, rename="camel"):
    model: str | None = None
    provider_lock: str | None = None
    provider_lock_timestamp: str | None = None
    token_usage: _TokenUsage | None = None


_SETTINGS = JsonDocument(_Settings)


def read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    """A session's sums; see ``AgentLog.read``."""
    return _SETTINGS.read(file, cursor, partial(_events, file))


def _events(file: LogFile, settings: _Settings) -> Iterator[UsageEvent]:
    usage = settings.token_usage
    if usage is None:
        return
    cache_read, cache_creation = usage.cache_read_tokens or 0, usage.cache_creation_tokens or 0
    thinking = usage.thinking_tokens or 0
    input_tokens = (usage.input_tokens or 0) + cache_read + cache_creation
    output_tokens = (usage.output_tokens or 0) + thinking
    if not input_tokens + output_tokens:
        return
    began = settings.provider_lock_timestamp
    session = Path(file.path).name.removesuffix(_SUFFIX)
    yield UsageEvent(
        # Not by model: the sums go on when it is switched, and would then count once for each.
        key=event_key(_AGENT, session),
        time_ms=moment_ms(file.mtime_ns if began is None else began),
        source="log",
        agent=_AGENT,
        provider=settings.provider_lock or None,
        model=_model_id(settings.model or _told_model(file) or "") or None,
        input_tokens=input_tokens,
        cache_read_input_tokens=cache_read,
        cache_creation_input_tokens=cache_creation,
        output_tokens=output_tokens,
        reasoning_output_tokens=thinking,
        attribution=Attribution(session=session),
        requests=None,
    )


def _model_id(name: str) -> str:
    """``custom:Claude-Opus-4.5-Thinking-[Anthropic]-0`` is ``claude-opus-4.5-thinking``.

    Own models are shown with their provider in brackets, and end with their place in the list of them.
    """
    if name.startswith(_CUSTOM):
        name = _INDEX.sub("", name.removeprefix(_CUSTOM))
    return re.sub(r"[-\s]+", "-", _BRACKETS.sub("", name)).strip("-").lower()


def _told_model(file: LogFile) -> str | None:
    """The model that the session's first lines tell the agent it is."""
    try:
        with opened(file.path.removesuffix(_SUFFIX) + ".jsonl") as (source, _):
            told = _TOLD_MODEL.search(source.read(_BEGINNING_BYTES) or b"")
    except AgentLogError:
        return None
    return None if told is None else told[1].decode("utf-8", "replace").strip()
