"""The requests in a session of Claude Code: which lines are one, which are the same one, and what each used.

The rules are told in docs/agents.md.
"""

from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

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
    for piece in _LINES.pieces(file, cursor):
        requests = _Requests(file.path)
        rejects = [*piece.rejects, *requests.add(piece)]
        yield Scan(
            cursor=piece.block.cursor,
            events=list(requests.events.values()),
            rejects=rejects,
            bytes_read=piece.block.bytes_read,
            is_restart=piece.block.is_restart,
        )


class _Requests:
    """The requests of one piece of a file; what a growing answer logs again and again is merged."""

    def __init__(self, path: str) -> None:
        self.events: dict[int, UsageEvent] = {}
        self._path = path
        self._file_session = Path(path).stem
        self._is_subagent_file = "subagents" in Path(path).parts
        self._latest: dict[tuple[str, str], tuple[Line, Usage]] = {}
        self._latest_name: tuple[str | None, str | None, str | None] | None = None
        self._latest_owner = NOBODY

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
        if message.id and line.request_id:
            name = message.id, line.request_id
            latest = self._latest.get(name)
            if latest is not None and _adds_nothing(line, usage, *latest):
                return
            self._latest[name] = line, usage
        else:
            name = self._identity(line, message, usage) or (
                blake2b(piece.text_of(index).strip()).hexdigest(),
                "",
            )
        if line.timestamp is None:
            raise ValueError("a request without a timestamp")
        time_ms = parse_ms(line.timestamp)
        self._put(name, time_ms, line, message.model, usage, _recorded_cost(line))
        if usage.iterations != _NO_ITERATIONS:
            self._add_iterations(name, time_ms, line, message, usage)

    def _add_iterations(
        self, name: tuple[str, str], time_ms: int, line: Line, message: Message, usage: Usage
    ) -> None:
        """Add the steps that the usage of the whole leaves out: an advisor's answers, and compaction."""
        steps = bytes(usage.iterations)
        if b'"advisor_message"' in steps or b'"compaction"' in steps:
            request, member = name
            for index, step in enumerate(decode_iterations(steps) or ()):
                if step.type in {"advisor_message", "compaction"}:
                    model = step.model or (message.model if step.type == "compaction" else None)
                    self._put((f"{request}:{step.type}:{index}", member), time_ms, line, model, step, None)

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

    def _put(
        self,
        name: tuple[str, str],
        time_ms: int,
        line: Line,
        model: str | None,
        usage: Usage,
        cost_nanos: Nanos | None,
    ) -> None:
        if usage.input_tokens is None or usage.output_tokens is None:
            raise ValueError("usage without input_tokens or output_tokens")
        key = event_key(_AGENT, *name)
        cache_read = usage.cache_read_input_tokens or 0
        cache_creation, cache_creation_1h = _cache_creation(usage)
        # Built as a bare tuple: a first scan makes an event of every request, and a call by fields costs more
        # than all that goes into them.
        event = _new(
            UsageEvent,
            (
                key,
                time_ms,
                "log",
                _AGENT,
                _provider(model),
                model,
                usage.input_tokens + cache_read + cache_creation,
                cache_read,
                cache_creation,
                cache_creation_1h,
                usage.output_tokens,
                0 if usage.output_tokens_details is None else _thinking(usage.output_tokens_details, usage),
                0 if usage.server_tool_use is None else usage.server_tool_use.web_search_requests or 0,
                "fast" if usage.speed == "fast" else _TIERS.get(usage.service_tier, usage.service_tier),
                self._is_subagent_file or line.is_sidechain is True,
                self._owner(line),
                cost_nanos,
                None,
                None,
            ),
        )
        seen = self.events.get(key)
        self.events[key] = event if seen is None else merge(seen, event)

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


def _adds_nothing(line: Line, usage: Usage, before: Line, usage_before: Usage) -> bool:
    """Whether a line repeats what one before it said of the same request: most lines of an answer do."""
    return (
        usage == usage_before
        and line.timestamp is not None
        and before.timestamp is not None
        # Times of one usual shape are in order as texts are; any other pair is read and compared as times.
        and len(line.timestamp) == len(before.timestamp) == _USUAL_TIME_LENGTH
        and line.timestamp >= before.timestamp
        and line.timestamp[-1] == before.timestamp[-1] == "Z"
        and line.cost == before.cost
        and (line.is_sidechain or not before.is_sidechain)
    )


def _recorded_cost(line: Line) -> Nanos | None:
    """What old versions wrote beside each request."""
    if line.cost is None:
        return None
    nanos = parse_nanos(line.cost)
    if nanos < 0:
        raise ValueError("a negative costUSD")
    return nanos


def _cache_creation(usage: Usage) -> tuple[int, int]:
    """Cache writes, and those of them that are kept for an hour.

    When the total and the sum of its parts disagree, one of them lost something: the larger one counts.
    """
    total = usage.cache_creation_input_tokens or 0
    if usage.cache_creation is None:
        return total, 0
    one_hour = usage.cache_creation.ephemeral_1h_input_tokens or 0
    parts = one_hour + (usage.cache_creation.ephemeral_5m_input_tokens or 0)
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
