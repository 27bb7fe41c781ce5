"""Cohere: what it bills stands beside what it counted, and is what counts."""

import msgspec

from token_dashboard.model.capture import RequestUsage
from token_dashboard.providers._capture._reading import read
from token_dashboard.providers._capture._stream import Stream
from token_dashboard.providers._units import Count


class Tokens(msgspec.Struct):
    """Counts of one kind; an answer of rerank bills searches instead."""

    input_tokens: Count | None = None
    output_tokens: Count | None = None


class Usage(msgspec.Struct):
    """What was used."""

    billed_units: Tokens | None = None
    tokens: Tokens | None = None


class Answer(msgspec.Struct):
    """An answer, or the ``delta`` of the event that ends a stream."""

    usage: Usage | None = None
    id: str | None = None


class Event(msgspec.Struct):
    """One event of a stream."""

    type: str
    delta: Answer | None = None


def cohere_usage(body: bytes) -> RequestUsage | None:
    """A whole answer."""
    answer = read(body, Answer)
    return _usage(answer) if answer else None


class CohereStream(Stream):
    """``message-end`` tells the usage."""

    def __init__(self) -> None:
        super().__init__()
        self._usage: RequestUsage | None = None

    def event(self, payload: bytes) -> None:
        event = read(payload, Event)
        if event is not None and event.type == "message-end" and event.delta is not None:
            self._usage = _usage(event.delta)

    @property
    def usage(self) -> RequestUsage | None:
        return self._usage


def _usage(answer: Answer) -> RequestUsage | None:
    told = (answer.usage.billed_units or answer.usage.tokens) if answer.usage else None
    if told is None or (told.input_tokens is None and told.output_tokens is None):
        return None
    return RequestUsage(request=answer.id, input_tokens=told.input_tokens, output_tokens=told.output_tokens)
