"""The requests of a thread of Amp.

``usageLedger.events`` holds one entry a request, without its cached part; that stands in the message which
the entry names with ``toMessageId``. Old threads have no ledger, newer ones may have one with gaps: a
message whose usage no entry accounts for is a request of its own. ``credits`` are Amp's own unit, not
dollars, and are not kept.
"""

from collections import defaultdict, deque
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

import msgspec

from token_dashboard.agents._contract import Scan
from token_dashboard.agents._document import JsonDocument
from token_dashboard.agents._figures import Count, moment_ms
from token_dashboard.agents._json import Typed
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.scan import Reject
from token_dashboard.model.usage import UsageEvent, event_key

_AGENT = "amp"


class _Tokens(msgspec.Struct, gc=False):
    input: Count = None
    output: Count = None


class _Entry(msgspec.Struct, gc=False, rename="camel"):
    id: str | None = None
    timestamp: str | None = None
    model: str | None = None
    to_message_id: int | str | None = None
    tokens: _Tokens | None = None


class _Usage(msgspec.Struct, gc=False, rename="camel"):
    model: str | None = None
    timestamp: str | None = None
    input_tokens: Count = None
    output_tokens: Count = None
    cache_read_input_tokens: Count = None
    cache_creation_input_tokens: Count = None


class _Message(msgspec.Struct, gc=False, rename="camel"):
    role: str | None = None
    message_id: int | str | None = None
    usage: _Usage | None = None


class _Ledger(msgspec.Struct):
    events: list[msgspec.Raw] | None = None


class _Thread(msgspec.Struct, rename="camel"):
    id: str | None = None
    created: int | None = None
    messages: list[msgspec.Raw] | None = None
    usage_ledger: _Ledger | None = None


_THREADS = JsonDocument(_Thread)
_ENTRY = Typed(_Entry)
_MESSAGE = Typed(_Message)
_NO_USAGE = _Usage()
_Told: TypeAlias = str | tuple[str | None, int | None, int | None]
"""What an entry tells of its message: its id, or the model and what was used."""


def read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    """A thread's requests; see ``AgentLog.read``."""
    return _THREADS.read(file, cursor, lambda thread: _Requests(thread, file.path).found())


class _Requests:
    def __init__(self, thread: _Thread, path: str) -> None:
        self._thread = thread
        self._path = path
        self._session = thread.id or Path(path).stem
        self._owner = Attribution(session=self._session)
        self._unaccounted: dict[int, tuple[_Message, _Usage]] = {}
        """Messages with usage that no entry of the ledger has accounted for yet, by their numbers."""
        self._numbers: defaultdict[_Told, deque[int]] = defaultdict(deque)
        """Where to look for a message that an entry is about."""
        self._names: set[str] = set()

    def found(self) -> Iterator[UsageEvent | Reject]:
        for number, text in enumerate(self._thread.messages or (), 1):
            if b'"usage"' in bytes(text):
                try:
                    message = _MESSAGE.decode(text)
                except ValueError as error:
                    yield Reject(path=self._path, line=number, reason=f"message: {error}")
                else:
                    if message.role == "assistant" and message.usage is not None:
                        self._add_message(number, message, message.usage)
        ledger = self._thread.usage_ledger
        entries: list[tuple[int, _Entry, _Tokens]] = []
        for number, text in enumerate((ledger and ledger.events) or (), 1):
            try:
                entry = _ENTRY.decode(text)
            except ValueError as error:
                yield Reject(path=self._path, line=number, reason=f"ledger: {error}")
            else:
                if entry.tokens is not None:
                    entries.append((number, entry, entry.tokens))
        # Entries that name their message go first, so that none of the others takes it away.
        for number, entry, tokens in sorted(entries, key=lambda one: one[1].to_message_id is None):
            try:
                yield from self._entry(entry, tokens)
            except ValueError as error:
                yield Reject(path=self._path, line=number, reason=f"ledger: {error}")
        for number, (message, usage) in self._unaccounted.items():
            try:
                name = self._name(message.message_id, (usage.timestamp, usage.model, usage.output_tokens))
                yield from self._event(
                    name, usage.timestamp, usage.model, usage.input_tokens, usage.output_tokens, usage
                )
            except ValueError as error:
                yield Reject(path=self._path, line=number, reason=f"message: {error}")

    def _add_message(self, number: int, message: _Message, usage: _Usage) -> None:
        self._unaccounted[number] = message, usage
        self._numbers[str(message.message_id)].append(number)
        self._numbers[usage.model, usage.input_tokens, usage.output_tokens].append(number)

    def _entry(self, entry: _Entry, tokens: _Tokens) -> Iterator[UsageEvent]:
        is_named = entry.to_message_id is not None
        told = str(entry.to_message_id) if is_named else (entry.model, tokens.input, tokens.output)
        message_id, usage = self._account(told)
        content = entry.id or (entry.timestamp, entry.model, tokens.input, tokens.output)
        name = self._name(entry.to_message_id if is_named else message_id, content)
        return self._event(name, entry.timestamp, entry.model, tokens.input, tokens.output, usage)

    def _account(self, told: _Told) -> tuple[int | str | None, _Usage]:
        """The message that an entry is about: the one it names, else one that used the same."""
        numbers = self._numbers[told]
        while numbers:
            found = self._unaccounted.pop(numbers.popleft(), None)
            if found is not None:
                return found[0].message_id, found[1]
        return None, _NO_USAGE

    def _name(self, message: int | str | None, content: object) -> str:
        """What names a request within its thread: its message, by ledger or without; else what it is.

        A second entry about one message is a request of its own.
        """
        name = f"entry:{content}" if message is None else f"message:{message}"
        if name in self._names:
            name = f"entry:{content}"
        self._names.add(name)
        return name

    def _event(
        self,
        name: str,
        time: str | None,
        model: str | None,
        fresh_input: int | None,
        output: int | None,
        cached: _Usage,
    ) -> Iterator[UsageEvent]:
        if fresh_input is None or output is None:
            raise ValueError("usage without input or output tokens")
        cache_read = cached.cache_read_input_tokens or 0
        cache_creation = cached.cache_creation_input_tokens or 0
        if not (fresh_input or output or cache_read or cache_creation):
            return
        moment = time if time is not None else self._thread.created
        if moment is None:
            raise ValueError("usage without a timestamp")
        yield UsageEvent(
            key=event_key(_AGENT, f"{self._session}:{name}"),
            time_ms=moment_ms(moment),
            source="log",
            agent=_AGENT,
            provider=None,
            model=model,
            input_tokens=fresh_input + cache_read + cache_creation,
            cache_read_input_tokens=cache_read,
            cache_creation_input_tokens=cache_creation,
            output_tokens=output,
            attribution=self._owner,
        )
