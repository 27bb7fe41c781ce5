"""What one request to a model used, how it is told from others, and how repeats of it merge.

``UsageEvent`` is a named tuple, not a dataclass: a first scan makes hundreds of thousands of them and
hands them to the ledger as rows.
"""

from hashlib import blake2b
from typing import Literal, NamedTuple, TypeAlias
from zlib import crc32

from token_dashboard.model.attribution import NOBODY, Attribution
from token_dashboard.model.money import Nanos

Source: TypeAlias = Literal["log", "proxy", "sdk", "hook", "manual", "import"]
"""How an event reached us; the program that made it is its ``agent``."""

MAX_TOKENS = 1_000_000_000
"""A single request with more tokens of one class than this is a broken record, not usage."""

IMPLAUSIBLE = 1_000
"""A recorded cost that is off by this factor is a mistake, most often one of the unit."""

_DIGEST = blake2b(digest_size=6)
_MEMBER_BITS = 15
MEMBER_MASK = (1 << _MEMBER_BITS) - 1


class UsageEvent(NamedTuple):
    """One request to a model; from some sources, the sum of several.

    Tokens follow the OpenTelemetry GenAI conventions: ``input_tokens`` includes every cached part,
    ``cache_creation_input_tokens`` includes its one-hour part, ``output_tokens`` includes reasoning. Vendors
    that report the parts beside each other are added up by the reader. ``reasoning_output_tokens`` is 0 where
    a source doesn't report it apart.
    """

    key: int
    """Identity, from ``event_key``."""
    time_ms: int
    """When the request was first written down, UTC epoch milliseconds."""
    source: Source
    agent: str | None
    provider: str | None
    model: str | None
    input_tokens: int
    cache_read_input_tokens: int = 0
    cache_creation_input_tokens: int = 0
    cache_creation_1h_input_tokens: int = 0
    output_tokens: int = 0
    reasoning_output_tokens: int = 0
    web_searches: int = 0
    service_tier: str | None = None
    """``fast``, ``priority``, ``batch``, ``flex``; ``None`` is the standard tier."""
    is_sidechain: bool = False
    """A subagent's or a side question's request."""
    attribution: Attribution = NOBODY
    requests: int | None = 1
    """How many requests this is the sum of, from agents that add up sessions; ``None``: nobody knows."""
    recorded_cost_nanos: Nanos | None = None
    """What the log itself says the request cost, US dollars."""
    list_cost_nanos: Nanos | None = None
    """Tokens times list price, US dollars; ``None`` when no price is known."""
    price_date: str | None = None
    """The date (ISO) of the price that ``list_cost_nanos`` was made with."""

    @property
    def total_tokens(self) -> int:
        return self.input_tokens + self.output_tokens

    @property
    def is_cost_doubtful(self) -> bool:
        """Is what the log says it cost a thousand times the list price or more, or as far below it?"""
        recorded, listed = self.recorded_cost_nanos, self.list_cost_nanos
        if not recorded or not listed:
            return False
        return recorded >= IMPLAUSIBLE * listed or listed >= IMPLAUSIBLE * recorded

    @property
    def likely_cost_nanos(self) -> Nanos | None:
        """The recorded cost where it can be believed, else the list cost.

        A recorded 0 doesn't say what was charged: agents write it under subscriptions, and where they know no
        price.
        """
        if not self.recorded_cost_nanos or self.is_cost_doubtful:
            return self.list_cost_nanos
        return self.recorded_cost_nanos


COUNTS = UsageEvent._fields[
    UsageEvent._fields.index("input_tokens") : UsageEvent._fields.index("web_searches") + 1
]
"""The fields that count something; sums have them by the same names."""


def event_key(agent: str, request: str, member: str = "") -> int:
    """A 63-bit identity from the source's own ids; never from a line number or a time.

    The upper 48 bits name the ``request`` (for Claude Code the message id), the lower 15 the ``member`` (the
    request id), or the request once more where it has none: replays of one request under other member ids lie
    next to each other, which is how ``merge_group`` finds them. Two of ten million requests share a key by
    chance once in 180,000 ledgers; the upper bits alone once in six, which matters to a sidechain's only.
    """
    text = f"{agent}:{request}".encode("utf-8", "surrogatepass")
    digest = _DIGEST.copy()  # a third faster than a new one, on a path that every record takes
    digest.update(text)
    high = int.from_bytes(digest.digest()) << _MEMBER_BITS
    low = crc32(member.encode("utf-8", "surrogatepass") if member else text)
    return high | (low & MEMBER_MASK)


def group_of(key: int) -> int:
    """The lowest key of the request that a key belongs to; its highest is this ``| MEMBER_MASK``."""
    return key & ~MEMBER_MASK


def merge(first: UsageEvent, second: UsageEvent) -> UsageEvent:
    """One event of two records of the same request.

    The fuller record's counts win (a streamed reply is logged several times while it grows), the earliest
    time stays (the latest of an imported sum, which is dated at its end and grows), and the owner is the one
    seen first, except that the main thread beats a sidechain. What the owner's record doesn't know is taken
    from the other record of the same session. Counts and time are the same whichever comes first. A list
    cost that one doesn't know is taken from another of the same counts.
    """
    fuller, emptier = (second, first) if _is_fuller(second, first) else (first, second)
    owner, other = (second, first) if first.is_sidechain and not second.is_sidechain else (first, second)
    attribution = owner.attribution
    if attribution is not other.attribution and attribution.is_filled_by(other.attribution):
        attribution = attribution.filled_by(other.attribution)
    is_sum = fuller[16] is None and fuller[2] == "import"
    dated = second if (first[1] < second[1]) is is_sum else first
    owned = owner.is_sidechain, attribution
    priced = fuller
    if fuller[18] is None and fuller[4:14] == emptier[4:14] and fuller[16] == emptier[16]:
        priced = emptier
    # A bare tuple: `_replace` costs five times as much, and streamed logs merge constantly.
    return tuple.__new__(
        UsageEvent,
        (fuller.key, dated[1], *owner[2:4], *fuller[4:14], *owned, *fuller[16:18], *priced[18:]),
    )


def merge_group(events: list[UsageEvent]) -> list[UsageEvent]:
    """The events that count among all records of one request, in any order of arrival.

    Records of one key merge. A sidechain's replay of a request that the main thread made under another
    member id is the same request and is dropped.
    """
    by_key: dict[int, UsageEvent] = {}
    for event in events:
        seen = by_key.get(event.key)
        by_key[event.key] = event if seen is None else merge(seen, event)
    merged = list(by_key.values())
    if len(merged) > 1 and any(not event.is_sidechain for event in merged):
        merged = [event for event in merged if not event.is_sidechain]
    return merged


def _is_fuller(one: UsageEvent, other: UsageEvent) -> bool:
    if one.output_tokens != other.output_tokens:
        return one.output_tokens > other.output_tokens
    return _input_side(one) > _input_side(other)


def _input_side(event: UsageEvent) -> tuple[int, ...]:
    cost = event.recorded_cost_nanos
    known = (0, 0) if cost is None else (1, cost)
    return (*event[6:10], event.reasoning_output_tokens, event.web_searches, event.requests or 0, *known)
