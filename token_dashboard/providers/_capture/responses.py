"""OpenAI's Responses: ``input_tokens`` includes cached ones, ``output_tokens`` includes reasoning.

The same shape comes with images and with the ends of realtime responses.
"""

import msgspec

from token_dashboard.model.capture import RequestUsage
from token_dashboard.providers._capture._reading import read, tier
from token_dashboard.providers._capture._stream import Stream
from token_dashboard.providers._units import Count

_ENDS = {"response.completed", "response.incomplete", "response.failed", "response.done"}


class InputDetails(msgspec.Struct):
    """Parts of ``input_tokens``."""

    cached_tokens: Count | None = None
    cache_write_tokens: Count | None = None


class OutputDetails(msgspec.Struct):
    """Parts of ``output_tokens``."""

    reasoning_tokens: Count | None = None


class Usage(msgspec.Struct):
    """What was used."""

    input_tokens: Count
    output_tokens: Count | None = None
    total_tokens: Count | None = None
    input_tokens_details: InputDetails | None = None
    output_tokens_details: OutputDetails | None = None


class Response(msgspec.Struct):
    """An answer."""

    usage: Usage | None = None
    id: str | None = None
    model: str | None = None
    service_tier: str | None = None
    status: str | None = None


class Event(msgspec.Struct):
    """One event of a stream."""

    type: str
    response: Response | None = None


def responses_usage(body: bytes) -> RequestUsage | None:
    """A whole answer."""
    response = read(body, Response)
    return _usage(response, response.usage) if response and response.usage else None


class ResponsesStream(Stream):
    """The event that ends the stream tells the usage, once."""

    def __init__(self) -> None:
        super().__init__()
        self._usage: RequestUsage | None = None

    def event(self, payload: bytes) -> None:
        event = read(payload, Event)
        if event is None:
            return
        if event.type == "error":
            self._usage = RequestUsage(has_failed=True)
        response = event.response
        if event.type not in _ENDS or response is None:
            return
        has_failed = event.type == "response.failed"
        self._usage = (
            _usage(response, response.usage, has_failed=has_failed)
            if response.usage
            else RequestUsage(request=response.id, model=response.model, has_failed=has_failed)
        )

    @property
    def usage(self) -> RequestUsage | None:
        return self._usage


def _usage(response: Response, told: Usage, *, has_failed: bool = False) -> RequestUsage:
    inputs = told.input_tokens_details or InputDetails()
    outputs = told.output_tokens_details or OutputDetails()
    return RequestUsage(
        request=response.id,
        model=response.model,
        input_tokens=told.input_tokens,
        cache_read_input_tokens=inputs.cached_tokens,
        cache_creation_input_tokens=inputs.cache_write_tokens,
        output_tokens=told.output_tokens,
        reasoning_output_tokens=outputs.reasoning_tokens,
        told_total=told.total_tokens,
        service_tier=tier(response.service_tier),
        has_failed=has_failed or response.status == "failed",
    )
