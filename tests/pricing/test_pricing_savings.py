"""What caching saved: the price beside that of the same input uncached."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from token_dashboard.model.alike import Alike
from token_dashboard.model.money import parse_nanos
from token_dashboard.model.period import DAY_MS, Period
from token_dashboard.model.usage import UsageEvent
from token_dashboard.pricing.book import PriceBook
from token_dashboard.pricing.savings import CacheEffect, Sheets, cache_effect
from token_dashboard.pricing.sheet import PER, Peak, Rates, RateSheet, Schedule, list_cost
from token_dashboard.pricing.together import lines_of

JANUARY = 1_768_478_400_000
SHEETS = Sheets(PriceBook.load())


def sheet(model: str, provider: str | None = None) -> RateSheet:
    found = SHEETS.on(provider, model, JANUARY)
    assert found is not None
    return found


def request(sent: int, read: int = 0, creation: int = 0, hour: int = 0, **rest: object) -> UsageEvent:
    return UsageEvent(
        key=1,
        time_ms=JANUARY,
        source="log",
        agent=None,
        provider=None,
        model=None,
        input_tokens=sent,
        cache_read_input_tokens=read,
        cache_creation_input_tokens=creation,
        cache_creation_1h_input_tokens=hour,
        **rest,
    )


def alone(event: UsageEvent) -> Alike:
    sent, read, creation, hour = event[6:10]
    return Alike(
        event, None, 1, sent - read - creation, read, creation - hour, hour, event.output_tokens, 0, 0
    )


def uncached(event: UsageEvent) -> UsageEvent:
    return event._replace(
        cache_read_input_tokens=0, cache_creation_input_tokens=0, cache_creation_1h_input_tokens=0
    )


def test_reading_saves_and_writing_costs() -> None:
    # $5 in, $0.50 read, $6.25 and $10 written, a million
    found = cache_effect(sheet("claude-opus-4-5"), alone(request(9_000, 5_000, 3_000, 2_000)))
    assert found == CacheEffect(saved=parse_nanos("0.0225") * PER, extra=parse_nanos("0.01125") * PER)


def test_a_prompt_over_the_line_saves_by_the_rates_beyond_it() -> None:
    # $6 in and $0.60 read, above 200,000 tokens
    found = cache_effect(sheet("claude-sonnet-4-5"), alone(request(250_000, 200_000)))
    assert found == CacheEffect(saved=parse_nanos("1.08") * PER, extra=0)


def test_a_request_without_a_cache_has_no_effect() -> None:
    assert cache_effect(sheet("claude-opus-4-5"), alone(request(9_000))) == CacheEffect(0, 0)


@given(
    st.sampled_from(["claude-opus-4-5", "claude-sonnet-4-5", "gpt-5.2", "gemini-2.5-pro", "deepseek-chat"]),
    st.tuples(*[st.integers(0, 200_000)] * 4),
    st.sampled_from([None, "batch", "priority", "fast"]),
    st.sampled_from([1, 5, None]),
)
def test_cost_plus_saved_less_extra_is_the_cost_without_a_cache(
    model: str, tokens: tuple[int, int, int, int], tier: str | None, requests: int | None
) -> None:
    plain, read, short, hour = tokens
    event = request(
        plain + read + short + hour, read, short + hour, hour, service_tier=tier, requests=requests
    )
    found, price = cache_effect(sheet(model), alone(event)), sheet(model)
    difference = list_cost(price, uncached(event)) - list_cost(price, event)
    assert abs(found.saved - found.extra - difference * PER) <= PER, "both costs are rounded to the nano"


def test_a_model_without_a_price_has_no_sheet() -> None:
    assert SHEETS.on("nobody", "house-model", JANUARY) is None
    assert SHEETS.on(None, None, JANUARY) is None


def test_prices_of_a_model_begin_with_a_period_and_whenever_another_is_in_force() -> None:
    years = Period(JANUARY - 3 * 365 * DAY_MS + 1, JANUARY)
    for provider, model in (
        ("deepseek", "deepseek-chat"),
        ("anthropic", "claude-opus-4-5"),
        (None, "gpt-5.2"),
    ):
        begins = SHEETS.begins(provider, model, years)
        assert min(begins) == years.start_ms
        before = SHEETS.on(provider, model, years.start_ms)
        for time_ms in range(years.start_ms // DAY_MS * DAY_MS + DAY_MS, years.end_ms, DAY_MS):
            found = SHEETS.on(provider, model, time_ms)
            assert found == before or time_ms in begins
            before = found
    assert SHEETS.begins(None, None, years) == SHEETS.begins("nobody", "house", years) == {years.start_ms}


def test_lines_are_those_of_all_prices_in_any_tier_and_at_any_hour() -> None:
    rates = Rates(2, 1, 2, 2, 4)
    peak = Peak(((990, 1440), (0, 30)), on_weekends=False, schedule=Schedule(rates, ((7, rates),)))
    tiered = RateSheet(
        base=Schedule(rates, ((5, rates),)),
        services={"fast": Schedule(rates, ((6, rates),))},
        from_date="2025-01-01",
        row="a/b",
        source="s",
    )
    found = lines_of([tiered, replace(tiered, base=Schedule(rates), services={}, peak=peak)], {DAY_MS})
    assert (found.sizes, found.moments) == ({5, 6, 7}, {DAY_MS})
    assert found.minutes >= {30, 990}
