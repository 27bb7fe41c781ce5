"""Anthropic's Messages: counts that leave the cache out, streams that grow, and two families of limits.

A key's answers tell requests and tokens a minute. A subscription's tell its windows (``unified``), used as a
fraction of 1, with resets in epoch seconds.
"""

import re
from collections.abc import Iterable, Mapping

import msgspec

from token_dashboard.model.capture import Passing, RateReading, RequestUsage
from token_dashboard.model.snapshot import UsageWindow
from token_dashboard.providers._capture._reading import moment_ms, number, read, tier
from token_dashboard.providers._capture._stream import Stream
from token_dashboard.providers._units import Count, Iso, percent_of_fraction

_UNIFIED = "anthropic-ratelimit-unified-"
_CLAIM = re.compile(rf"{_UNIFIED}((\d{{1,3}})([hd])(?:_\w+)?|overage)-utilization")
_RATE = re.compile(r"anthropic-ratelimit-(requests|tokens|input-tokens|output-tokens)-limit")
_UNIT_S = {"h": 3600, "d": 86_400}
_MINUTE_S = 60


class CacheCreation(msgspec.Struct):
    """What was written to the cache, by how long it is kept."""

    ephemeral_5m_input_tokens: Count | None = None
    ephemeral_1h_input_tokens: Count | None = None


class ServerToolUse(msgspec.Struct):
    """Tools that Anthropic runs and bills by request."""

    web_search_requests: Count | None = None


class OutputDetails(msgspec.Struct):
    """Parts of ``output_tokens``."""

    thinking_tokens: Count | None = None


class Usage(msgspec.Struct):
    """``input_tokens`` leaves out what was read from and written to the cache."""

    input_tokens: Count | None = None
    cache_creation_input_tokens: Count | None = None
    cache_read_input_tokens: Count | None = None
    cache_creation: CacheCreation | None = None
    output_tokens: Count | None = None
    output_tokens_details: OutputDetails | None = None
    server_tool_use: ServerToolUse | None = None
    service_tier: str | None = None


class Message(msgspec.Struct):
    """An answer."""

    usage: Usage
    id: str | None = None
    model: str | None = None


class Event(msgspec.Struct):
    """One event of a stream: ``message_start`` has a message, ``message_delta`` a usage."""

    type: str
    message: Message | None = None
    usage: Usage | None = None


def anthropic_usage(body: bytes) -> RequestUsage | None:
    """A whole answer."""
    message = read(body, Message)
    return _usage(message, is_whole=True, has_failed=False) if message else None


class AnthropicStream(Stream):
    """The start tells the input; each delta tells the output so far, which replaces what was told before.

    A delta's counts are cumulative: they are never added. What a delta leaves out stays as the start told it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._message: Message | None = None
        self._is_whole = False
        self._has_failed = False

    def event(self, payload: bytes) -> None:
        event = read(payload, Event)
        if event is None:
            return
        if event.type == "message_start" and event.message is not None:
            self._message = event.message
        elif event.type == "message_delta" and event.usage is not None:
            self._message = self._message or Message(usage=Usage())
            _overwrite(self._message.usage, event.usage)
        elif event.type == "message_stop":
            self._is_whole = True
        elif event.type == "error":
            self._has_failed = True

    @property
    def usage(self) -> RequestUsage | None:
        if self._message is None:
            return RequestUsage(is_whole=False, has_failed=True) if self._has_failed else None
        return _usage(self._message, is_whole=self._is_whole, has_failed=self._has_failed)


def anthropic_headers(headers: Mapping[str, str], now_ms: int) -> Passing:
    """The windows of a subscription, or the rate limits of a key. A window that was reset is left out."""
    status = headers.get(f"{_UNIFIED}status")
    return Passing(
        request=headers.get("request-id"),
        windows=tuple(one for one in _windows(headers) if one.resets_ms is None or one.resets_ms > now_ms),
        rates=tuple(_rates(headers)),
        # `unified-overage-status: rejected` is a rule of the account and stops nothing by itself.
        is_usable=None if status is None else status != "rejected",
    )


def _overwrite(known: Usage, told: Usage) -> None:
    for name in Usage.__struct_fields__:
        if (value := getattr(told, name)) is not None:
            setattr(known, name, value)


def _usage(message: Message, *, is_whole: bool, has_failed: bool) -> RequestUsage:
    told = message.usage
    parts = told.cache_creation
    written = told.cache_creation_input_tokens
    if written is None and parts is not None:
        written = Count((parts.ephemeral_5m_input_tokens or 0) + (parts.ephemeral_1h_input_tokens or 0))
    uncached = told.input_tokens
    return RequestUsage(
        request=message.id,
        model=message.model,
        input_tokens=None
        if uncached is None
        else uncached + (told.cache_read_input_tokens or 0) + (written or 0),
        cache_read_input_tokens=told.cache_read_input_tokens,
        cache_creation_input_tokens=written,
        cache_creation_1h_input_tokens=parts.ephemeral_1h_input_tokens if parts else None,
        output_tokens=told.output_tokens if is_whole else None,
        reasoning_output_tokens=told.output_tokens_details.thinking_tokens
        if told.output_tokens_details
        else None,
        web_searches=told.server_tool_use.web_search_requests if told.server_tool_use else None,
        service_tier=tier(told.service_tier),
        is_whole=is_whole,
        has_failed=has_failed,
    )


def _windows(headers: Mapping[str, str]) -> Iterable[UsageWindow]:
    for name in headers:
        found = _CLAIM.fullmatch(name)
        used = number(headers, name) if found else None
        if found is None or used is None:
            continue
        yield UsageWindow(
            name=found[1].replace("_", "-"),
            used_percent=percent_of_fraction(used),
            resets_ms=moment_ms(number(headers, f"{_UNIFIED}{found[1]}-reset")),
            duration_s=int(found[2]) * _UNIT_S[found[3]] if found[2] else None,
        )


def _rates(headers: Mapping[str, str]) -> Iterable[RateReading]:
    for name in headers:
        if found := _RATE.fullmatch(name):
            family = name.removesuffix("-limit")
            yield RateReading(
                unit=found[1].replace("-", " "),
                limit=number(headers, name),
                remaining=number(headers, f"{family}-remaining"),
                resets_ms=_iso_ms(headers.get(f"{family}-reset", "")),
                per_s=_MINUTE_S,
            )


def _iso_ms(text: str) -> int | None:
    try:
        return int(Iso(text)) if text else None
    except ValueError:
        return None
