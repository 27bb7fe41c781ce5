"""A message of OpenClaw as a usage event: the same from a transcript, an archive, or the running gateway.

The messages of pi, which OpenClaw was built on, have the same shape.

A copy of a message in an archive or a forked session is verbatim, and so is what the gateway tells while it
writes one. So a request is named by what no copy changes: the provider's id of the answer (the message's own
where there is none) together with the millisecond in which the answer began. The second half keeps requests
apart behind servers that give every answer one id.
"""

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from token_dashboard.agents._rfc3339 import EARLIEST_MS, LATEST_MS
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.money import Nanos, parse_nanos
from token_dashboard.model.usage import MAX_TOKENS, Source, UsageEvent, event_key

AGENT = "openclaw"
_new = tuple.__new__
_NO_MODELS = frozenset({"delivery-mirror", "gateway-injected"})
"""What the gateway says itself stands in a transcript as an answer of these models."""
_DRIVEN = "cli"
"""The ``api`` of what another program answered, Claude Code for one: its own log has the requests."""
BILLED = "provider-billed"
"""What ``usage.cost.totalOrigin`` says of a sum that the provider reported."""
_TRIGGERS = {"user": "human", "manual": "human", "overflow": "compaction"}
"""OpenClaw's words for what began a run, where ours are others."""


class Message(NamedTuple):
    """What is read of an assistant's message. ``input`` leaves the cached parts out."""

    id: str | None
    response: str | None
    time_ms: int
    provider: str | None
    model: str | None
    input: int
    output: int
    cache_read: int
    cache_write: int
    cost_nanos: Nanos | None
    session: str | None
    session_key: str | None = None
    """``agent:main:main``, ``agent:main:cron:<job>``, ``agent:main:subagent:<id>``."""
    trigger: str | None = None
    """As OpenClaw calls it: ``user``, ``heartbeat``, ``cron``, ``memory``; or one of ours."""
    project: str | None = None
    channel: str | None = None
    cache_write_1h: int = 0
    reasoning: int = 0
    api: str | None = None
    is_billed: bool = False
    """The cost is what the provider billed, not tokens times OpenClaw's list."""


def event_of(message: Message, *, agent: str = AGENT, source: Source = "log") -> UsageEvent | None:
    """The event of a message; ``None`` when it is no request to a model, or one that used nothing.

    A cost of nothing beside tokens is an unknown price, unless the provider itself billed nothing.

    Raises:
        ValueError: nothing names the request.
    """
    if message.api == _DRIVEN or (message.model in _NO_MODELS and message.provider in {"openclaw", None}):
        return None
    read, written = message.cache_read, message.cache_write
    if not (message.input or message.output or read or written or message.cost_nanos):
        return None
    name = message.response or message.id
    if not name:
        raise ValueError("a request without an id")
    owner = _owner(message.project, message.trigger, message.session_key, message.session, message.channel)
    # A bare tuple: a call by fields costs more than all that goes into them.
    return _new(
        UsageEvent,
        (
            event_key(agent, f"{name}:{message.time_ms}"),
            message.time_ms,
            source,
            agent,
            message.provider or None,
            message.model or None,
            message.input + read + written,
            read,
            written,
            min(message.cache_write_1h, written),
            message.output,
            min(message.reasoning, message.output),
            0,
            None,
            ":subagent:" in (message.session_key or ""),
            owner,
            1,
            message.cost_nanos if message.is_billed else message.cost_nanos or None,
            None,
            None,
        ),
    )


def live_event(update: Mapping[str, object]) -> UsageEvent | None:
    """The event of a message that the gateway has just written; ``None`` when it is none that counts.

    ``update`` has OpenClaw's names: ``sessionId``, ``sessionKey``, ``messageId``, ``responseId``,
    ``provider``, ``model``, ``api``, ``timestamp`` (the message's, epoch milliseconds), ``channel``,
    ``trigger``, and ``usage`` with ``input``, ``output``, ``cacheRead``, ``cacheWrite``, ``cacheWrite1h`` and
    ``cost`` (an amount, or an object with ``total``). Others are passed over.

    Raises:
        ValueError: it claims to be a request and a figure cannot be.
    """
    usage = update.get("usage")
    if not isinstance(usage, Mapping):
        return None
    time_ms = update.get("timestamp")
    if not isinstance(time_ms, int | float) or not EARLIEST_MS <= time_ms < LATEST_MS:
        raise ValueError("timestamp is no time in epoch milliseconds")
    return event_of(
        Message(
            id=_text(update, "messageId"),
            response=_text(update, "responseId"),
            time_ms=int(time_ms),
            provider=_text(update, "provider"),
            model=_text(update, "model"),
            input=_count(usage, "input"),
            output=_count(usage, "output"),
            cache_read=_count(usage, "cacheRead"),
            cache_write=_count(usage, "cacheWrite"),
            cost_nanos=_cost(usage.get("cost")),
            session=_text(update, "sessionId"),
            session_key=_text(update, "sessionKey"),
            trigger=_text(update, "trigger"),
            channel=_text(update, "channel"),
            cache_write_1h=_count(usage, "cacheWrite1h"),
            api=_text(update, "api"),
            is_billed=_is_billed(usage.get("cost")),
        ),
        source="hook",
    )


@lru_cache(maxsize=256)
def _owner(
    project: str | None, trigger: str | None, key: str | None, session: str | None, channel: str | None
) -> Attribution:
    """One object for all messages of a session, which share it."""
    return Attribution(
        project=project or None,
        trigger=_trigger(trigger, key or ""),
        session=session or None,
        channel=channel or None,
    )


def _trigger(told: str | None, session_key: str) -> str | None:
    """What began the run: as it was told, else as the session's key says."""
    if told:
        return _TRIGGERS.get(told, told)
    for word in ("cron", "hook", "heartbeat"):
        if f":{word}:" in session_key or session_key.endswith(f":{word}"):
            return word
    return None


def _text(update: Mapping[str, object], name: str) -> str | None:
    value = update.get(name)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{name} is no text")
    return value


def _count(usage: Mapping[str, object], name: str) -> int:
    value = usage.get(name)
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MAX_TOKENS:
        raise ValueError(f"usage.{name} is no count of tokens")
    return int(value)


def _is_billed(cost: object) -> bool:
    return isinstance(cost, Mapping) and cost.get("totalOrigin") == BILLED


def _cost(cost: object) -> Nanos | None:
    total = cost.get("total") if isinstance(cost, Mapping) else cost
    if total is None:
        return None
    if isinstance(total, bool) or not isinstance(total, int | float | Decimal):
        raise ValueError("usage.cost is no amount")  # noqa: TRY004 - one error for every bad figure
    nanos = parse_nanos(Decimal(repr(total)) if isinstance(total, float) else total)
    if nanos < 0:
        raise ValueError("usage.cost is negative")
    return nanos
