"""What ``tokens reconcile`` found: a gap, and nothing to compare with."""

from datetime import date
from decimal import Decimal

from token_dashboard.model.money import Money
from token_dashboard.model.reconciliation import GapKind, GapPart, Reconciliation
from token_dashboard.model.status import Problem

CENT = 10_000_000

GAP = Reconciliation(
    provider="anthropic",
    since=date(2026, 11, 1),
    until=date(2026, 11, 30),
    billed=Money(2200 * CENT),
    logged=Money(2050 * CENT),
    gap=Money(150 * CENT),
    parts=(
        GapPart(kind=GapKind.MISSING_DAY, money=Money(100 * CENT), day=date(2026, 11, 21)),
        GapPart(kind=GapKind.UNPRICED_MODEL, money=Money(45 * CENT), model="claude-of-tomorrow"),
        GapPart(kind=GapKind.UNEXPLAINED, money=Money(5 * CENT), model=None),
    ),
    days=21,
    tolerance_percent=Decimal(1),
    others=(Money(5_000_000_000, "EUR"),),
)
NO_BOOKS = Reconciliation(
    provider="openai",
    since=date(2026, 11, 1),
    until=date(2026, 11, 30),
    billed=Money(0),
    logged=Money(0),
    gap=Money(0),
    parts=(),
    days=0,
    tolerance_percent=Decimal(1),
)


REFUSED = Problem(
    key="credentials_rejected",
    since_ms=0,
    params={"provider": "OpenAI", "status": "401", "where": "https://platform.openai.com/settings"},
)
DOWN = Problem(
    key="provider_unavailable", since_ms=0, params={"provider": "Anthropic", "reason": "it answered 500"}
)
