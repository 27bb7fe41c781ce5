"""Answers of models' APIs, whole and in pieces, as whoever sees them go by would hand them on."""

import json

from token_dashboard.model.capture import RequestUsage
from token_dashboard.providers._capture import stream_of, usage_of


def whole(api: str, **answer: object) -> RequestUsage:
    usage = usage_of(api, json.dumps(answer).encode())
    assert usage is not None
    return usage


def events(*payloads: object) -> bytes:
    return b"".join(b"data: " + json.dumps(one).encode() + b"\n\n" for one in payloads)


def streamed(api: str, body: bytes, *, cut: int = 7) -> RequestUsage | None:
    """What a stream tells that arrives in small pieces."""
    stream = stream_of(api)
    for start in range(0, len(body), cut):
        stream.feed(body[start : start + cut])
    return stream.usage
