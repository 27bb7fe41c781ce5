"""What a request costs: the sum over one event, by tier, service and hour."""

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from token_dashboard.model.money import parse_nanos
from token_dashboard.model.usage import UsageEvent
from token_dashboard.pricing.book import PriceBook
from token_dashboard.pricing.pricer import Pricer
from token_dashboard.pricing.rows import complete
from token_dashboard.pricing.sheet import Peak, Rates, RateSheet, Schedule, list_cost

JANUARY = 1_768_478_400_000  # 2026-01-15T12:00Z, a Thursday
BOOK = PriceBook.load()


def event(
    model: str | None, provider: str | None = "anthropic", *, at: int = JANUARY, **fields: object
) -> UsageEvent:
    given_fields = {"key": 1, "source": "log", "agent": "claude-code", "input_tokens": 0} | fields
    return UsageEvent(time_ms=at, provider=provider, model=model, **given_fields)


def cost(usage: UsageEvent) -> int | None:
    return Pricer(BOOK).price([usage])[0].list_cost_nanos


def dollars(text: str) -> int:
    return parse_nanos(text)


def test_one_hour_cache_writes_cost_more_than_short_ones() -> None:
    usage = event(
        "claude-opus-4-5",
        input_tokens=5000,
        cache_creation_input_tokens=5000,
        cache_creation_1h_input_tokens=4000,
        output_tokens=100,
    )
    assert cost(usage) == dollars("0.04875")


def test_web_searches_are_paid_on_top() -> None:
    plain = event("claude-sonnet-4-5", input_tokens=333, output_tokens=100)
    searching = plain._replace(web_searches=3)
    assert cost(searching) == (cost(plain) or 0) + dollars("0.03")
    assert cost(event("claude-haiku-4-5", input_tokens=1000, output_tokens=300, web_searches=3)) == dollars(
        "0.0325"
    )


@pytest.mark.parametrize("requests", [None, 2, 40])
def test_a_sum_of_requests_is_priced_without_the_tier_of_long_prompts(requests: int | None) -> None:
    usage = event(
        "claude-sonnet-4-5",
        input_tokens=250_000,
        cache_read_input_tokens=249_000,
        output_tokens=2000,
        requests=requests,
    )
    assert cost(usage) == dollars("0.1077")


def test_a_sum_of_requests_is_priced_without_the_hours_that_cost_more() -> None:
    peak = int(datetime(2026, 11, 20, 2, tzinfo=UTC).timestamp() * 1000)
    plain = event("deepseek-v4-pro", "deepseek", at=peak, input_tokens=1_000_000)
    assert (cost(plain) or 0) > (cost(plain._replace(requests=None)) or 0) > 0


def test_a_prompt_over_the_threshold_prices_the_whole_request_at_the_higher_tier() -> None:
    usage = event(
        "claude-sonnet-4-5", input_tokens=250_000, cache_read_input_tokens=249_000, output_tokens=2000
    )
    assert cost(usage) == dollars("0.2004")


@pytest.mark.parametrize(
    ("prompt", "per_million"), [(199_999, "3"), (200_000, "3"), (200_001, "6"), (250_000, "6")]
)
def test_the_tier_turns_above_two_hundred_thousand_prompt_tokens(prompt: int, per_million: str) -> None:
    assert cost(event("claude-sonnet-4-5", input_tokens=prompt)) == prompt * int(per_million) * 1000


def test_xai_counts_the_threshold_itself_as_long() -> None:
    below, at = (cost(event("grok-4.6", "xai", input_tokens=tokens)) for tokens in (199_999, 200_000))
    assert (below, at) == (199_999 * 2000, 200_000 * 4000)


def test_a_price_that_fell_prices_older_requests_as_before() -> None:
    long_request = event("claude-opus-4-6", input_tokens=300_000, at=1_773_273_600_000)  # 12 March 2026
    day_later = long_request._replace(time_ms=long_request.time_ms + 86_400_000)
    assert cost(long_request) == dollars("3")
    assert cost(day_later) == dollars("1.5")


