"""The requests in a session of Claude Code: which lines are one, which are the same one, and what each used.

The rules are told in docs/agents.md.
"""

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

import msgspec

from token_dashboard.agents._claude_lines import (
    Line,
    Message,
    OutputDetails,
    Usage,
    decode_iterations,
    decode_progress,
    is_about_usage,
)
from token_dashboard.agents._contract import Scan
from token_dashboard.agents._jsonl import JsonLines, Piece
from token_dashboard.agents._rfc3339 import parse_ms
from token_dashboard.model.attribution import NOBODY, Attribution
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.money import Nanos, parse_nanos
from token_dashboard.model.scan import Reject
from token_dashboard.model.usage import UsageEvent, event_key, merge

_AGENT = "claude-code"
_LINES = JsonLines(Line, is_about_usage)
_UNIQUE_ID_LENGTH = len("msg_") + 20
_USUAL_TIME_LENGTH = len("2026-11-20T12:34:56.789Z")
_NO_ITERATIONS = Usage().iterations
_TIERS: dict[str | None, str | None] = {"standard": None, "": None}
"""Names of the tier that everybody gets; any other is kept as it is."""
_new = tuple.__new__


def read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    """What is new in a session's file; see ``AgentLog.read``."""
    requests = _Requests(file.path)
    for piece in _LINES.pieces(file, cursor):
        rejects = [*piece.rejects, *requests.add(piece)]
        yield Scan(
            cursor=piece.block.cursor,
            events=requests.taken(),
            rejects=rejects,
            bytes_read=piece.block.bytes_read,
            is_restart=piece.block.is_restart,
        )


class _Answer(msgspec.Struct, gc=False):
    """What was used for an answer, and the line that told of it first."""

    line: Line
    model: str | None
    usage: Usage
    time_ms: int
    cost_nanos: Nanos | None


class _Requests:
    """The requests of a file, piece by piece; what a growing answer logs again and again is merged."""

    def __init__(self, path: str) -> None:
        self._events: dict[int, UsageEvent] = {}
        self._path = path
        self._file_session = Path(path).stem
        self._is_subagent_file = "subagents" in Path(path).parts
        self._growing: dict[str, _Answer] = {}
        self._latest_name: tuple[str | None, str | None, str | None] | None = None
        self._latest_owner = NOBODY

    def taken(self) -> list[UsageEvent]:
        """What was found since the last time."""
        for request, answer in self._growing.items():
            self._put(request, answer.line.request_id or "", answer)
        found = list(self._events.values())
        self._growing.clear()
        self._events.clear()
        return found

    def add(self, piece: Piece[Line]) -> Iterator[Reject]:
        for index, line in enumerate(piece.lines):
            try:
                if line.type == "assistant" or line.type is None:
                    self._add_line(line, piece, index)
                elif line.type == "progress" and b'"agent_progress"' in bytes(line.data):
                    self._add_progress(line, piece, index)
            except ValueError as error:
                yield Reject(path=self._path, line=piece.numbers[index], reason=str(error))

    def _add_progress(self, outer: Line, piece: Piece[Line], index: int) -> None:
        """Add a subagent's line within its parent's file: some versions gave subagents no own file."""
        line = decode_progress(outer.data).message
        if type(line) is Line:
            line.session_id, line.cwd, line.git_branch = outer.session_id, outer.cwd, outer.git_branch
            line.timestamp = line.timestamp or outer.timestamp
            line.is_sidechain = True
            self._add_line(line, piece, index)

    def _add_line(self, line: Line, piece: Piece[Line], index: int) -> None:
        message = line.message
        if type(message) is not Message or (usage := message.usage) is None:
            return
        if message.model == "<synthetic>" or line.is_api_error_message:
            return
        request, member = message.id, line.request_id
        before = self._growing.get(request) if request and member else None
        if before is not None and _goes_on(before, line, message, usage):
            before.usage = usage
            return
        if line.timestamp is None:
            raise ValueError("a request without a timestamp")
        if usage.input_tokens is None or usage.output_tokens is None:
            raise ValueError("usage without input_tokens or output_tokens")
        cost_nanos = None if line.cost is None else _recorded_cost(line.cost)
        answer = _Answer(line, message.model, usage, parse_ms(line.timestamp), cost_nanos)
        if request and member:
            if before is not None:
                self._put(request, before.line.request_id or "", before)
            self._growing[request] = answer
        else:
            request, member = self._identity(line, message, usage) or (
                blake2b(piece.text_of(index).strip()).hexdigest(),
                "",
            )
            self._put(request, member, answer)
        if usage.iterations != _NO_ITERATIONS:
            self._add_iterations(request, member, answer)

    def _add_iterations(self, request: str, member: str, answer: _Answer) -> None:
        """Add the steps that the usage of the whole leaves out: an advisor's answers, and compaction."""
        steps = bytes(answer.usage.iterations)
        if b'"advisor_message"' in steps or b'"compaction"' in steps:
            for index, step in enumerate(decode_iterations(steps) or ()):
                if step.type in {"advisor_message", "compaction"}:
                    if step.input_tokens is None or step.output_tokens is None:
                        raise ValueError("usage without input_tokens or output_tokens")
                    model = step.model or (answer.model if step.type == "compaction" else None)
                    of_step = _Answer(answer.line, model, step, answer.time_ms, None)
                    self._put(f"{request}:{step.type}:{index}", member, of_step)

    def _identity(self, line: Line, message: Message, usage: Usage) -> tuple[str, str] | None:
        """What names a request and its member for ``event_key`` where one of two ids is missing.

        ``None`` when the line holds no id at all.
        """
        if message.id:
            # Some gateways give every answer one id. What was sent tells them apart; streamed lines share it.
            sent = f"{usage.input_tokens},{usage.cache_read_input_tokens},{usage.cache_creation_input_tokens}"
            if message.id.startswith("msg_") and len(message.id) >= _UNIQUE_ID_LENGTH:
                return message.id, sent
            return f"{line.session_id or self._file_session}:{message.id}:{sent}", ""
        return (line.request_id, "") if line.request_id else None

    def _put(self, request: str, member: str, answer: _Answer) -> None:
        line, usage, model = answer.line, answer.usage, answer.model
        key = event_key(_AGENT, request, member)
        cache_read = usage.cache_read_input_tokens or 0
        cache_creation, cache_creation_1h = _cache_creation(usage)
        # Built as a bare tuple: a first scan makes an event of every request, and a call by fields costs more
        # than all that goes into them.
        event = _new(
            UsageEvent,
            (
                key,
                answer.time_ms,
                "log",
                _AGENT,
                _provider(model),
                model,
                (usage.input_tokens or 0) + cache_read + cache_creation,
                cache_read,
                cache_creation,
                cache_creation_1h,
                usage.output_tokens or 0,
                0 if usage.output_tokens_details is None else _thinking(usage.output_tokens_details, usage),
                0 if usage.server_tool_use is None else usage.server_tool_use.web_search_requests or 0,
                "fast" if usage.speed == "fast" else _TIERS.get(usage.service_tier, usage.service_tier),
                self._is_subagent_file or line.is_sidechain is True,
                self._owner(line),
                1,
                answer.cost_nanos,
                None,
                None,
            ),
        )
        seen = self._events.get(key)
        self._events[key] = event if seen is None else merge(seen, event)

    def _owner(self, line: Line) -> Attribution:
        """Who a line belongs to; one object for all lines of a session, which share it."""
        name = line.session_id, line.cwd, line.git_branch
        if name != self._latest_name:
            self._latest_name = name
            self._latest_owner = Attribution(
                session=line.session_id or self._file_session,
                project=line.cwd or None,
                branch=line.git_branch or None,
            )
        return self._latest_owner


