"""May a script go on? What it demands, and what was found."""

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum

from token_dashboard.model.budget import Verdict
from token_dashboard.model.money import Money, Nanos
from token_dashboard.model.record import record


class DemandKind(StrEnum):
    """What a demand is about."""

    BUDGET = "budget"
    BALANCE = "balance"
    WINDOW = "window"


@record
class Demand:
    """So much of something has to be left."""

    kind: DemandKind
    subject: str
    """A budget's name; else a provider's id, or one account of it: ``openrouter:work``."""
    window: str | None = None
    """Only this window of the provider's; ``None``: each of them."""
    least_nanos: Nanos = 0
    """For money: less than this is too little, and nothing left always is."""
    currency: str | None = None
    """Of ``least_nanos``; ``None``: the one that the figure has."""
    most_percent: Decimal = Decimal(100)
    """For windows: from here on too much is used."""


class GuardReason(StrEnum):
    """Why a finding says what it says."""

    ENOUGH = "enough"
    TOO_LITTLE = "too_little"
    USED_UP = "used_up"
    UNPRICED = "unpriced"
    """Models were used whose price isn't known."""
    UNKNOWN = "unknown"
    """Nobody told the figure."""
    OLD = "old"
    """The figure is older than two polls."""
    RESET = "reset"
    """The window began anew after it was looked at."""
    NOT_SET_UP = "not_set_up"
    """No account of the provider is known here."""
    SEVERAL_CURRENCIES = "several_currencies"
    """Balances are in more than one, and the demand names none."""
    FAILED = "failed"
    """The settings or the ledger can't be used; ``sentence`` says why."""


@record
class Finding:
    """What was found of one demand, or of one account or window that it is about."""

    kind: DemandKind | None
    """``None``: none was looked at."""
    subject: str
    verdict: Verdict
    reason: GuardReason
    window: str | None = None
    left: Money | None = None
    least: Money | None = None
    used_percent: Decimal | None = None
    most_percent: Decimal | None = None
    models: tuple[str, ...] = ()
    """Those without a price."""
    taken_ms: int | None = None
    """When the figure was true."""
    sentence: str | None = None


_WORST_FIRST = (Verdict.STOP, Verdict.UNKNOWN, Verdict.GO)


@record
class GuardAnswer:
    """All findings, worst first; the first one decides."""

    as_of_ms: int
    verdict: Verdict
    findings: tuple[Finding, ...]

    @classmethod
    def of(cls, findings: Sequence[Finding], now_ms: int) -> "GuardAnswer":
        ranked = sorted(findings, key=lambda one: _WORST_FIRST.index(one.verdict))
        return cls(as_of_ms=now_ms, verdict=ranked[0].verdict, findings=tuple(ranked))
