"""What vendors' books say beside what the logs say: side by side, and never one sum."""

from datetime import date

from engine_wiring import Engine, Wiring
from movable_clock import MovableClock

from token_dashboard.model.money import Money
from token_dashboard.model.snapshot import DailyCost, DailyUsage, Snapshot
from token_dashboard.model.usage import UsageEvent, event_key

TODAY = date(2026, 11, 22)
OPUS = "claude-opus-4-5"


def logged(number: int, time_ms: int, model: str = OPUS, cost: int | None = 1000) -> UsageEvent:
    return UsageEvent(
        key=event_key("claude-code", str(number)),
        time_ms=time_ms,
        source="log",
        agent="claude-code",
        provider="anthropic",
        model=model,
        input_tokens=100,
        output_tokens=10,
        list_cost_nanos=cost,
    )


async def booked(
    engine: Engine, *figures: DailyCost | DailyUsage, account: str = "default", at_ms: int = 1
) -> None:
    snapshot = Snapshot(
        provider="anthropic",
        account=account,
        taken_ms=at_ms,
        daily_costs=tuple(one for one in figures if isinstance(one, DailyCost)),
        daily_usage=tuple(one for one in figures if isinstance(one, DailyUsage)),
    )
    await engine.ledger.snapshots.save(snapshot, name="Anthropic", next_check_ms=0)


def used(model: str | None = OPUS, tokens: int | None = 250, scope: str = "organization") -> DailyUsage:
    return DailyUsage(
        day=TODAY,
        scope=scope,
        model=model,
        requests=4,
        input_tokens=tokens,
        output_tokens=25,
        is_partial=True,
    )


def charged(
    nanos: int, currency: str = "USD", *, model: str | None = None, line: str | None = None
) -> DailyCost:
    return DailyCost(day=TODAY, scope="organization", money=Money(nanos, currency), model=model, line=line)


async def test_vendor_ours_and_the_difference_stand_side_by_side(wiring: Wiring, clock: MovableClock) -> None:
    async with wiring.running() as engine:
        await engine.ledger.usage.record([logged(1, clock.now_ms()), logged(2, clock.now_ms())])
        await booked(engine, used(), charged(5000, model=OPUS))
        (day,) = (await engine.dashboard.vendor_report(TODAY)).days
    assert (day.provider, day.account, day.scope, day.day, day.is_partial) == (
        "anthropic", "default", "organization", TODAY, True,
    )  # fmt: skip
    assert (day.vendor.requests, day.vendor.input_tokens, day.vendor.costs) == (4, 250, (Money(5000),))
    assert (day.logged.requests, day.logged.input_tokens, day.logged.list_cost) == (2, 200, Money(2000))
    (model,) = day.models
    for found in (day.difference, model.difference):
        assert (found.requests, found.input_tokens, found.output_tokens) == (2, 50, 5)
        assert found.cost == Money(3000)


async def test_a_count_that_the_vendor_does_not_tell_has_no_difference(wiring: Wiring) -> None:
    async with wiring.running() as engine:
        await booked(engine, used(), used("haiku", tokens=None))
        (day,) = (await engine.dashboard.vendor_report(TODAY)).days
    assert (day.vendor.input_tokens, day.difference.input_tokens) == (None, None)
    assert [one.vendor.input_tokens for one in day.models] == [250, None]
    assert day.vendor.costs == ()
    assert day.difference.cost is None


async def test_currencies_are_not_added_and_lines_are_not_models(wiring: Wiring) -> None:
    async with wiring.running() as engine:
        await booked(
            engine, charged(5, line="tokens"), charged(7, "EUR", line="tokens"), charged(1, line="tax")
        )
        (day,) = (await engine.dashboard.vendor_report(TODAY)).days
    assert day.vendor.costs == (Money(7, "EUR"), Money(6))
    assert [(one.line, one.money) for one in day.lines] == [
        ("tax", Money(1)),
        ("tokens", Money(7, "EUR")),
        ("tokens", Money(5)),
    ]
    assert day.models == ()
    assert day.difference.cost is None


async def test_what_has_no_price_has_no_difference_in_cost(wiring: Wiring, clock: MovableClock) -> None:
    async with wiring.running() as engine:
        await engine.ledger.usage.record([logged(1, clock.now_ms(), cost=None)])
        await booked(engine, used(), charged(5000, model=OPUS))
        (day,) = (await engine.dashboard.vendor_report(TODAY)).days
    assert (day.difference.requests, day.difference.cost) == (3, None)


async def test_where_several_tell_of_a_day_nobody_is_compared_with_the_logs(wiring: Wiring) -> None:
    async with wiring.running() as engine:
        await booked(engine, used(), used(scope="key"))
        await booked(engine, used(), account="work")
        days = (await engine.dashboard.vendor_report(TODAY)).days
    assert [(one.account, one.scope) for one in days] == [
        ("default", "key"),
        ("default", "organization"),
        ("work", "organization"),
    ]
    assert {one.difference.requests for one in days} == {None}


async def test_a_model_that_only_the_logs_know_is_shown_beside_nothing(
    wiring: Wiring, clock: MovableClock
) -> None:
    async with wiring.running() as engine:
        await engine.ledger.usage.record([logged(1, clock.now_ms(), "claude-haiku-4-5")])
        await booked(engine, used())
        (day,) = (await engine.dashboard.vendor_report(TODAY)).days
    haiku, opus = day.models
    assert (haiku.vendor.requests, haiku.logged.requests, haiku.difference.requests) == (None, 1, None)
    assert (opus.vendor.requests, opus.logged.requests, opus.difference.requests) == (4, 0, 4)


async def test_days_are_those_of_utc_and_of_the_provider_that_was_asked_for(
    wiring: Wiring, clock: MovableClock
) -> None:
    async with wiring.running() as engine:
        await engine.ledger.usage.record([logged(1, clock.now_ms() - 86_400_000)])
        await booked(engine, used())
        report = await engine.dashboard.vendor_report(TODAY, provider="anthropic")
        assert [one.logged.requests for one in report.days] == [0]
        assert (report.since, report.until) == (TODAY, TODAY)
        assert (await engine.dashboard.vendor_report(TODAY, provider="openai")).days == ()
