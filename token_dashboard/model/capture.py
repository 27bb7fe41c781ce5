"""What one answer of a model's API says in passing: the tokens it used, and how much of a quota is left.

Nothing is asked for it: whoever sees the answer go by, a recording proxy or a host's hook, reads it. What the
answer doesn't tell is ``None`` or absent, never 0.
"""

from decimal import Decimal

from token_dashboard.model.money import Money
from token_dashboard.model.record import record
from token_dashboard.model.snapshot import Allowance, Balance, Cap, Spend, UsageWindow


@record
class RequestUsage:
    """The tokens of one request, as everywhere: input includes cached parts, output includes reasoning."""

    request: str | None = None
    """The vendor's id of the answer."""
    model: str | None = None
    input_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_creation_1h_input_tokens: int | None = None
    """A part of ``cache_creation_input_tokens``."""
    output_tokens: int | None = None
    reasoning_output_tokens: int | None = None
    web_searches: int | None = None
    told_total: int | None = None
    """The vendor's own sum."""
    service_tier: str | None = None
    cost: Money | None = None
    """What the vendor itself says it charged."""
    is_whole: bool = True
    """The answer came to its end. The output of a stream that broke off is not known."""
    has_failed: bool = False
    """It ended with an error, be it inside an answer of status 200."""

    @property
    def adds_up(self) -> bool | None:
        """Whether input and output are the vendor's own sum; ``None`` when something isn't told."""
        if self.told_total is None or self.input_tokens is None or self.output_tokens is None:
            return None
        return self.told_total == self.input_tokens + self.output_tokens


@record
class RateReading:
    """How much of a rate limit is left at the moment of an answer."""

    unit: str
    """``requests``, ``tokens``, ``input tokens``."""
    limit: Decimal | None = None
    remaining: Decimal | None = None
    resets_ms: int | None = None
    per_s: int | None = None
    """``None`` when the vendor doesn't name the stretch it holds for."""


@record
class Passing:
    """What the headers of one answer tell; nothing else of them is kept."""

    request: str | None = None
    """The id under which the vendor's support finds the request."""
    windows: tuple[UsageWindow, ...] = ()
    rates: tuple[RateReading, ...] = ()
    balances: tuple[Balance, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    spends: tuple[Spend, ...] = ()
    caps: tuple[Cap, ...] = ()
    plan: str | None = None
    is_usable: bool | None = None
    """Whether the vendor accepts calls now; ``None`` when it doesn't say."""
    cost: Money | None = None
    """What a gateway says the request cost."""
