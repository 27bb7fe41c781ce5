"""Reading quota windows and rate limits out of headers: one test for each way to write them."""

from decimal import Decimal

import pytest

from token_dashboard.model.capture import Passing, RateReading
from token_dashboard.model.money import Money
from token_dashboard.model.snapshot import Allowance, UsageWindow
from token_dashboard.providers._capture import headers_of
from token_dashboard.providers._capture.bedrock import bedrock_counts
from token_dashboard.providers._capture.gateways import openrouter_refusal

NOW = 1_795_000_000_000
SOON_S = NOW // 1000 + 7200

UNIFIED = {
    "anthropic-ratelimit-unified-status": "allowed_warning",
    "anthropic-ratelimit-unified-reset": str(SOON_S),
    "anthropic-ratelimit-unified-5h-utilization": "0.42",
    "anthropic-ratelimit-unified-5h-reset": str(SOON_S),
    "anthropic-ratelimit-unified-5h-status": "allowed",
    "anthropic-ratelimit-unified-7d_sonnet-utilization": "1.07",
    "anthropic-ratelimit-unified-overage-status": "rejected",
    "anthropic-ratelimit-unified-overage-disabled-reason": "org_level_disabled",
    "request-id": "req_1",
}


def test_a_unified_utilization_is_a_fraction_and_its_reset_is_in_seconds() -> None:
    told = headers_of("anthropic", UNIFIED, NOW)
    assert told.windows == (
        UsageWindow(name="5h", used_percent=Decimal(42), resets_ms=SOON_S * 1000, duration_s=18_000),
        UsageWindow(name="7d-sonnet", used_percent=Decimal(107), duration_s=604_800),
    )
    assert told.request == "req_1"


def test_a_rejected_overage_alone_is_a_rule_of_the_account_and_stops_nothing() -> None:
    assert headers_of("anthropic", UNIFIED, NOW).is_usable is True
    refused = UNIFIED | {"anthropic-ratelimit-unified-status": "rejected"}
    assert headers_of("anthropic", refused, NOW).is_usable is False
    assert headers_of("anthropic", {}, NOW).is_usable is None


def test_a_window_whose_reset_has_passed_is_not_known_any_more() -> None:
    past = {"anthropic-ratelimit-unified-5h-reset": str(SOON_S - 9000)}
    assert [one.name for one in headers_of("anthropic", UNIFIED | past, NOW).windows] == ["7d-sonnet"]


def test_a_key_of_anthropic_tells_rates_with_resets_as_text() -> None:
    told = headers_of(
        "anthropic",
        {
            "anthropic-ratelimit-input-tokens-limit": "2000000",
            "anthropic-ratelimit-input-tokens-remaining": "1999000",
            "anthropic-ratelimit-input-tokens-reset": "2026-11-22T14:33:00Z",
        },
        NOW,
    )
    assert told.rates == (
        RateReading(
            unit="input tokens",
            limit=Decimal(2_000_000),
            remaining=Decimal(1_999_000),
            resets_ms=1_795_357_980_000,
            per_s=60,
        ),
    )


CODEX = {
    "x-codex-primary-used-percent": "12",
    "x-codex-primary-window-minutes": "10080",
    "x-codex-primary-reset-at": str(SOON_S),
    "x-codex-secondary-used-percent": "88.5",
    "x-codex-secondary-window-minutes": "300",
    "x-codex-secondary-reset-after-seconds": "7200",
    "x-codex-plan-type": "pro",
    "x-codex-credits-balance": "250",
    "x-codex-credits-unlimited": "false",
}


def test_codex_windows_are_known_by_their_minutes_and_not_by_their_place() -> None:
    told = headers_of("codex", CODEX, NOW)
    assert {one.name: one.used_percent for one in told.windows} == {"7d": 12, "5h": Decimal("88.5")}
    assert {one.resets_ms for one in told.windows} == {NOW + 7_200_000}
    assert (told.plan, told.allowances) == (
        "pro",
        (Allowance(amount=Decimal(250), unit="credits", scope="account"),),
    )


@pytest.mark.parametrize(
    "absent", [{"x-codex-primary-window-minutes": "0"}, {"x-codex-primary-reset-at": ""}]
)
def test_a_codex_window_of_no_length_or_without_a_reset_is_absent(absent: dict[str, str]) -> None:
    assert [one.name for one in headers_of("codex", CODEX | absent, NOW).windows] == ["5h"]


def test_unlimited_credits_are_no_number() -> None:
    assert headers_of("codex", CODEX | {"x-codex-credits-unlimited": "True"}, NOW).allowances == ()


@pytest.mark.parametrize("vendor", ["openai", "groq", "together", "xai", "some-relay"])
@pytest.mark.parametrize(("text", "length_ms"), [("6m0s", 360_000), ("88ms", 88), ("1h2m3.5s", 3_723_500)])
def test_resets_of_openai_and_its_like_are_lengths_as_go_writes_them(
    vendor: str, text: str, length_ms: int
) -> None:
    told = headers_of(
        vendor,
        {
            "x-request-id": "req_2",
            "x-ratelimit-limit-tokens": "150000",
            "x-ratelimit-remaining-tokens": "149984",
            "x-ratelimit-reset-tokens": text,
        },
        NOW,
    )
    assert told == Passing(
        request="req_2",
        rates=(
            RateReading(
                unit="tokens",
                limit=Decimal(150_000),
                remaining=Decimal(149_984),
                resets_ms=NOW + length_ms,
            ),
        ),
    )