@pytest.mark.parametrize(
    ("model", "provider", "tier", "times"),
    [
        ("claude-opus-4-6", "anthropic", "fast", "6"),
        ("claude-opus-4-7", "anthropic", "fast", "6"),
        ("claude-opus-4-8", "anthropic", "fast", "2"),
        ("gpt-5.5", "openai", "fast", "2.5"),
        ("gpt-5.5", "openai", "priority", "2.5"),
        ("gpt-5.4", "openai", "priority", "2"),
        ("gpt-5.3-codex", "openai", "priority", "2"),
        ("claude-opus-4-6", "anthropic", "batch", "0.5"),
        ("gpt-5.2", "openai", "flex", "0.5"),
        ("claude-opus-4-6", "anthropic", "priority", "1"),
    ],
)
def test_a_service_tier_multiplies_the_price(model: str, provider: str, tier: str, times: str) -> None:
    plain = event(
        model,
        provider,
        input_tokens=30_000,
        cache_read_input_tokens=20_000,
        output_tokens=1000,
        at=1_781_000_000_000,
    )
    assert cost(plain._replace(service_tier=tier)) == (cost(plain) or 0) * Decimal(times)


def test_a_small_request_on_sonnet_4() -> None:
    assert cost(event("claude-sonnet-4-20250514", input_tokens=6000, output_tokens=350)) == dollars("0.02325")


@pytest.mark.parametrize(
    ("moment", "per_million"),
    [
        (1_788_832_800_000, "0.44"),  # Tuesday 8 September 2026, 02:00
        (1_788_843_600_000, "0.22"),  # the same day, 05:00
        (1_788_849_000_000, "0.44"),  # the same day, 06:30
        (1_788_573_600_000, "0.22"),  # Saturday, 02:00
        (1_789_005_600_000, "0.30"),  # Thursday two days later, 02:00, after the price fell
    ],
)
def test_deepseek_costs_twice_as_much_in_its_busy_hours_on_weekdays(moment: int, per_million: str) -> None:
    usage = event("deepseek-v4-flash", "deepseek", at=moment, input_tokens=1_000_000)
    assert cost(usage) == dollars(per_million)


def test_deepseek_gave_a_night_discount_until_september_2025() -> None:
    midday = event("deepseek-chat", "deepseek", at=1_756_728_000_000, output_tokens=1_000_000)
    assert cost(midday) == dollars("1.10")
    assert cost(midday._replace(time_ms=1_756_749_600_000)) == dollars("0.55")


def test_reasoning_is_part_of_output_unless_it_has_a_rate_of_its_own() -> None:
    usage = event("m", output_tokens=1000, reasoning_output_tokens=400)
    rates = Rates(1, 1, 1, 1, 2_000_000_000)
    sheet = RateSheet(base=Schedule(rates), from_date="2026-01-01", row="v/m", source="s")
    apart = RateSheet(
        base=Schedule(rates._replace(reasoning=10_000_000_000)), from_date="d", row="v/m", source="s"
    )
    assert list_cost(sheet, usage) == 2_000_000
    assert list_cost(apart, usage) == 600 * 2000 + 400 * 10_000


def test_peak_hours_hold_from_their_first_minute_to_before_their_last() -> None:
    double = Schedule(Rates(2_000_000, 0, 0, 0, 0))
    sheet = RateSheet(
        base=Schedule(Rates(1_000_000, 0, 0, 0, 0)),
        peak=Peak(((60, 240), (360, 600)), on_weekends=False, schedule=double),
        from_date="d",
        row="v/m",
        source="s",
    )
    thursday, saturday = 1_768_435_200_000, 1_768_608_000_000
    hours = {0: 1, 1: 2, 3: 2, 4: 1, 6: 2, 9: 2, 10: 1, 23: 1}
    for hour, price in hours.items():
        assert list_cost(sheet, event("m", at=thursday + hour * 3_600_000, input_tokens=1)) == price, hour
        assert list_cost(sheet, event("m", at=saturday + hour * 3_600_000, input_tokens=1)) == 1, hour


