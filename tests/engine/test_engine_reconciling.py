"""The ledger against a vendor's bill: what the gap between them is made of."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from engine_wiring import Engine, Wiring

from token_dashboard.engine.reconciling import reconcile
from token_dashboard.model.money import Money
from token_dashboard.model.period import DAY_MS
from token_dashboard.model.reconciliation import GapKind, GapPart, Reconciliation
from token_dashboard.model.snapshot import DailyCost, DailyUsage, Snapshot
from token_dashboard.model.usage import UsageEvent, event_key
from token_dashboard.pricing.book import PriceBook
from token_dashboard.pricing.pricer import Pricer

FIRST = date(2026, 11, 1)
FIRST_MS = 1_793_491_200_000
LAST = date(2026, 11, 22)
OPUS, HAIKU, NEW = "claude-opus-4-5", "claude-haiku-4-5", "claude-of-tomorrow"
CENT = 10_000_000
RATES = {OPUS: 5, HAIKU: 1, NEW: 1}
"""Dollars for a million tokens of input."""


def tokens(cents: int, model: str) -> int:
    return cents * 10_000 // RATES[model]


def used(day: int, cents: int, model: str = OPUS) -> UsageEvent:
    """A request on a day of November, of so many cents at list price."""
    return UsageEvent(
        key=event_key("claude-code", f"{day}{model}"),
        time_ms=FIRST_MS + (day - 1) * DAY_MS,
        source="log",
        agent="claude-code",
        provider="anthropic",
        model=model,
        input_tokens=tokens(cents, model),
    )


def billed(day: int, cents: int, model: str | None = OPUS, **more: object) -> DailyCost:
    said = {"scope": "organization", "money": Money(cents * CENT), **more}
    return DailyCost(day=FIRST + timedelta(days=day - 1), model=model, **said)


def counted(day: int, cents: int, model: str = OPUS, **more: object) -> DailyUsage:
    said = {"scope": "organization", "input_tokens": tokens(cents, model), **more}
    return DailyUsage(day=FIRST + timedelta(days=day - 1), model=model, **said)


async def reconciled(
    engine: Engine,
    ours: Iterable[UsageEvent],
    theirs: Iterable[DailyCost | DailyUsage],
    *,
    tolerance: str = "1",
    accounts: Iterable[str] = ("default",),
) -> Reconciliation:
    book = PriceBook.load()
    told = tuple(theirs)
    await engine.ledger.usage.record(Pricer(book).price(ours))
    for account in accounts:
        snapshot = Snapshot(
            provider="anthropic",
            account=account,
            taken_ms=1,
            daily_costs=tuple(one for one in told if isinstance(one, DailyCost)),
            daily_usage=tuple(one for one in told if isinstance(one, DailyUsage)),
        )
        await engine.ledger.snapshots.save(snapshot, name="Anthropic", next_check_ms=0)
    return await reconcile(engine.ledger, book, "anthropic", FIRST, LAST, Decimal(tolerance))


def part(kind: GapKind, cents: int, *, day: int | None = None, model: str | None = None) -> GapPart:
    when = None if day is None else FIRST + timedelta(days=day - 1)
    return GapPart(kind=kind, money=Money(cents * CENT), day=when, model=model)


USED = [*(used(day, 100) for day in range(1, 21)), used(5, 50, HAIKU), used(6, 50, NEW)]
"""$20.50 and a model without a price; of the 21st there is nothing."""
COUNTED = [
    *(counted(day, 100) for day in range(1, 22)),
    counted(5, 50, HAIKU),
    counted(6, 50, NEW),
]


def by_model() -> list[DailyCost]:
    return [*(billed(day, 100) for day in range(1, 22)), billed(5, 50, HAIKU), billed(6, 50, NEW)]


def by_day() -> list[DailyCost]:
    more = {5: 50, 6: 50}
    return [billed(day, 100 + more.get(day, 0), None) for day in range(1, 22)]


def by_line() -> list[DailyCost]:
    return [
        billed(int(one.day.day), one.money.nanos // CENT, None, line=f"{one.model}, input")
        for one in by_model()
    ]


@pytest.mark.parametrize("bill", [by_model(), by_day(), by_line()], ids=["by model", "by day", "by line"])
async def test_a_missing_day_and_an_unpriced_model_are_named_and_nothing_is_left(
    wiring: Wiring, bill: list[DailyCost]
) -> None:
    async with wiring.running() as engine:
        found = await reconciled(engine, USED, [*COUNTED, *bill])
        assert (found.billed.amount, found.logged.amount, found.gap.amount) == ("22.00", "20.50", "1.50")
        assert found.parts == (
            part(GapKind.MISSING_DAY, 100, day=21),
            part(GapKind.UNPRICED_MODEL, 50, model=NEW),
        )
        assert found.unexplained == Money(0)
        assert not found.is_within


async def test_parts_that_cancel_each_other_are_no_agreement(wiring: Wiring) -> None:
    async with wiring.running() as engine:
        ours = [used(1, 400), used(1, 600, HAIKU)]
        found = await reconciled(engine, ours, [billed(1, 600), billed(1, 400, HAIKU)])
        assert (found.gap, found.apart, found.is_within) == (Money(0), Money(400 * CENT), False)


@pytest.mark.parametrize(("tolerance", "is_within"), [("6.8", False), ("6.9", True)])
async def test_the_tolerance_is_of_the_bill(wiring: Wiring, tolerance: str, is_within: bool) -> None:
    async with wiring.running() as engine:
        found = await reconciled(engine, USED, [*COUNTED, *by_model()], tolerance=tolerance)
        assert found.is_within is is_within


@pytest.mark.parametrize(
    ("ours", "theirs", "parts"),
    [
        ([used(1, 100)], [billed(1, 100), counted(1, 100)], []),
        (
            [used(1, 100)],
            [billed(1, 300), counted(1, 300)],
            [part(GapKind.OTHER_USE, 200, model=OPUS)],
        ),
        (
            [used(1, 100)],
            [billed(1, 100), billed(1, 40, HAIKU)],
            [part(GapKind.OTHER_USE, 40, model=HAIKU)],
        ),
        ([used(1, 100)], [billed(1, 80), counted(1, 100)], [part(GapKind.PRICE, -20, model=OPUS)]),
        (
            [used(1, 100)],
            [billed(1, 60), counted(1, 60)],
            [part(GapKind.NOT_BILLED, -40, model=OPUS)],
        ),
        (
            [used(1, 100), used(1, 30, HAIKU)],
            [billed(1, 100), counted(1, 100)],
            [part(GapKind.NOT_BILLED, -30, model=HAIKU)],
        ),
        (
            [used(1, 100), used(2, 70)],
            [billed(1, 100), billed(3, 10), counted(1, 100)],
            [part(GapKind.NOT_BILLED, -70, day=2), part(GapKind.MISSING_DAY, 10, day=3)],
        ),
        ([used(1, 100)], [billed(1, 120)], [part(GapKind.UNEXPLAINED, 20, model=OPUS)]),
        ([used(1, 100)], [billed(1, 120, None)], [part(GapKind.UNEXPLAINED, 20, day=1)]),
        (
            [used(1, 100), used(2, 100)],
            [billed(1, 100), counted(1, 100), billed(2, 10, is_partial=True)],
            [part(GapKind.LATE_DATA, -90, day=2)],
        ),
        (
            [used(1, 100), used(2, 100)],
            [billed(1, 100), counted(1, 100)],
            [part(GapKind.LATE_DATA, -100, day=2)],
        ),
        (
            [used(1, 100)],
            [billed(1, 100, f"{OPUS}-20251101"), counted(1, 100, model=OPUS)],
            [],
        ),
    ],
    ids=[
        "equal",
        "more tokens",
        "another model",
        "a discount",
        "fewer tokens",
        "a model that isn't billed",
        "a day that isn't billed",
        "no tokens by model",
        "no tokens by day",
        "a day that isn't over",
        "a day that isn't told yet",
        "another spelling",
    ],
)
async def test_a_gap_is_split_by_its_cause(
    wiring: Wiring,
    ours: list[UsageEvent],
    theirs: list[DailyCost | DailyUsage],
    parts: list[GapPart],
) -> None:
    async with wiring.running() as engine:
        found = await reconciled(engine, ours, theirs)
        assert list(found.parts) == parts
        assert sum(one.money.nanos for one in found.parts) == found.gap.nanos


async def test_a_count_that_the_vendor_does_not_tell_is_no_use_that_was_not_billed(wiring: Wiring) -> None:
    async with wiring.running() as engine:
        ours = used(1, 100)._replace(cache_creation_input_tokens=tokens(100, OPUS))
        told = counted(1, 100, cache_creation_input_tokens=None)
        found = await reconciled(engine, [ours], [billed(1, 125), told])
        assert found.parts == ()


async def test_accounts_are_added_and_scopes_of_one_are_not(wiring: Wiring) -> None:
    async with wiring.running() as engine:
        theirs = [billed(1, 100), billed(1, 60, scope="key")]
        found = await reconciled(engine, [used(1, 100)], theirs, accounts=("default", "work"))
        assert found.billed == Money(200 * CENT)


async def test_other_currencies_are_compared_with_nothing(wiring: Wiring) -> None:
    async with wiring.running() as engine:
        theirs = [billed(1, 100), billed(1, 0, None, money=Money(5, "EUR"))]
        found = await reconciled(engine, [used(1, 100)], theirs)
        assert (found.billed, found.others) == (Money(100 * CENT), (Money(5, "EUR"),))


async def test_without_a_bill_there_is_nothing_to_compare_with(wiring: Wiring) -> None:
    async with wiring.running() as engine:
        found = await reconciled(engine, [used(1, 100)], [])
        assert (found.days, found.is_within, found.gap_percent) == (0, False, None)
