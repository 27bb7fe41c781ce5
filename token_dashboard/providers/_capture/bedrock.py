"""AWS Bedrock: Converse leaves the cached parts out of the input; InvokeModel counts in headers."""

from collections.abc import Mapping

import msgspec

from token_dashboard.model.capture import Passing, RequestUsage
from token_dashboard.providers._capture._reading import number, read
from token_dashboard.providers._capture._stream import Stream
from token_dashboard.providers._units import Count


class Usage(msgspec.Struct, rename="camel"):
    """What was used."""

    input_tokens: Count
    output_tokens: Count
    cache_read_input_tokens: Count | None = None
    cache_write_input_tokens: Count | None = None


class Converse(msgspec.Struct):
    """An answer, or the ``metadata`` event of a stream."""

    usage: Usage


def bedrock_usage(body: bytes) -> RequestUsage | None:
    """A whole answer of Converse. Its own sum is left aside: whether it counts the cache isn't documented."""
    answer = read(body, Converse)
    if answer is None:
        return None
    told = answer.usage
    cached, written = told.cache_read_input_tokens, told.cache_write_input_tokens
    return RequestUsage(
        input_tokens=told.input_tokens + (cached or 0) + (written or 0),
        cache_read_input_tokens=cached,
        cache_creation_input_tokens=written,
        output_tokens=told.output_tokens,
    )


class BedrockStream(Stream):
    """Its event stream is binary: whoever unpacks it hands each event's JSON to ``event``."""

    def __init__(self) -> None:
        super().__init__()
        self._usage: RequestUsage | None = None

    def event(self, payload: bytes) -> None:
        self._usage = bedrock_usage(payload) or self._usage

    @property
    def usage(self) -> RequestUsage | None:
        return self._usage


def bedrock_headers(headers: Mapping[str, str], _now_ms: int) -> Passing:
    """The id of the request; Bedrock tells no limits."""
    return Passing(request=headers.get("x-amzn-requestid"))


def bedrock_counts(headers: Mapping[str, str]) -> RequestUsage | None:
    """The tokens that InvokeModel counts in its headers; whether they include the cache it doesn't say."""
    counts = [number(headers, f"x-amzn-bedrock-{one}-token-count") for one in ("input", "output")]
    if None in counts:
        return None
    inputs, outputs = (int(count) for count in counts if count is not None)
    return RequestUsage(input_tokens=inputs, output_tokens=outputs)
