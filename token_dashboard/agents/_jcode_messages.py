"""The answers in a session of jcode that say what they used, in its file or in the journal beside it.

jcode adds what is new to the journal; now and then it writes the session's file anew and deletes the journal.
A fork, and a session recovered from a crash, begin with the messages of another one under the same ids.

``input_tokens`` is what the provider said: with cached input, as OpenAI counts, or without, as Anthropic
does. Newer versions note the whole prompt as ``prompt_tokens``. Older ones don't; what jcode itself makes of
theirs is in ``crates/jcode-compaction-core``. Output holds reasoning.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from token_dashboard.agents._contract import Scan
from token_dashboard.agents._document import JsonDocument, found_in
from token_dashboard.agents._figures import Count, moment_ms
from token_dashboard.agents._json import Typed
from token_dashboard.agents._line_scans import LineScans, Text
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.scan import Reject
from token_dashboard.model.usage import UsageEvent, event_key

_AGENT = "jcode"
_JOURNAL = ".journal.jsonl"
_UNIQUE_ID_LENGTH = 20
_COUNTS_CACHED_BESIDE = ("anthropic", "claude")
_PROVIDERS = {"claude": "anthropic", "copilot": "github-copilot"}


class Usage(msgspec.Struct, gc=False):
    """What a request used."""

    input_tokens: Count = None
    output_tokens: Count = None
    prompt_tokens: Count = None
    cache_read_input_tokens: Count = None
    cache_creation_input_tokens: Count = None


class Message(msgspec.Struct, gc=False):
    """A message, without what it says."""

    id: str | None = None
    timestamp: str | None = None
    token_usage: Usage | None = None


class Git(msgspec.Struct, gc=False):
    """The repository of a session."""

    branch: str | None = None


class Environment(msgspec.Struct, gc=False):
    """Where a session ran at one moment."""

    working_git: Git | None = None


class Owner(msgspec.Struct, gc=False):
    """Whose requests these are."""

    id: str | None = None
    provider_key: str | None = None
    model: str | None = None
    working_dir: str | None = None


class Session(Owner):
    """A session's file."""

    messages: list[msgspec.Raw] | None = None
    env_snapshots: list[Environment] | None = None


class Entry(msgspec.Struct, gc=False):
    """A line of a journal."""

    meta: Owner | None = None
    append_messages: list[msgspec.Raw] | None = None
    append_env_snapshots: list[Environment] | None = None


class State(msgspec.Struct):
    """What a journal's lines have told so far."""

    branch: str | None = None


def _is_about_usage(line: dict[str, Any]) -> bool:
    messages = line.get("append_messages")
    return messages is not None and messages != []


_SESSION, _MESSAGE = JsonDocument(Session), Typed(Message)
_ENTRIES = LineScans(Entry, State, _is_about_usage)


def read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    """A session's answers; see ``AgentLog.read``."""
    path = Path(file.path)
    if path.name.endswith(_JOURNAL):
        return _ENTRIES.read(file, cursor, partial(_in_entry, path.name.removesuffix(_JOURNAL)))
    return _SESSION.read(file, cursor, partial(_in_session, path))


def _in_session(path: Path, session: Session) -> Iterator[UsageEvent | Reject]:
    branch = _branch(session.env_snapshots)
    find = partial(_answers, session.id or path.stem, session, branch)
    return found_in(session.messages or (), str(path), find)


def _in_entry(session: str, state: State, entry: Entry, _text: Text) -> Iterator[UsageEvent]:
    state.branch = _branch(entry.append_env_snapshots) or state.branch
    for message in entry.append_messages or ():
        yield from _answers(session, entry.meta or Owner(), state.branch, message)


def _branch(environments: list[Environment] | None) -> str | None:
    known = [one.working_git.branch for one in environments or () if one.working_git]
    return known[-1] if known else None


def _answers(session: str, owner: Owner, branch: str | None, text: msgspec.Raw) -> Iterator[UsageEvent]:
    if b'"token_usage"' not in bytes(text):
        return
    message = _MESSAGE.decode(text)
    usage = message.token_usage
    if usage is None:
        return
    if usage.input_tokens is None or usage.output_tokens is None:
        raise ValueError("usage without input_tokens or output_tokens")
    read_tokens, written = usage.cache_read_input_tokens or 0, usage.cache_creation_input_tokens or 0
    sent = usage.prompt_tokens
    if sent is None:
        sent = usage.input_tokens + (read_tokens + written if _is_beside(usage, owner) else 0)
    if not (sent or usage.output_tokens):
        return
    if read_tokens + written > sent:
        raise ValueError("more cached tokens than prompt_tokens")
    if not message.id or message.timestamp is None:
        raise ValueError("usage in a message without an id or a timestamp")
    name = message.id if len(message.id) >= _UNIQUE_ID_LENGTH else f"{session}:{message.id}"
    provider = owner.provider_key or None
    yield UsageEvent(
        key=event_key(_AGENT, name),
        time_ms=moment_ms(message.timestamp),
        source="log",
        agent=_AGENT,
        provider=_PROVIDERS.get(provider, provider) if provider else None,
        model=owner.model or None,
        input_tokens=sent,
        cache_read_input_tokens=read_tokens,
        cache_creation_input_tokens=written,
        output_tokens=usage.output_tokens,
        attribution=Attribution(session=session, project=owner.working_dir or None, branch=branch),
    )


def _is_beside(usage: Usage, owner: Owner) -> bool:
    """Does the cached input of an older version's request stand beside its input?"""
    read_tokens, written = usage.cache_read_input_tokens or 0, usage.cache_creation_input_tokens or 0
    if written or read_tokens > (usage.input_tokens or 0):
        return True
    return any(name in (owner.provider_key or "").lower() for name in _COUNTS_CACHED_BESIDE)
