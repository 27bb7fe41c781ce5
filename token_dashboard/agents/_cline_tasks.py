"""Tasks of Cline and of its forks Roo Code and Kilo Code: which requests ``ui_messages.json`` holds.

Each request is a message ``api_req_started`` whose text is JSON of its own, first without counts and filled
in when the answer has ended. What ``tokensIn`` means has changed:

- Cline leaves cached input out, except where its adapter of a provider hands OpenAI's ``prompt_tokens`` on.
- Roo Code and Kilo Code include it since a version of November 2025. Before that they left it out for what
  speaks Anthropic's protocol. The log bears no version, so the date of the request decides.

Requests that a restored checkpoint has deleted are not counted from their sum (``deleted_api_reqs``),
because they were counted when they were read.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path

import msgspec

from token_dashboard.agents._cline_models import Model, noted_models, told_models, workspace
from token_dashboard.agents._contract import Scan
from token_dashboard.agents._document import JsonDocument, found_in
from token_dashboard.agents._figures import Count, cost_nanos, moment_ms
from token_dashboard.agents._json import Typed
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.record import record
from token_dashboard.model.scan import Reject
from token_dashboard.model.usage import UsageEvent, event_key

_REQUEST, _SUBAGENTS = "api_req_started", "subagent_usage"
_ROO_COUNTS_ALL_MS = 1_761_955_200_000  # 2025-11-01, Roo Code 3.29.5
_KILO_COUNTS_ALL_MS = 1_762_905_600_000  # 2025-11-12, Kilo Code 4.119.0
_CLINE_COUNTS_ALL = frozenset(
    {"openai", "litellm", "doubao", "fireworks", "hicap", "lmstudio", "qwen", "xai", "zai"}
)
"""Providers whose adapter in Cline hands on a prompt count that includes what was cached."""


class _ModelInfo(msgspec.Struct, gc=False, rename="camel"):
    model_id: str | None = None
    provider_id: str | None = None


class _Message(msgspec.Struct, gc=False, rename="camel"):
    ts: int | float | str | None = None
    type: str | None = None
    say: str | None = None
    text: str | None = None
    model_info: _ModelInfo | None = None


class _Request(msgspec.Struct, gc=False, rename="camel"):
    tokens_in: Count = None
    tokens_out: Count = None
    cache_writes: Count = None
    cache_reads: Count = None
    cost: Decimal | None = None
    api_protocol: str | None = None


_MESSAGES = JsonDocument(list[msgspec.Raw])
_MESSAGE, _REQUEST_TEXT = Typed(_Message), Typed(_Request)


@record
class TaskLog:
    """How one of the three writes its tasks."""

    agent: str
    counts_all: Callable[[_Request, int, str | None], bool]
    """Whether a request's ``tokensIn`` includes cached input; from its time and its provider."""
    models: Callable[[Path], Iterable[Model]]
    """The models of the task in a folder."""

    def read(self, file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
        """A task's requests; see ``AgentLog.read``."""

        def find(messages: list[msgspec.Raw]) -> Iterator[UsageEvent | Reject]:
            task = _Task(self, Path(file.path).parent, messages)
            return found_in(messages, file.path, task.events)

        return _MESSAGES.read(file, cursor, find)


class _Task:
    def __init__(self, log: TaskLog, folder: Path, messages: list[msgspec.Raw]) -> None:
        self._log = log
        self._name = folder.name
        self._owner = Attribution(session=folder.name, project=workspace(folder))
        self._models = sorted(log.models(folder), key=lambda model: model.since_ms)
        self._times = sorted(_times(messages))

    def events(self, text: msgspec.Raw) -> Iterator[UsageEvent]:
        message = _claimed(text)
        if message is None or message.text is None:
            return
        request = _REQUEST_TEXT.decode(message.text)
        if request.tokens_in is None and request.tokens_out is None:
            return  # not answered yet
        if request.tokens_in is None or request.tokens_out is None:
            raise ValueError("usage without tokensIn or tokensOut")
        if message.ts is None:
            raise ValueError("a request without a timestamp")
        time_ms = moment_ms(message.ts)
        model, provider = self._model(message, time_ms)
        cache_read, cache_creation = request.cache_reads or 0, request.cache_writes or 0
        cached = cache_read + cache_creation
        is_all = request.tokens_in >= cached and self._log.counts_all(request, time_ms, provider)
        input_tokens = request.tokens_in if is_all else request.tokens_in + cached
        if not input_tokens + request.tokens_out:
            return
        yield UsageEvent(
            key=event_key(self._log.agent, f"{self._name}:{message.say}:{message.ts}"),
            time_ms=time_ms,
            source="log",
            agent=self._log.agent,
            provider=provider,
            model=model,
            input_tokens=input_tokens,
            cache_read_input_tokens=cache_read,
            cache_creation_input_tokens=cache_creation,
            output_tokens=request.tokens_out,
            is_sidechain=message.say == _SUBAGENTS,
            attribution=self._owner,
            recorded_cost_nanos=cost_nanos(request.cost),
        )

    def _model(self, message: _Message, time_ms: int) -> tuple[str | None, str | None]:
        """A request's model and provider.

        A task's files note the model while a request is put together, after its message was written: the
        one in use is the last one that was noted before the next request.
        """
        info = message.model_info
        if info is not None and info.model_id:
            return info.model_id, info.provider_id or None
        following = bisect_left(self._times, time_ms + 1)
        end_ms = self._times[following] if following < len(self._times) else None
        known = [model for model in self._models if end_ms is None or model.since_ms < end_ms]
        return (known[-1].name, known[-1].provider) if known else (None, None)


def _claimed(text: msgspec.Raw) -> _Message | None:
    """A message that claims to be a request, or the sum of subagents' requests."""
    content = bytes(text)
    if b'"api_req_started"' not in content and b'"subagent_usage"' not in content:
        return None
    message = _MESSAGE.decode(text)
    return message if message.type == "say" and message.say in {_REQUEST, _SUBAGENTS} else None


def _times(messages: list[msgspec.Raw]) -> Iterator[int]:
    for text in messages:
        try:
            message = _claimed(text)
            if message is not None and message.ts is not None:
                yield moment_ms(message.ts)
        except ValueError:
            continue  # told as a reject where it is counted


def _counts_all_since(since_ms: int, request: _Request, time_ms: int, _: str | None) -> bool:
    return time_ms >= since_ms or request.api_protocol == "openai"


def _counts_all_of_provider(_: _Request, __: int, provider: str | None) -> bool:
    return provider in _CLINE_COUNTS_ALL


CLINE = TaskLog(agent="cline", counts_all=_counts_all_of_provider, models=noted_models)
ROO_CODE = TaskLog(
    agent="roo-code", counts_all=partial(_counts_all_since, _ROO_COUNTS_ALL_MS), models=told_models
)
KILO_CODE = TaskLog(
    agent="kilo-code", counts_all=partial(_counts_all_since, _KILO_COUNTS_ALL_MS), models=told_models
)
