"""The requests of a conversation of Antigravity, which its database keeps as protobuf messages.

A row of ``gen_metadata`` is a ``CortexStepGeneratorMetadata``: what one request used, by which model. Cached
input stands beside the input (``ModelUsageStats``: 2, 4, 5), output (3) is thinking and answer (9, 10). Field
1 is the number of the model, and no tokens. An attempt that failed is among the ``retry_infos`` (17), which
repeat the one that didn't; ids of responses tell them apart.

Versions since 1.1.18 leave out when a request was made: its first step tells. A step also repeats what its
request used. Requests that only a step tells are counted, too. They give way to a row of the other table,
whenever that comes, because they are a sidechain's under another member's key.

Sources: the descriptors within Antigravity's own programs, as written down by toktrack,
``parsers/antigravity.rs``, ccusage, ``adapters/antigravity``, and others, who found output equal to its
parts, and no id twice, in thousands of rows; Google's examples of ``--output-format json``, where cached
tokens exceed the input.
"""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote, urlsplit

import msgspec

from token_dashboard.agents._contract import Scan
from token_dashboard.agents._figures import moment_ms
from token_dashboard.agents._optional_table import present
from token_dashboard.agents._protobuf import Message
from token_dashboard.agents._sqlite_file import Row, ask
from token_dashboard.agents._sqlite_tables import Table, read_tables
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.usage import MAX_TOKENS, UsageEvent, event_key

_AGENT = "antigravity"
_OVERLAP = 200
_STEP = "step"
_BEGINNINGS = "select idx, substr(metadata, 1, 32) from steps where metadata is not null"
_TRAJECTORY = "select data from trajectory_metadata_blob limit 1"


class Generation(msgspec.Struct):
    """A row of ``gen_metadata``."""

    idx: int
    data: bytes


class Step(msgspec.Struct):
    """A row of ``steps``; its content is not asked for."""

    metadata: bytes


def read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    """What is new in a conversation; see ``AgentLog.read``."""
    conversation = _Conversation(file)
    steps = Table(
        name="steps", row=Step, find=conversation.told, overlap=_OVERLAP, where="steps.metadata is not null"
    )
    generations = Table(name="gen_metadata", row=Generation, find=conversation.generated, overlap=_OVERLAP)
    # What the models are called stands in the first table only.
    return read_tables(file, cursor, [generations, *present(file.path, [steps])])


class _Conversation:
    """Finds the requests of one conversation."""

    def __init__(self, file: LogFile) -> None:
        self._file = file
        self._session = Path(file.path).stem
        self._models: dict[int, set[str]] = {}

    def generated(self, row: Generation) -> Iterator[UsageEvent]:
        generator = Message(row.data)
        chat = generator.message(1)
        usage = None if chat is None else chat.message(4)
        if chat is None or usage is None:
            return
        model = chat.text(19)
        if model is not None:
            self._models.setdefault(usage.number(1) or 0, set()).add(model)
        start = chat.message(9)
        time_ms = _timestamp_ms(None if start is None else start.message(4))
        if time_ms is None:
            step, *_ = *generator.numbers(2), -1
            time_ms = self._step_times.get(step) or moment_ms(self._file.mtime_ns)
        name = _response(usage) or f"{self._session}:{row.idx}"
        yield from self._request(name, "", time_ms, model, usage)
        for retry in chat.messages(17):
            failed = retry.message(2)
            if failed is not None and (name := _response(failed) or ""):
                yield from self._request(name, "", time_ms, model, failed)

    def told(self, row: Step) -> Iterator[UsageEvent]:
        metadata = Message(row.metadata)
        usage = metadata.message(9)
        name = None if usage is None else _response(usage)
        time_ms = _timestamp_ms(metadata.message(1))
        if usage is not None and name is not None and time_ms is not None:
            yield from self._request(name, _STEP, time_ms, None, usage)

    def _request(
        self, name: str, member: str, time_ms: int, model: str | None, usage: Message
    ) -> Iterator[UsageEvent]:
        read_tokens, written = _count(usage, 5), _count(usage, 4)
        sent = _count(usage, 2) + read_tokens + written
        thinking, answer, output = _count(usage, 9), _count(usage, 10), _count(usage, 3)
        if output and thinking + answer not in {0, output}:
            raise ValueError(
                "output that is not the sum of its parts: the numbers of its fields have changed"
            )
        output = output or thinking + answer
        if not (sent or output):
            return
        known = self._models.get(usage.number(1) or 0, set())
        yield UsageEvent(
            key=event_key(_AGENT, name, member),
            time_ms=time_ms,
            source="log",
            agent=_AGENT,
            provider="google",
            model=model or (next(iter(known)) if len(known) == 1 else None),
            input_tokens=sent,
            cache_read_input_tokens=read_tokens,
            cache_creation_input_tokens=written,
            output_tokens=output,
            reasoning_output_tokens=thinking,
            is_sidechain=member == _STEP,
            attribution=self._owner,
        )

    @cached_property
    def _owner(self) -> Attribution:
        try:
            [trajectory] = ask(self._file.path, _TRAJECTORY, (), _message).rows
            [workspace, *_] = [*trajectory.messages(1), Message(b"")]
            uri, branch = workspace.text(1) or trajectory.text(7), workspace.text(4)
        except ValueError:  # a version without the table, or one that writes it in another way
            uri = branch = None
        return Attribution(session=self._session, project=_folder(uri), branch=branch)

    @cached_property
    def _step_times(self) -> dict[int, int]:
        try:
            return dict(filter(None, ask(self._file.path, _BEGINNINGS, (), _began).rows))
        except ValueError:
            return {}


def _count(usage: Message, field: int) -> int:
    count = usage.number(field) or 0
    if count > MAX_TOKENS:
        raise ValueError(f"more tokens than a request can have in field {field}")
    return count


def _response(usage: Message) -> str | None:
    """The id of the response, or the one that the model's own vendor gave it."""
    return usage.text(11) or usage.text(12)


def _timestamp_ms(timestamp: Message | None) -> int | None:
    seconds = None if timestamp is None else timestamp.number(1)
    if timestamp is None or not seconds:
        return None
    return moment_ms(seconds * 1000 + (timestamp.number(2) or 0) // 1_000_000)


def _message(row: Row) -> Message:
    [data] = row
    if not isinstance(data, bytes):
        raise ValueError("it is no protobuf message")  # noqa: TRY004 - it is the file that is wrong
    return Message(data)


def _began(row: Row) -> tuple[int, int] | None:
    """A step's number and time, from the beginning of its metadata."""
    step, beginning = row
    if not isinstance(step, int) or not isinstance(beginning, bytes) or beginning[:1] != b"\x0a":
        return None
    try:
        time_ms = _timestamp_ms(Message(beginning[2 : 2 + beginning[1]]))
    except (ValueError, IndexError):
        return None
    return None if time_ms is None else (step, time_ms)


def _folder(uri: str | None) -> str | None:
    """The path that a ``file:`` URI names, with a share's host or without the slash before a drive."""
    if not uri:
        return None
    parts = urlsplit(uri)
    path = unquote(parts.path)
    if parts.scheme != "file":
        return uri
    if parts.netloc:
        return f"//{parts.netloc}{path}"
    return path[1:] if path[2:3] == ":" else path or None
