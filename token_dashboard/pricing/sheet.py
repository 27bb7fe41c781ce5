"""A rate sheet: the whole price of one model on one day, and the sum for one request.

Rates are whole nanos (billionths of a US dollar) per million tokens, so that a sum is exact integers until
the one division at its end.
"""

from collections.abc import Mapping
from dataclasses import field
from typing import NamedTuple

from token_dashboard.model.money import Nanos, divide
from token_dashboard.model.record import record
from token_dashboard.model.usage import UsageEvent

PER = 1_000_000
"""Tokens that a rate is for."""

_DAY_MS = 86_400_000
_MINUTE_MS = 60_000


class Rates(NamedTuple):
    """Nanos per million tokens of each class."""

    input: int
    """Input that was neither read from a cache nor written to one."""
    cache_read: int
    cache_creation: int
    """Cache writes that live five minutes."""
    cache_creation_1h: int
    output: int
    reasoning: int | None = None
    """``None`` where reasoning costs what other output costs."""


class Schedule(NamedTuple):
    """Rates by the size of the prompt.

    The first tier (largest threshold first) whose threshold the request's input tokens exceed prices the
    whole request, output too.
    """

    rates: Rates
    tiers: tuple[tuple[int, Rates], ...] = ()

    def at(self, prompt_tokens: int) -> Rates:
        for over, rates in self.tiers:
            if prompt_tokens > over:
                return rates
        return self.rates


class Peak(NamedTuple):
    """Hours that have rates of their own, UTC."""

    minutes: tuple[tuple[int, int], ...]
    """Spans in minutes of the day, the end not included."""
    on_weekends: bool
    schedule: Schedule

    def holds_at(self, time_ms: int) -> bool:
        day, ms = divmod(time_ms, _DAY_MS)
        if not self.on_weekends and (day + 3) % 7 > 4:  # day 0 was a Thursday; 0 is Monday here
            return False
        minute = ms // _MINUTE_MS
        return any(start <= minute < end for start, end in self.minutes)


@record
class RateSheet:
    """What one model costs on one day, and where that is written."""

    base: Schedule
    services: Mapping[str, Schedule] = field(default_factory=dict)
    """Schedules of service tiers (``fast``, ``priority``, ``batch``, ``flex``) that differ from the base."""
    peak: Peak | None = None
    web_search: Nanos = 0
    """Nanos per search."""
    from_date: str
    """The ISO date from which this price is in force."""
    row: str
    """The row that priced it: ``anthropic/claude-opus-4-5``."""
    source: str
    """Who published the row."""
    list_price_of: str | None = None
    """The vendor whose list price stands in, when the provider that was logged has no price of its own."""

    def rates_for(self, event: UsageEvent) -> Rates:
        """The rates of a request: by its service tier, else its hour, then by its prompt.

        A sum of requests has neither an hour nor a prompt of its own: it has the rates without them.
        """
        schedule = self._schedule_of(event)
        return schedule.at(event.input_tokens) if event.requests == 1 else schedule.rates

    def tier_of(self, event: UsageEvent) -> int | None:
        """The input tokens that a request exceeds, which its rates are for; ``None``: those of any prompt."""
        if event.requests != 1:
            return None
        tiers = self._schedule_of(event).tiers
        return next((over for over, _ in tiers if event.input_tokens > over), None)

    def _schedule_of(self, event: UsageEvent) -> Schedule:
        if self.services and event.service_tier is not None and event.service_tier in self.services:
            return self.services[event.service_tier]
        if event.requests == 1 and self.peak is not None and self.peak.holds_at(event.time_ms):
            return self.peak.schedule
        return self.base


def list_cost(sheet: RateSheet, event: UsageEvent) -> Nanos:
    """What one request costs at list price, US dollars.

    The event's counts are inclusive: its input holds the cached parts, its cache creation the one-hour part,
    its output the reasoning. A broken record whose parts exceed their whole is never priced below zero. The
    sum is rounded once, half to even.
    """
    sent, read, creation, creation_1h, output, reasoning, searches, tier = event[6:14]
    rates, tiers = sheet.base
    if tier is not None or sheet.peak is not None or (tiers and sent > tiers[-1][0]):
        rates = sheet.rates_for(event)
    p_input, p_read, p_creation, p_creation_1h, p_output, p_reasoning = rates
    plain = sent - read - creation
    total = output * p_output + read * p_read
    if plain > 0:
        total += plain * p_input
    if creation:
        creation_5m = creation - creation_1h
        total += creation_1h * p_creation_1h
        if creation_5m > 0:
            total += creation_5m * p_creation
    if p_reasoning is not None:
        total += min(reasoning, output) * (p_reasoning - p_output)
    if searches:
        total += searches * sheet.web_search * PER
    return divide(total, PER) if total % PER else total // PER
