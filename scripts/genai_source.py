"""Reads genai-prices' published list: dates, prompt tiers, service tiers.

Its data are Python constructor calls, which are read as syntax here and never run.
"""

import ast
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from price_sources import NOT_TEXT, percentage, trimmed

from token_dashboard.pricing.rows import ALWAYS, Period, Row

VENDORS = {
    "anthropic": "anthropic", "cohere": "cohere", "deepseek": "deepseek", "google": "google",
    "minimax": "minimax", "mistral": "mistral", "moonshotai": "moonshot", "openai": "openai", "x-ai": "xai",
    "zai": "zai",
    "azure": "azure", "cerebras": "cerebras", "cursor": "cursor", "fireworks": "fireworks",
    "github-copilot": "github-copilot", "groq": "groq", "novita": "novita", "openrouter": "openrouter",
    "together": "together", "zhipuai": "zhipuai",
}  # fmt: skip
_RATES = ("input_mtok", "cache_read_mtok", "cache_write_mtok", "cache_write_1h_mtok", "output_mtok",
          "output_reasoning_mtok")  # fmt: skip
_CONTEXTS = {
    "batch": ({"processing": "batch"},),
    "fast": ({"speed": "fast"}, {"service_tier": "fast"}),
    "flex": ({"service_tier": "flex"},),
    "priority": ({"service_tier": "priority"},),
}


class Call:
    """A constructor call of a data file: its class' name and its arguments."""

    def __init__(self, name: str, values: list[Any], named: dict[str, Any]) -> None:
        self.name = name
        self.values = values
        self.named = named

    def get(self, key: str) -> Any:
        return self.named.get(key)


def rows(source: str) -> Iterator[tuple[str, Row]]:
    """Vendor and row of each text model in the text of genai-prices' ``data.py``."""
    tree = ast.parse(source)
    providers = next(node.value for node in tree.body if isinstance(node, ast.AnnAssign) and node.value)
    for provider in _value(providers):
        vendor = VENDORS.get(provider.get("id"))
        for model in provider.get("models") or () if vendor else ():
            name = model.get("id").lower()
            if NOT_TEXT.search(name) or (vendor == "google" and "claude" in name):
                continue
            periods = list(_genai_periods(model, name))
            if periods:
                yield vendor, _named_row(name, _names(model.get("match"), name), periods)


def _value(node: ast.AST) -> Any:
    if isinstance(node, ast.Call):
        values = [_value(argument) for argument in node.args]
        named = {word.arg: _value(word.value) for word in node.keywords if word.arg}
        name = ast.unparse(node.func).rpartition(".")[2]
        return Decimal(values[0]) if name == "Decimal" else Call(name, values, named)
    if isinstance(node, ast.List | ast.Tuple):
        return [_value(item) for item in node.elts]
    if isinstance(node, ast.Dict):
        return {_value(key): _value(value) for key, value in zip(node.keys, node.values, strict=True) if key}
    return ast.literal_eval(node) if not isinstance(node, ast.Attribute | ast.Name) else None


def _names(clause: Call, model: str) -> tuple[set[str], set[str]]:
    """The ids and the beginnings of a match clause; patterns are left to our own normalisation."""
    ids: set[str] = set()
    starts: set[str] = set()
    for key, value in clause.named.items():
        if isinstance(value, list):
            for inner in value:
                more_ids, more_starts = _names(inner, model)
                ids |= more_ids
                starts |= more_starts
        elif key in {"equals", "contains", "ends_with"}:
            ids.add(value.lower())
        if key == "starts_with" or (key in {"contains", "ends_with"} and model.startswith(value)):
            starts.add(value.lower().rstrip("-@"))
    return ids, starts


def _named_row(name: str, found: tuple[set[str], set[str]], periods: list[Period]) -> Row:
    ids, starts = found
    row: Row = {"id": name}
    if also := sorted(ids - {name}):
        row["also"] = also
    if starts:
        row["starts"] = sorted(starts)
    return row | {"prices": periods, "source": "genai-prices"}