def _goes_on(before: _Answer, line: Line, message: Message, usage: Usage) -> bool:
    """Whether a line tells of a known answer what merging both would: most lines of an answer do.

    It says the same again, or that there is more output by now, and its owner is the one that is known.
    """
    first, known = before.line, before.usage
    output, output_before = usage.output_tokens, known.output_tokens
    return (
        (usage == known or (output is not None and output_before is not None and output > output_before))
        and usage.input_tokens is not None
        and usage.iterations == known.iterations
        and line.timestamp is not None
        and first.timestamp is not None
        # Times of one usual shape are in order as texts are; any other pair is read and compared as times.
        and len(line.timestamp) == len(first.timestamp) == _USUAL_TIME_LENGTH
        and line.timestamp >= first.timestamp
        and line.timestamp[-1] == first.timestamp[-1] == "Z"
        and message.model == before.model
        and line.request_id == first.request_id
        and line.session_id == first.session_id
        and line.cwd == first.cwd
        and line.git_branch == first.git_branch
        and line.cost == first.cost
        and (line.is_sidechain or not first.is_sidechain)
    )


def _recorded_cost(cost: Decimal) -> Nanos:
    """What old versions wrote beside each request."""
    nanos = parse_nanos(cost)
    if nanos < 0:
        raise ValueError("a negative costUSD")
    return nanos


def _cache_creation(usage: Usage) -> tuple[int, int]:
    """Cache writes, and those of them that are kept for an hour.

    When the total and the sum of its parts disagree, one of them lost something: the larger one counts.
    """
    total = usage.cache_creation_input_tokens or 0
    kept = usage.cache_creation
    if kept is None:
        return total, 0
    one_hour = kept.ephemeral_1h_input_tokens or 0
    parts = one_hour + (kept.ephemeral_5m_input_tokens or 0)
    return max(total, parts), one_hour


def _thinking(details: OutputDetails, usage: Usage) -> int:
    """Reasoning, where it is told apart; it cannot be more than the output that it is part of."""
    return min(details.thinking_tokens or 0, usage.output_tokens or 0)


@lru_cache(maxsize=256)
def _provider(model: str | None) -> str | None:
    """Who bills, as far as the model's name says; ``None`` when a gateway serves somebody else's model."""
    if model is None:
        return None
    if "anthropic." in model:
        return "amazon-bedrock"  # us.anthropic.claude-sonnet-4-5-20250929-v1:0, also within an ARN
    if model.startswith("claude-"):
        return "google-vertex" if "@" in model else "anthropic"  # claude-sonnet-4-5@20250929
    return None