def test_azure_tells_what_remains_and_no_limit() -> None:
    told = headers_of("azure-openai", {"x-ratelimit-remaining-requests": "9"}, NOW)
    assert told.rates == (RateReading(unit="requests", remaining=Decimal(9)),)


def test_cerebras_names_the_stretch_and_counts_seconds_to_the_reset() -> None:
    told = headers_of(
        "cerebras",
        {
            "x-ratelimit-limit-requests-day": "1000",
            "x-ratelimit-remaining-requests-day": "999",
            "x-ratelimit-reset-requests-day": "33011.382",
            "x-ratelimit-limit-tokens-minute": "60000",
        },
        NOW,
    )
    assert told.rates == (
        RateReading(
            unit="requests",
            limit=Decimal(1000),
            remaining=Decimal(999),
            resets_ms=NOW + 33_011_382,
            per_s=86_400,
        ),
        RateReading(unit="tokens", limit=Decimal(60_000), per_s=60),
    )


def test_mistrals_older_family_counts_tokens() -> None:
    told = headers_of(
        "mistral",
        {"x-ratelimitbysize-limit-minute": "500000", "x-ratelimitbysize-remaining-minute": "499000"},
        NOW,
    )
    assert told.rates == (
        RateReading(unit="tokens", limit=Decimal(500_000), remaining=Decimal(499_000), per_s=60),
    )


def test_openrouters_reset_is_in_milliseconds_in_headers_and_in_the_body_of_a_refusal() -> None:
    told = (RateReading(unit="requests", limit=Decimal(50), remaining=Decimal(0), resets_ms=NOW + 60_000),)
    names = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")
    values = dict(zip(names, ("50", "0", str(NOW + 60_000)), strict=True))
    lower = {name.lower(): text for name, text in values.items()}
    assert headers_of("openrouter", lower, NOW).rates == told
    pairs = ",".join(f'"{name}": "{text}"' for name, text in values.items())
    body = f'{{"error": {{"code": 429, "metadata": {{"headers": {{{pairs}}}}}}}}}'
    assert openrouter_refusal(body.encode(), NOW).rates == told
    assert openrouter_refusal(b'{"error": {}}', NOW) == Passing()


def test_litellm_tells_dollars_its_keys_budget_and_the_vendors_own_limits() -> None:
    told = headers_of(
        "litellm",
        {
            "x-litellm-call-id": "call-1",
            "x-litellm-response-cost": "0.00021",
            "x-litellm-key-spend": "1.25",
            "x-litellm-key-max-budget": "10",
            "x-litellm-key-rpm-limit": "None",
            "x-litellm-key-tpm-limit": "1000",
            "llm_provider-x-ratelimit-remaining-requests": "9",
        },
        NOW,
    )
    assert told.cost == Money(210_000)
    assert [one.money for one in told.spends] == [Money(1_250_000_000)]
    assert [one.remaining for one in told.caps] == [Money(8_750_000_000)]
    assert told.rates == (
        RateReading(unit="tokens", limit=Decimal(1000), per_s=60),
        RateReading(unit="requests", remaining=Decimal(9)),
    )


def test_venices_diem_is_no_money() -> None:
    told = headers_of("venice", {"x-venice-balance-usd": "3.5", "x-venice-balance-diem": "12"}, NOW)
    assert [one.money for one in told.balances] == [Money(3_500_000_000)]
    assert [one.unit for one in told.allowances] == ["DIEM"]


def test_bedrock_counts_in_headers() -> None:
    counts = {"x-amzn-bedrock-input-token-count": "12", "x-amzn-bedrock-output-token-count": "3"}
    told = bedrock_counts(counts)
    assert told is not None
    assert (told.input_tokens, told.output_tokens) == (12, 3)
    assert bedrock_counts({"x-amzn-bedrock-input-token-count": "12"}) is None
    assert headers_of("bedrock", {"x-amzn-requestid": "1"}, NOW).request == "1"


@pytest.mark.parametrize("vendor", ["anthropic", "codex", "openai", "cerebras", "litellm", "openrouter"])
@pytest.mark.parametrize("text", ["", "NaN", "Infinity", "true", "1e400", "-", "0x10", "1,5"])
def test_a_header_that_holds_no_number_is_not_known(vendor: str, text: str) -> None:
    names = [*UNIFIED, *CODEX, "x-litellm-response-cost", "x-ratelimit-limit-requests"]
    told = headers_of(vendor, dict.fromkeys(names, text), NOW)
    assert (told.windows, told.rates, told.cost) == ((), (), None)


def test_nothing_but_limits_is_kept_of_an_answers_headers() -> None:
    told = headers_of("openai", {"authorization": "Bearer canary", "set-cookie": "canary"}, NOW)
    assert "canary" not in repr(told)
