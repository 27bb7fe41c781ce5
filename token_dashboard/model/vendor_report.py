"""What vendors' own books say of each day, beside what our events hold, with the difference.

The two are told side by side and never made one sum: a vendor counts what every program did with an account,
and in its own days; our events hold what the agents on this machine logged.
"""

from datetime import date

from token_dashboard.model.money import Money
from token_dashboard.model.record import record
from token_dashboard.model.report import Totals


@record
class VendorFigures:
    """What a vendor says of one day, or of one model in it. A count that it doesn't tell is ``None``."""

    requests: int | None = None
    input_tokens: int | None = None
    """Cached parts included."""
    cache_read_input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    output_tokens: int | None = None
    """Reasoning included."""
    reasoning_output_tokens: int | None = None
    costs: tuple[Money, ...] = ()
    """What it charged, one for each currency."""


@record
class Difference:
    """The vendor's figure minus ours; ``None`` where either isn't known or they don't count the same."""

    requests: int | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost: Money | None = None
    """The vendor's charge minus the list cost of our events, in US dollars."""


@record
class VendorModel:
    """One model on one day. ``model`` is ``None`` for figures that the vendor tells for no model."""

    model: str | None
    vendor: VendorFigures
    logged: Totals
    difference: Difference


@record
class VendorLine:
    """One line of one day's bill, in the vendor's words."""

    line: str
    money: Money


@record
class VendorDay:
    """One UTC day of one account, in one scope."""

    provider: str
    account: str
    scope: str
    day: date
    is_partial: bool
    """The day isn't over, or the vendor hasn't closed its books on it."""
    vendor: VendorFigures
    logged: Totals
    """Our events of this provider on this UTC day; they tell no account."""
    difference: Difference
    """Nothing is known of it where several accounts or scopes tell of the provider's day."""
    models: tuple[VendorModel, ...]
    lines: tuple[VendorLine, ...]


@record
class VendorReport:
    """Vendors' days, by provider, account, scope and day."""

    since: date
    """UTC, as is ``until``; both are included."""
    until: date
    days: tuple[VendorDay, ...]