def test_cache_rates_that_nobody_states_are_never_free() -> None:
    assert complete([1000, None, None, None, 5000], is_claude=True) == Rates(1000, 100, 1250, 2000, 5000)
    assert complete([1000, None, None, None, 5000], is_claude=False) == Rates(1000, 1000, 1000, 1000, 5000)
    assert complete([1000, 100, 0, None, 5000], is_claude=False) == Rates(1000, 100, 0, 0, 5000)


def test_an_unknown_model_and_no_model_have_no_price() -> None:
    for model in ("no-such-model-9", None, "", "auto", "kimi-for-coding", "<synthetic>"):
        priced = Pricer(BOOK).price(
            [event(model, input_tokens=1000, list_cost_nanos=7, price_date="2020-01-01")]
        )
        assert (priced[0].list_cost_nanos, priced[0].price_date) == (None, None), model


def test_an_event_keeps_everything_but_its_price() -> None:
    usage = event("claude-opus-4-6", input_tokens=10, recorded_cost_nanos=3, at=1_780_000_000_000)
    (priced,) = Pricer(BOOK).price([usage])
    assert isinstance(priced, UsageEvent)
    assert priced == usage._replace(list_cost_nanos=50_000, price_date="2026-03-13")


tokens = st.integers(0, 2_000_000)
events = st.builds(
    lambda model, at, plain, read, short, long, out, tier, searches: event(
        model,
        at=at,
        input_tokens=plain + read + short + long,
        cache_read_input_tokens=read,
        cache_creation_input_tokens=short + long,
        cache_creation_1h_input_tokens=long,
        output_tokens=out,
        service_tier=tier,
        web_searches=searches,
    ),
    st.sampled_from(
        ["claude-opus-4-6", "claude-sonnet-4-5", "gpt-5.4", "deepseek-v4-pro", "qwen3-coder-plus", "x", None]
    ),
    st.integers(1_735_689_600_000, 1_798_761_600_000),
    *[tokens] * 5,
    st.sampled_from([None, "fast", "batch", "priority", "standard"]),
    st.integers(0, 50),
)


@given(st.lists(events, max_size=20))
def test_pricing_a_list_equals_pricing_its_events_and_is_never_negative(some: list[UsageEvent]) -> None:
    together = Pricer(BOOK).price(some)
    assert together == [priced for usage in some for priced in Pricer(BOOK).price([usage])]
    assert all(priced.list_cost_nanos is None or priced.list_cost_nanos >= 0 for priced in together)


@given(events)
def test_the_sum_is_the_exact_one_rounded_once(usage: UsageEvent) -> None:
    (priced,) = Pricer(BOOK).price([usage])
    sheet = BOOK.lookup(usage.provider, usage.model, datetime.fromtimestamp(usage.time_ms / 1000, UTC).date())
    if sheet is None:
        assert priced.list_cost_nanos is None
        return
    rates = sheet.rates_for(usage)
    long = usage.cache_creation_1h_input_tokens
    counted = [
        (usage.input_tokens - usage.cache_read_input_tokens - usage.cache_creation_input_tokens, rates.input),
        (usage.cache_read_input_tokens, rates.cache_read),
        (usage.cache_creation_input_tokens - long, rates.cache_creation),
        (long, rates.cache_creation_1h),
        (usage.output_tokens, rates.output),
    ]
    exact = (
        sum(Fraction(count * rate, 1_000_000) for count, rate in counted)
        + usage.web_searches * sheet.web_search
    )
    assert priced.list_cost_nanos == round(exact)


@given(st.integers(0, 1000), st.integers(0, 1000), st.integers(0, 1000), st.integers(0, 1000))
def test_a_broken_record_whose_parts_exceed_their_whole_is_never_priced_below_zero(
    total: int, read: int, creation: int, creation_1h: int
) -> None:
    usage = event(
        "claude-opus-4-5",
        input_tokens=total,
        cache_read_input_tokens=read,
        cache_creation_input_tokens=creation,
        cache_creation_1h_input_tokens=creation_1h,
    )
    paid = cost(usage)
    assert paid is not None
    assert paid >= 0
