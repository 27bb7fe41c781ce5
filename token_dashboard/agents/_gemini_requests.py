"""The requests in a conversation with Gemini CLI.

A message is appended anew whenever something about it becomes known, a resumed conversation is copied from a
``.json`` file into a ``.jsonl`` one beside it, and a compressed history is written as a whole: messages with
one id in one session are one request. A message that was rewound stays what it cost.
"""

from collections.abc import Iterable, Iterator
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import msgspec

from token_dashboard.agents._contract import Scan
from token_dashboard.agents._document import JsonDocument, found_in
from token_dashboard.agents._figures import moment_ms
from token_dashboard.agents._gemini_lines import (
    NO_STATS,
    Conversation,
    Document,
    Line,
    Message,
    ModelTokens,
    Stats,
    Tokens,
    is_about_usage,
)
from token_dashboard.agents._json import Typed
from token_dashboard.agents._line_scans import LineScans, Text
from token_dashboard.agents._own_logs import has_gemini_conversation
from token_dashboard.agents._regular_file import opened
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.errors import AgentLogError
from token_dashboard.model.scan import Reject
from token_dashboard.model.usage import UsageEvent, event_key

_AGENT = "gemini-cli"
_LONGEST_PATH = 4096
_new = tuple.__new__


class State(msgspec.Struct):
    """What a file's lines have told of their conversation so far."""

    session: str | None = None
    project_hash: str | None = None
    is_subagent: bool = False
    model: str | None = None


class _Counts(NamedTuple):
    sent: int
    cached: int
    output: int
    thoughts: int


_DOCUMENT = JsonDocument(Document)
_LINES = LineScans(Line, State, is_about_usage)
_message = Typed(Message).decode
_stats = Typed(Stats).decode


def read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    """What is new in a conversation's file; see ``AgentLog.read``."""
    requests = _Requests(file)
    if file.path.endswith(".jsonl"):
        return _LINES.read(file, cursor, requests.in_line)
    return _DOCUMENT.read(file, cursor, requests.in_document)


