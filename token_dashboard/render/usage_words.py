"""Phrases about usage: requests, costs and what they leave out, models and who bills them."""

from collections.abc import Iterable, Sequence

from token_dashboard.model.record import column
from token_dashboard.model.report import CostBasis, Totals
from token_dashboard.render.columns import safe
from token_dashboard.render.language import Language


def cost(totals: Totals, language: Language) -> str:
    """List cost; in words where no price is known at all."""
    money = totals.list_cost
    return language.gettext("price unknown") if money is None else language.money(money)


def request_count(totals: Totals, language: Language) -> str:
    """``12``, or ``≥ 12`` where sessions are known by their sums alone."""
    counted = language.count(totals.requests)
    return f"≥ {counted}" if totals.open_sums else counted


def request_counts(totals: Sequence[Totals], language: Language) -> list[str]:
    """The same of thousands, most of which are alike."""
    requests = column(totals, "requests")
    told = {count: language.count(count) for count in set(requests)}
    every = zip(map(told.__getitem__, requests), column(totals, "open_sums"), strict=True)
    return [f"≥ {count}" if open_sums else count for count, open_sums in every]


def cost_cell(totals: Totals, language: Language) -> str:
    """List cost for a table: ``?`` where no price is known, ``$4.18 + ?`` where some of them aren't."""
    money = totals.list_cost
    if money is None:
        return "?"
    return f"{language.money(money)} + ?" if totals.unpriced_tokens else language.money(money)


def recorded_cell(totals: Totals, language: Language) -> str:
    """What logs say was charged, ``$4.18 + ?`` where they don't say it of all; empty where they say nothing.

    A 0 says nothing of what has no known price either.
    """
    money = totals.recorded_cost
    is_doubted = money is not None and money.nanos == 0 and bool(totals.unpriced_tokens)
    if money is None or (is_doubted and not totals.priced_requests):
        return ""
    is_whole = not is_doubted and not totals.requests_without_cost(CostBasis.LOGGED)
    return language.money(money) if is_whole else f"{language.money(money)} + ?"


def model_name(model: str | None, columns: int, language: Language) -> str:
    """A model's name; words where the logs don't tell it, which some sums write as ``?``."""
    if not model or model == "?":
        return language.gettext("a model without a name")
    return safe(model, columns)


def sold_by(model: str, provider: str | None, language: Language) -> str:
    """A model's name with who bills it, where several do: ``gpt-5.2 (openrouter)``."""
    return f"{model} ({safe(provider or language.gettext('unknown'), 16)})"


def unpriced(totals: Totals, models: Iterable[str | None], language: Language) -> str:
    """What is missing in a cost: ``+ 2.1 M unpriced: model-x``; empty when nothing is."""
    if not totals.unpriced_tokens:
        return ""
    tokens = language.tokens(totals.unpriced_tokens)
    named = [model_name(model, 30, language) for model in models]
    if len(named) > 3:
        named = [*named[:3], "…"]
    if not named:
        return language.gettext("+ {tokens} unpriced").format(tokens=tokens)
    return language.gettext("+ {tokens} unpriced: {models}").format(
        tokens=tokens, models=language.listed(named)
    )


def cached(totals: Totals, language: Language) -> str:
    """``91% cached``; empty when there was no input."""
    share = totals.cached_share
    return "" if share is None else language.gettext("{share} cached").format(share=language.share(share))
