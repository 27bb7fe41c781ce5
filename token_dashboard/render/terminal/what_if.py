"""``tokens whatif``: a period replayed on other models."""

from collections.abc import Iterator

from token_dashboard.model.money import Money
from token_dashboard.model.what_if import Swap, WhatIf
from token_dashboard.render.columns import safe
from token_dashboard.render.language import Language
from token_dashboard.render.terminal._grid import (
    HEAD,
    QUIET,
    WARN,
    Column,
    Grid,
    Line,
    Screen,
    blocks,
    folded,
    show,
)
from token_dashboard.render.terminal.comparison import signed
from token_dashboard.render.times import day_text
from token_dashboard.render.usage_words import model_name

_NAME_COLUMNS = 32


def print_what_if(screen: Screen, answer: WhatIf, language: Language) -> None:
    show(screen, what_if_lines(answer, language, screen.width))


def what_if_lines(answer: WhatIf, language: Language, columns: int) -> list[Line]:
    """A row a swap, the period as a whole, and what couldn't be replayed."""
    _ = language.gettext
    grid = Grid(
        [
            Column(_("Model")),
            Column(_("Instead")),
            Column(_("Requests"), is_number=True),
            Column(_("Cost"), is_number=True),
            Column(_("Would cost"), is_number=True),
            Column(_("Change"), is_number=True),
        ],
        heading=2,
    )
    for one in answer.swaps:
        grid.add(
            [
                safe(one.source, _NAME_COLUMNS),
                safe(one.target, _NAME_COLUMNS),
                language.count(one.requests),
                *_costs(one, language),
            ]
        )
    whole = _("Everything in this period: {cost}, it would have been {would}.").format(
        cost=_whole(answer.total, answer, language), would=_whole(answer.would_total, answer, language)
    )
    period = _("{since} to {until}, days as in {zone}.").format(
        since=day_text(answer.since, language), until=day_text(answer.until, language), zone=answer.time_zone
    )
    return blocks(
        grid.lines(columns),
        folded(whole, columns, HEAD),
        [
            *(line for remark in _remarks(answer, language) for line in folded(remark, columns, WARN)),
            *folded(_("List prices of each request's day, the same tokens."), columns, QUIET),
            *folded(period, columns, QUIET),
        ],
    )


def _costs(swap: Swap, language: Language) -> list[str]:
    """Of the requests that are counted; ``?`` where there were some and none could be priced."""
    if swap.unpriced_requests and not swap.requests:
        return ["?"] * 3
    return [language.money(swap.cost), language.money(swap.would_cost), signed(swap.difference, language)]


def _whole(money: Money, answer: WhatIf, language: Language) -> str:
    """Of everything; ``?`` beside it where something has no known price."""
    return f"{language.money(money)} + ?" if answer.unpriced_models else language.money(money)


def _remarks(answer: WhatIf, language: Language) -> Iterator[str]:
    _ = language.gettext
    if answer.unpriced_models:
        models = [model_name(model, _NAME_COLUMNS, language) for model in answer.unpriced_models]
        yield _("Without what has no known price: {models}").format(models=language.listed(models))
    for one in answer.swaps:
        if not one.models:
            yield _("No request of {model} in this period.").format(model=safe(one.source, _NAME_COLUMNS))
        elif one.unpriced_requests:
            yield language.ngettext(
                "{count} request of {model} is left out: no price of its day is known.",
                "{count} requests of {model} are left out: no price of their day is known.",
                one.unpriced_requests,
            ).format(count=language.count(one.unpriced_requests), model=safe(one.source, _NAME_COLUMNS))
    if without := answer.requests_without_detail:
        yield language.ngettext(
            "{count} request can't be replayed, its detail was deleted: it counts as it was.",
            "{count} requests can't be replayed, their detail was deleted: they count as they were.",
            without,
        ).format(count=language.count(without))
