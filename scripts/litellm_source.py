"""Reads LiteLLM's published list: today's prices of many more models and sellers."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from price_sources import NOT_TEXT, percentage, trimmed

from token_dashboard.pricing.rows import Period, Row

VENDORS = {
    "anthropic": "anthropic", "cohere_chat": "cohere", "dashscope": "qwen", "deepseek": "deepseek",
    "gemini": "google", "minimax": "minimax", "mistral": "mistral", "moonshot": "moonshot",
    "openai": "openai", "xai": "xai", "zai": "zai",
    "azure": "azure", "azure_ai": "azure", "bedrock": "bedrock", "bedrock_converse": "bedrock",
    "cerebras": "cerebras", "deepinfra": "deepinfra", "fireworks_ai": "fireworks", "groq": "groq",
    "together_ai": "together",
}  # fmt: skip
"""Vendor ids; providers whose name starts with ``vertex_ai`` are all Vertex."""

_PER_MTOK = Decimal(10**15)
"""Nanos a million tokens for one dollar a token."""
_CLASSES = ("input_cost_per_token", "cache_read_input_token_cost", "cache_creation_input_token_cost",
            "cache_creation_input_token_cost_above_1hr", "output_cost_per_token",
            "output_cost_per_reasoning_token")  # fmt: skip
_SERVICES = {"batch": "_batches", "flex": "_flex", "priority": "_priority"}


def rows(raw: bytes) -> Iterator[tuple[str, Row]]:
    """Vendor and row of each text model in LiteLLM's JSON that has a price a token."""
    for key, entry in json.loads(raw, parse_float=Decimal).items():
        listed_by = str(entry.get("litellm_provider", ""))
        vendor = "vertex" if listed_by.startswith("vertex_ai") else VENDORS.get(listed_by)
        if vendor is None or entry.get("mode") not in {"chat", "responses"} or NOT_TEXT.search(key.lower()):
            continue
        period = _litellm_period(entry, over_by_one=vendor == "xai")
        if period is None or "off_peak_pricing" in entry:
            continue  # the overlay keeps what is priced by the hour
        name = key.lower()
        for head in (listed_by, listed_by.split("-", maxsplit=1)[0], "bedrock", "gemini"):
            name = name.removeprefix(f"{head}/")
        yield vendor, {"id": name, "prices": [period], "source": "LiteLLM"}


def _litellm_period(entry: dict[str, Any], *, over_by_one: bool) -> Period | None:
    ranges = sorted(entry.get("tiered_pricing") or [], key=lambda tier: tier["range"][0])
    if ranges and "input_cost_per_token" in ranges[0]:
        period = _schedule(ranges[0], "")
        if len(ranges) > 1:
            period["over"] = [[int(tier["range"][0]), _schedule(tier, "")["rates"]] for tier in ranges[1:]]
        return trimmed(period)
    if not entry.get("input_cost_per_token") or entry.get("output_cost_per_token") is None:
        return None
    period = _schedule(entry, "", over_by_one=over_by_one)
    if not _is_whole(period):
        return None
    for tier, suffix in _SERVICES.items():
        if f"input_cost_per_token{suffix}" in entry:
            service = _schedule(entry, suffix, over_by_one=over_by_one)
            if _is_whole(service):
                period.setdefault("services", {})[tier] = percentage(period, service) or service
    if fast := (entry.get("provider_specific_entry") or {}).get("fast"):
        period.setdefault("services", {})["fast"] = int(fast * 100)
    if fee := (entry.get("search_context_cost_per_query") or {}).get("search_context_size_medium"):
        period["search"] = int(fee * 10**9)
    return period


def _schedule(entry: dict[str, Any], suffix: str, *, over_by_one: bool = False) -> Period:
    """Rates and tiers under a suffix; a class without a price of its own there keeps the plain one."""
    period: Period = {"rates": [_nanos(entry, key, suffix) for key in _CLASSES]}
    limits = {
        int(found[1]) * 1000
        for key in entry
        if (found := re.fullmatch(rf"input_cost_per_token_above_(\d+)k_tokens{suffix}", key))
    }
    if limits:
        period["over"] = [
            [
                limit - over_by_one,
                [_nanos(entry, key, f"_above_{limit // 1000}k_tokens{suffix}") for key in _CLASSES],
            ]
            for limit in sorted(limits)
        ]
    for rates in (period["rates"], *(rates for _, rates in period.get("over", ()))):
        if rates[5] == rates[4]:
            rates[5] = None
    return trimmed(period)


def _is_whole(period: Period) -> bool:
    every = (period["rates"], *(rates for _, rates in period.get("over", ())))
    return all(rates[0] is not None and rates[4] is not None for rates in every)


def _nanos(entry: dict[str, Any], key: str, suffix: str) -> int | None:
    price = entry.get(key + suffix)
    if price is None and "_above_" not in suffix and not (suffix and key.endswith("_above_1hr")):
        price = entry.get(key)  # a one-hour write follows from its tier's input rate instead
    if price is None and key == "cache_read_input_token_cost":
        price = entry.get(f"input_cost_per_token_cache_hit{suffix}")
    return None if price is None else int((Decimal(price) * _PER_MTOK).to_integral_value())
