"""Gateways in front of vendors: what OpenRouter, LiteLLM and Venice tell beside the vendor's own words."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

import msgspec

from token_dashboard.model.capture import Passing, RateReading
from token_dashboard.model.money import Money
from token_dashboard.model.snapshot import Allowance, Balance, Cap, Spend, SpendPeriod
from token_dashboard.providers._capture._reading import number, read
from token_dashboard.providers._capture.rates import epoch_ms, openai_headers, rates
from token_dashboard.providers._units import money

_VENDORS = "llm_provider-"
_MINUTE_S = 60
_DOLLARS = 10**9
"""More than any figure of money here can be."""


class Metadata(msgspec.Struct):
    """Where the headers of a refusal stand once more."""

    headers: dict[str, str] = {}


class Error(msgspec.Struct):
    """Why it refused."""

    metadata: Metadata | None = None


class Refusal(msgspec.Struct):
    """OpenRouter's answer of status 429."""

    error: Error


def openrouter_headers(headers: Mapping[str, str], now_ms: int) -> Passing:
    """OpenRouter tells its limits with refusals; resets are epoch milliseconds."""
    return Passing(request=headers.get("x-request-id"), rates=tuple(rates(headers, now_ms, epoch_ms)))


def openrouter_refusal(body: bytes, now_ms: int) -> Passing:
    """The same out of a refusal's body, for answers whose headers went by unseen."""
    refusal = read(body, Refusal)
    told = refusal.error.metadata.headers if refusal and refusal.error.metadata else {}
    return openrouter_headers({name.lower(): text for name, text in told.items()}, now_ms)


def litellm_headers(headers: Mapping[str, str], now_ms: int) -> Passing:
    """The cost of the request, and of its key the budget, the spend before this request, and the limits.

    Headers of the vendor behind it, which LiteLLM hands through, are read as OpenAI's.
    """
    behind = {
        name.removeprefix(_VENDORS): text for name, text in headers.items() if name.startswith(_VENDORS)
    }
    spent, budget = (_dollars(headers, f"x-litellm-key-{one}") for one in ("spend", "max-budget"))
    return Passing(
        request=headers.get("x-litellm-call-id"),
        rates=(*_key_limits(headers), *openai_headers(behind, now_ms).rates),
        spends=() if spent is None else (Spend(money=spent, period=SpendPeriod.LIFETIME, scope="key"),),
        caps=()
        if budget is None
        else (
            Cap(
                limit=budget,
                remaining=None if spent is None else Money(budget.nanos - spent.nanos),
                scope="key",
            ),
        ),
        cost=_dollars(headers, "x-litellm-response-cost"),
    )


def venice_headers(headers: Mapping[str, str], now_ms: int) -> Passing:
    """What is left in dollars and in DIEM, which are two things, and the rate limits."""
    dollars = _dollars(headers, "x-venice-balance-usd")
    diem = number(headers, "x-venice-balance-diem")
    return Passing(
        request=headers.get("x-request-id"),
        rates=tuple(rates(headers, now_ms, epoch_ms)),
        balances=() if dollars is None else (Balance(money=dollars, scope="account"),),
        allowances=() if diem is None else (Allowance(amount=diem, unit="DIEM", scope="account"),),
    )


def _key_limits(headers: Mapping[str, str]) -> Iterable[RateReading]:
    for name, unit in (("rpm", "requests"), ("tpm", "tokens")):
        limit = number(headers, f"x-litellm-key-{name}-limit")
        if limit is not None:
            yield RateReading(unit=unit, limit=limit, per_s=_MINUTE_S)


def _dollars(headers: Mapping[str, str], name: str) -> Money | None:
    amount = number(headers, name)
    return None if amount is None or abs(amount) >= Decimal(_DOLLARS) else money(amount)