class _Requests:
    """Finds the requests of one file."""

    def __init__(self, file: LogFile) -> None:
        self._file = file
        self._path = Path(file.path)
        self._is_nested = self._path.parent.name != "chats" and "chats" in self._path.parts
        self._owners: dict[tuple[str | None, str | None], Attribution] = {}

    def in_document(self, document: Document) -> Iterator[UsageEvent | Reject]:
        state = State()
        _read_conversation(state, document)
        state.session = state.session or document.printed_session_id
        yield from found_in(document.messages or (), self._file.path, partial(self._in_raw_message, state))
        yield from self._in_stats(state, document.stats, document.timestamp)

    def in_line(self, state: State, line: Line, text: Text) -> Iterable[UsageEvent]:
        if line.session_id is not None or line.printed_session_id is not None:
            _read_conversation(
                state,
                Conversation(
                    session_id=line.session_id or line.printed_session_id,
                    project_hash=line.project_hash,
                    kind=line.kind,
                ),
            )
        state.model = line.model or state.model
        if line.tokens is not None:
            return self._in_message(state, line, text)
        if line.change is not None:
            return self._in_change(state, line.change)
        return self._in_stats(state, line.stats, line.timestamp) if line.stats else ()

    def _in_change(self, state: State, change: Conversation) -> Iterator[UsageEvent]:
        _read_conversation(state, change)
        problem: ValueError | None = None
        for raw in change.messages or ():
            try:
                yield from self._in_raw_message(state, raw)
            except ValueError as error:
                problem = error
        if problem is not None:
            raise problem

    def _in_raw_message(self, state: State, raw: msgspec.Raw) -> Iterator[UsageEvent]:
        return self._in_message(state, _message(raw), lambda: bytes(raw))

    def _in_message(self, state: State, message: Message, text: Text) -> Iterator[UsageEvent]:
        if message.tokens is None or message.type not in {"gemini", None}:
            return
        counts = _counts(message.tokens)
        if not any(counts):
            return
        if message.timestamp is None:
            raise ValueError("a request without a timestamp")
        name = message.id or blake2b(text().strip()).hexdigest()
        session = state.session or self._path.stem
        key = event_key(_AGENT, f"{session}:{name}")
        yield self._event(key, moment_ms(message.timestamp), state, message.model or state.model, counts)

    def _in_stats(self, state: State, raw: msgspec.Raw, time: str | None) -> Iterator[UsageEvent]:
        """What a run without a terminal printed at its end; the file is as old as it, if it tells no time."""
        if not bytes(raw).startswith(b"{"):
            return
        stats = _stats(raw)
        used = {model: _model_counts(one.tokens) for model, one in (stats.models or {}).items() if one.tokens}
        if not used and stats.input_tokens is not None and stats.output_tokens is not None:
            more = (stats.total_tokens or 0) - stats.input_tokens - stats.output_tokens
            thoughts = max(0, more)
            whole = _Counts(stats.input_tokens, stats.cached or 0, stats.output_tokens + thoughts, thoughts)
            used = {state.model or "": whole}
        if state.session is not None and has_gemini_conversation(state.session):
            return
        session = state.session or self._path.stem
        time_ms = moment_ms(time or self._file.mtime_ns)
        for model, counts in used.items():
            if any(counts):
                key = event_key(_AGENT, f"stats:{session}:{model}")
                asked = (stats.models or {}).get(model, NO_STATS).api
                requests = (asked and asked.total_requests) or None
                yield self._event(key, time_ms, state, model or None, counts, requests)

    def _event(
        self,
        key: int,
        time_ms: int,
        state: State,
        model: str | None,
        counts: _Counts,
        requests: int | None = 1,
    ) -> UsageEvent:
        # A bare tuple: a call by fields costs more than all that goes into them.
        return _new(
            UsageEvent,
            (
                key,
                time_ms,
                "log",
                _AGENT,
                "google",
                model,
                counts.sent,
                min(counts.cached, counts.sent),
                0,
                0,
                counts.output,
                counts.thoughts,
                0,
                None,
                state.is_subagent or self._is_nested,
                self._attribution(state),
                requests,
                None,
                None,
                None,
            ),
        )

    def _attribution(self, state: State) -> Attribution:
        """Who a request belongs to; one object for all requests that share it."""
        owner_of = state.session, state.project_hash
        if owner_of not in self._owners:
            self._owners[owner_of] = Attribution(
                session=state.session or self._path.stem, project=self._project(state.project_hash)
            )
        return self._owners[owner_of]

    def _project(self, project_hash: str | None) -> str | None:
        """The folder that was worked in, where a newer version noted it, else what stands for it."""
        folder = next((one.parent for one in self._path.parents if one.name == "chats"), None)
        if folder is None:
            return project_hash
        return _noted_root(folder / ".project_root") or project_hash or folder.name


def _noted_root(path: Path) -> str | None:
    try:
        with opened(str(path)) as (source, _):
            return (source.read(_LONGEST_PATH) or b"").decode().strip() or None
    except (AgentLogError, UnicodeDecodeError):
        return None


def _read_conversation(state: State, conversation: Conversation) -> None:
    state.session = conversation.session_id or state.session
    state.project_hash = conversation.project_hash or state.project_hash
    if conversation.kind is not None:
        state.is_subagent = conversation.kind == "subagent"


def _counts(tokens: Tokens) -> _Counts:
    """The counts under our own names.

    Google counts cached tokens within the input. Where the total says otherwise, they are added to it.
    """
    if tokens.input is None or tokens.output is None:
        raise ValueError("tokens without input or output")
    cached, thoughts, tool = tokens.cached or 0, tokens.thoughts or 0, tokens.tool or 0
    known = tokens.input + tokens.output + thoughts + tool
    beside = cached if tokens.total is not None and tokens.total != known else 0
    return _Counts(tokens.input + beside + tool, cached, tokens.output + thoughts, thoughts)


def _model_counts(tokens: ModelTokens) -> _Counts:
    if tokens.prompt is None or tokens.candidates is None:
        raise ValueError("tokens without prompt or candidates")
    thoughts = tokens.thoughts or 0
    return _Counts(
        tokens.prompt + (tokens.tool or 0), tokens.cached or 0, tokens.candidates + thoughts, thoughts
    )
