"""Usage events as rows, and back.

The many events share few owners. An owner's id is a digest of its texts, not a number that the database gives
out: processes agree on it without asking each other, and so will ledgers that are brought together.
"""

from datetime import date
from functools import lru_cache
from hashlib import blake2b
from typing import TypeAlias

from token_dashboard.ledger._database import Row
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.usage import COUNTS, MEMBER_MASK, Source, UsageEvent

MAIN, SIDECHAIN, REPLAY = range(3)
"""The role of a request; a replay is a sidechain's that counts nowhere."""

EventRow: TypeAlias = tuple[int | None, ...]
"""The key, and the rest in the order of ``EVENT_COLUMNS``."""

EVENT_COLUMNS = (
    "time_ms",
    "series_id",
    "thread_id",
    *COUNTS,
    "requests",
    "recorded_cost_nanos",
    "list_cost_nanos",
    "price_day",
    "role",
    "batch",
)
"""All but the key."""
SERIES_COLUMNS = (
    "source, agent, provider, model, service_tier, app, project, branch, usr, feature, team, cause, machine"
)
THREAD_COLUMNS = "session, conversation, sender, channel"

_OWNER = 19
"""Where the owner begins in a ``SELECT_HELD`` row."""
_SERIES_OWNER = 8
"""How many fields of an attribution belong to the series, the machine last; the rest is the thread."""

SELECT_HELD = (
    "select key, time_ms, input_tokens, cache_read_input_tokens, cache_creation_input_tokens,"
    " cache_creation_1h_input_tokens, output_tokens, reasoning_output_tokens, web_searches,"
    f" recorded_cost_nanos, list_cost_nanos, price_day, role, requests, {SERIES_COLUMNS},"
    f" {THREAD_COLUMNS} from wanted cross join event join series on series.id = event.series_id"
    " join thread on thread.id = event.thread_id"
    f" where event.key between wanted.value and wanted.value + {MEMBER_MASK}"
)


@lru_cache(maxsize=65_536)
def owner_ids(
    source: Source,
    agent: str | None,
    provider: str | None,
    model: str | None,
    service_tier: str | None,
    attribution: Attribution,
) -> tuple[int, int]:
    """The ids of an event's series and thread."""
    series = (source, agent, provider, model, service_tier, *attribution[:_SERIES_OWNER])
    if attribution.machine is None:
        series = series[:-1]  # so it was before there were teams, and so it stays: ids are stored
    return _digest(series), thread_id(attribution)


@lru_cache(maxsize=65_536)
def thread_id(attribution: Attribution) -> int:
    """The id of an event's thread."""
    return _digest(attribution[_SERIES_OWNER:])


def series_texts(event: UsageEvent) -> tuple[str, ...]:
    """In the order of ``SERIES_COLUMNS``."""
    owner = (event.source, event.agent, event.provider, event.model, event.service_tier)
    return tuple(map(_text, (*owner, *event.attribution[:_SERIES_OWNER])))


def thread_texts(attribution: Attribution) -> tuple[str, ...]:
    """In the order of ``THREAD_COLUMNS``."""
    return tuple(map(_text, attribution[_SERIES_OWNER:]))


@lru_cache(maxsize=4096)
def price_day(price_date: str) -> int:
    """A price's date as the ordinal of its day."""
    return date.fromisoformat(price_date).toordinal()


def held_event(row: Row) -> tuple[UsageEvent, bool]:
    """The event of a ``SELECT_HELD`` row, and whether it is a replay."""
    key, time_ms, *counts = row[:9]
    recorded_cost_nanos, list_cost_nanos, day, role, requests = row[9:14]
    source, agent, provider, model, service_tier, *owner = (text or None for text in row[14:])
    price_date = None if day is None else date.fromordinal(day).isoformat()
    event = UsageEvent._make(
        (
            *(key, time_ms, source, agent, provider, model, *counts, service_tier, role != MAIN),
            *(Attribution(*owner), requests, recorded_cost_nanos, list_cost_nanos, price_date),
        )
    )
    return event, role == REPLAY


def is_news(event: UsageEvent, row: Row) -> bool:
    """Would ``model.usage.merge`` change anything in the ``SELECT_HELD`` row of the same key?"""
    return (
        event.time_ms < row[1]
        or event[6:13] != row[2:9]
        or event.recorded_cost_nanos != row[9]
        or event.requests != row[13]
        or (row[13] is None and row[14] == "import" and event.time_ms > row[1])
        or (row[10] is None and event.list_cost_nanos is not None)
        or (row[12] != MAIN and not event.is_sidechain)
        or _held_owner(row[_OWNER:]).is_filled_by(event.attribution)
    )


@lru_cache(maxsize=4096)
def _held_owner(texts: Row) -> Attribution:
    return Attribution._make(text or None for text in texts)


def storable(text: str) -> str:
    """A text that every database takes: logs may hold lone surrogates and NUL."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")


def _text(text: str | None) -> str:
    return storable(text) if text else ""


def _digest(texts: tuple[str | None, ...]) -> int:
    """47 bits, which SQLite keeps in six bytes; of ten thousand owners two share one in 3 million ledgers."""
    joined = "\0".join(map(_text, texts)).encode()
    return int.from_bytes(blake2b(joined, digest_size=6).digest()) >> 1
