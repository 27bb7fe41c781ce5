"""One usage event as a JSON object by ``usage-event.schema.json``, and as a flat row.

The ledger keeps of an event's id a number of 63 bits. ``key:`` and that number is an id too: who reads it
back gives the event the same identity.
"""

from collections.abc import Mapping
from operator import itemgetter
from typing import TypeAlias

from token_dashboard.model.attribution import Attribution
from token_dashboard.model.money import Money, Nanos
from token_dashboard.model.usage import UsageEvent
from token_dashboard.render.wire import moment

Json: TypeAlias = dict[str, object]

KEY = "key:"
"""What the id of an exported event begins with; its key follows."""

COUNTS: Mapping[str, str] = {
    "inputTokens": "input_tokens",
    "cacheReadInputTokens": "cache_read_input_tokens",
    "cacheCreationInputTokens": "cache_creation_input_tokens",
    "cacheCreation1hInputTokens": "cache_creation_1h_input_tokens",
    "outputTokens": "output_tokens",
    "reasoningOutputTokens": "reasoning_output_tokens",
    "webSearches": "web_searches",
}
"""What is counted, by the names on the wire, in the order of an event's fields."""
counts_of = itemgetter(
    slice(UsageEvent._fields.index("input_tokens"), UsageEvent._fields.index("web_searches") + 1)
)
"""They themselves."""


def wire_event(event: UsageEvent) -> Json:
    """The event as a JSON object, everything that the ledger knows of it."""
    return {
        "id": f"{KEY}{event.key}",
        "time": moment(event.time_ms),
        "source": event.source,
        "agent": event.agent,
        "provider": event.provider,
        "model": event.model,
        **dict(zip(COUNTS, counts_of(event), strict=True)),
        "requests": event.requests,
        "serviceTier": event.service_tier,
        "sidechain": event.is_sidechain,
        "attribution": {
            name: text
            for name, text in zip(Attribution._fields, event.attribution, strict=True)
            if text is not None
        },
        "recordedCost": _money(event.recorded_cost_nanos),
        "listCost": _money(event.list_cost_nanos),
        "priceDate": event.price_date,
    }


FLAT = (
    "id",
    "time",
    "source",
    "agent",
    "provider",
    "model",
    *COUNTS.values(),
    "requests",
    "service_tier",
    "is_sidechain",
    *(
        "user_name" if name == "user" else "trigger_kind" if name == "trigger" else name
        for name in Attribution._fields
    ),
    "recorded_cost_nanos",
    "list_cost_nanos",
    "price_date",
)
"""The columns of a flat row. A person and a trigger have names that are no words of SQL."""

Cell: TypeAlias = str | int | None


def flat_event(event: UsageEvent) -> tuple[Cell, ...]:
    """The event in the columns of ``FLAT``. Money is whole nanos of US dollars, a truth value 0 or 1."""
    return (
        f"{KEY}{event.key}",
        moment(event.time_ms),
        event.source,
        event.agent,
        event.provider,
        event.model,
        *counts_of(event),
        event.requests,
        event.service_tier,
        int(event.is_sidechain),
        *event.attribution,
        event.recorded_cost_nanos,
        event.list_cost_nanos,
        event.price_date,
    )


def _money(nanos: Nanos | None) -> Json | None:
    if nanos is None:
        return None
    money = Money(nanos)
    return {"amount": money.amount, "currency": money.currency}
