"""What caching saved: the price beside that of the same input uncached."""

from hypothesis import given
from hypothesis import strategies as st

from token_dashboard.model.money import parse_nanos
from token_dashboard.model.usage import UsageEvent
from token_dashboard.pricing.book import PriceBook
from token_dashboard.pricing.savings import NO_EFFECT, CacheEffect, Sheets, cache_effect
from token_dashboard.pricing.sheet import RateSheet, list_cost

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


def uncached(event: UsageEvent) -> UsageEvent:
    return event._replace(
        cache_read_input_tokens=0, cache_creation_input_tokens=0, cache_creation_1h_input_tokens=0
    )


def test_reading_saves_and_writing_costs() -> None:
    # $5 in, $0.50 read, $6.25 and $10 written, a million
    found = cache_effect(sheet("claude-opus-4-5"), request(9_000, 5_000, 3_000, 2_000))
    assert found == CacheEffect(saved=parse_nanos("0.0225"), extra=parse_nanos("0.01125"))


def test_a_prompt_over_the_line_saves_by_the_rates_beyond_it() -> None:
    # $6 in and $0.60 read, above 200,000 tokens
    found = cache_effect(sheet("claude-sonnet-4-5"), request(250_000, 200_000))
    assert found == CacheEffect(saved=parse_nanos("1.08"), extra=0)


def test_a_request_without_a_cache_has_no_effect() -> None:
    assert cache_effect(sheet("claude-opus-4-5"), request(9_000)) is NO_EFFECT


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
    found, price = cache_effect(sheet(model), event), sheet(model)
    assert (
        abs(list_cost(price, event) + found.saved - found.extra - list_cost(price, uncached(event))) <= 3
    ), "each of the three sums is rounded to the nano"


def test_a_model_without_a_price_has_no_sheet() -> None:
    assert SHEETS.on("nobody", "house-model", JANUARY) is None
    assert SHEETS.on(None, None, JANUARY) is None
