"""The requests in a session of Claude Code: which lines are one, which are the same one, and what each used.

The rules are told in docs/agents.md.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from hashlib import blake2b
from pathlib import Path

from token_dashboard.agents._claude_lines import (
    Line,
    Message,
    Usage,
    decode_iterations,
    decode_progress,
    is_about_usage,
)
from token_dashboard.agents._contract import Scan
from token_dashboard.agents._jsonl import JsonLines, Piece
from token_dashboard.agents._rfc3339 import parse_ms
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.money import Nanos, parse_nanos
from token_dashboard.model.status import Reject
from token_dashboard.model.usage import UsageEvent, event_key, merge

_AGENT = "claude-code"
_LINES = JsonLines(Line, is_about_usage)
_UNIQUE_ID_LENGTH = len("msg_") + 20


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
        self._keys: dict[tuple[str, str], int] = {}
        self._owners: dict[tuple[str | None, str | None, str | None], Attribution] = {}

    def add(self, piece: Piece[Line]) -> Iterator[Reject]:
        for index, line in enumerate(piece.lines):
            try:
                if line.type == "assistant" or line.type is None:
                    self._add_line(line, partial(piece.text_of, index))
                elif line.type == "progress" and b'"agent_progress"' in bytes(line.data):
                    self._add_progress(line, partial(piece.text_of, index))
            except ValueError as error:
                yield Reject(path=self._path, line=piece.numbers[index], reason=str(error))

    def _add_progress(self, outer: Line, text: Callable[[], bytes]) -> None:
        """Add a subagent's line within its parent's file: some versions gave subagents no own file."""
        line = decode_progress(outer.data).message
        if type(line) is Line:
            line.session_id, line.cwd, line.git_branch = outer.session_id, outer.cwd, outer.git_branch
            line.timestamp = line.timestamp or outer.timestamp
            line.is_sidechain = True
            self._add_line(line, text)

    def _add_line(self, line: Line, text: Callable[[], bytes]) -> None:
        message = line.message
        if type(message) is not Message or message.usage is None:
            return
        if message.model == "<synthetic>" or line.is_api_error_message:
            return
        if line.timestamp is None:
            raise ValueError("a request without a timestamp")
        time_ms = parse_ms(line.timestamp)
        request, member = self._identity(line, message, message.usage) or (
            blake2b(text().strip()).hexdigest(),
            "",
        )
        self._put((request, member), time_ms, line, message.model, message.usage, _recorded_cost(line))
        steps = bytes(message.usage.iterations)
        if b'"advisor_message"' in steps or b'"compaction"' in steps:
            for index, step in enumerate(decode_iterations(steps) or ()):
                # The usage above holds the other steps, but not these two.
                if step.type in {"advisor_message", "compaction"}:
                    model = step.model or (message.model if step.type == "compaction" else None)
                    name = f"{request}:{step.type}:{index}", member
                    self._put(name, time_ms, line, model, step, None)

    def _identity(self, line: Line, message: Message, usage: Usage) -> tuple[str, str] | None:
        """The names of a request and of its member, for ``event_key``; ``None`` when the line holds no id."""
        if message.id and line.request_id:
            return message.id, line.request_id
        if message.id:
            # Some gateways give every answer one id. What was sent tells them apart; streamed lines share it.
            sent = f"{usage.input_tokens},{usage.cache_read_input_tokens},{usage.cache_creation_input_tokens}"
            if message.id.startswith("msg_") and len(message.id) >= _UNIQUE_ID_LENGTH:
                return message.id, sent
            return f"{line.session_id or self._file_session}:{message.id}", sent
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
        key = self._keys.get(name)
        if key is None:
            key = self._keys[name] = event_key(_AGENT, *name)
        cache_read = usage.cache_read_input_tokens or 0
        cache_creation, cache_creation_1h = _cache_creation(usage)
        tools = usage.server_tool_use
        event = UsageEvent(
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
            _thinking(usage),
            0 if tools is None else tools.web_search_requests or 0,
            _service_tier(usage),
            self._is_subagent_file or line.is_sidechain is True,
            self._owner(line),
            cost_nanos,
        )
        seen = self.events.get(key)
        self.events[key] = event if seen is None else merge(seen, event)

    def _owner(self, line: Line) -> Attribution:
        """Who a line belongs to; one object for all lines of a session, which share it."""
        name = line.session_id, line.cwd, line.git_branch
        owner = self._owners.get(name)
        if owner is None:
            owner = self._owners[name] = Attribution(
                session=line.session_id or self._file_session,
                project=line.cwd or None,
                branch=line.git_branch or None,
            )
        return owner


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


def _thinking(usage: Usage) -> int:
    """Reasoning, where it is told apart; it cannot be more than the output that it is part of."""
    details = usage.output_tokens_details
    return 0 if details is None else min(details.thinking_tokens or 0, usage.output_tokens or 0)


def _service_tier(usage: Usage) -> str | None:
    if usage.speed == "fast":
        return "fast"
    return None if usage.service_tier == "standard" else usage.service_tier or None


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