def _genai_periods(model: Call, name: str) -> Iterator[Period]:
    prices = model.get("prices")
    listed = prices if isinstance(prices, list) else [Call("ConditionalPrice", [], {"prices": prices})]
    variants = model.get("price_variants") or []
    dates = sorted({_start(price) for price in [*listed, *variants]} | {ALWAYS})
    previous: Period = {}
    for date in dates:
        price = _in_force(listed, date)
        period = _priced(price.named["prices"].named, name) if price else {}
        if price is None or not period:
            continue
        for hours in listed[listed.index(price) + 1 :]:  # hours belong to the price that stands before them
            if _is_hourly(hours):
                _add_peak(period, hours)
            else:
                break
        for tier, contexts in _CONTEXTS.items():
            matching = [variant for variant in variants if variant.get("when") in contexts]
            if service := _service(matching, listed, date):
                period.setdefault("services", {})[tier] = service
        if period != previous:
            yield ({} if date == ALWAYS else {"from": date}) | period
            previous = period


def _in_force(listed: list[Call], date: str) -> Call | None:
    """The price of a date: the last one in the list that has begun."""
    begun = [price for price in listed if not _is_hourly(price) and _start(price) <= date]
    return begun[-1] if begun else None


def _is_hourly(price: Call) -> bool:
    constraint = price.get("constraint")
    return constraint is not None and constraint.name == "TimeOfDateConstraint"


def _start(price: Call) -> str:
    constraint = price.get("constraint")
    if constraint is None or constraint.name != "StartDateConstraint":
        return ALWAYS
    year, month, day = constraint.get("start_date").values
    return f"{year}-{month:02d}-{day:02d}"


def _priced(prices: dict[str, Any], name: str) -> Period:
    if prices.get("requests_kcount"):
        return {}  # a fee on each request, which token rates alone would leave out
    if not prices and name.endswith(":free"):
        return {"rates": [0, 0, 0, 0, 0]}
    if prices.get("input_mtok") is None or prices.get("output_mtok") is None:
        return {}
    limits = sorted({limit for key in _RATES for limit, _ in _steps(prices.get(key))})
    period: Period = {"rates": [_at(prices.get(key), 0) for key in _RATES]}
    if limits:
        period["over"] = [[limit, [_at(prices.get(key), limit + 1) for key in _RATES]] for limit in limits]
    if (searches := prices.get("web_searches_kcount")) is not None:
        period["search"] = _at(searches, 0) // 1000
    return trimmed(period)


def _steps(price: Any) -> list[tuple[int, Decimal]]:
    return (
        [(tier.get("start"), tier.get("price")) for tier in price.get("tiers")]
        if isinstance(price, Call)
        else []
    )


def _at(price: Any, tokens: int) -> Any:
    if isinstance(price, Call):
        base = price.get("base")
        price = max([(-1, base), *(step for step in _steps(price) if tokens > step[0])])[1]
    return None if price is None else int(price * 10**9)


def _add_peak(period: Period, hours: Call) -> None:
    start, end = (hours.named["constraint"].get(key).values for key in ("start_time", "end_time"))
    minutes = [start[0] * 60 + start[1], end[0] * 60 + end[1]]
    rates = _priced(hours.named["prices"].named, "")["rates"]
    period.setdefault("peak", {"minutes": [], "weekends": True, "rates": rates})["minutes"].append(minutes)


def _service(variants: list[Call], listed: list[Call], date: str) -> Any:
    """The price of a service tier: a percentage of the base where it is one for every class, else rates.

    The sources date a variant by the day they looked. So it is taken to have held before that day too where
    it is a percentage, or where the base price was the same.
    """
    active = [variant for variant in variants if _start(variant) <= date] or variants[:1]
    changes: dict[str, Any] = {}
    for variant in active:
        for key, price in variant.named["prices"].named.items():
            changes.setdefault(key, price)
    base = _in_force(listed, max(date, _start(active[0]) if active else date))
    if base is None or not any(key in changes for key in _RATES):
        return None
    plain = base.named["prices"].named
    service = _priced(plain | changes, "")
    service.pop("search", None)
    return percentage(_priced(plain, ""), service) or (service if _in_force(listed, date) is base else None)
