"""``tokens insights``: what caching was worth, and what a session and an hour of work cost."""

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal

from token_dashboard.model.insight import Insights, ModelInsight
from token_dashboard.model.money import Money
from token_dashboard.render.columns import NONE, told_apart
from token_dashboard.render.language import Language
from token_dashboard.render.phrases import decimal
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
from token_dashboard.render.times import day_text, hours
from token_dashboard.render.usage_words import cost_cell, model_name, request_count, sold_by, unpriced

_MODEL_COLUMNS = 36


def print_insights(screen: Screen, answer: Insights, language: Language) -> None:
    show(screen, insight_lines(answer, language, screen.width))


def insight_lines(answer: Insights, language: Language, columns: int) -> list[Line]:
    """The models with what caching saved on each, then sessions and hours, then what isn't known."""
    _ = language.gettext
    if not answer.total.requests:
        return folded(_("Nothing was used in this period."), columns)
    grid = Grid(
        [
            Column(_("Model")),
            Column(_("Requests"), is_number=True, is_ornament=True),
            Column(_("In per out"), is_number=True),
            Column(_("Cached"), is_number=True),
            Column(_("List cost"), is_number=True),
            Column(_("Reads saved"), is_number=True),
            Column(_("Writes cost"), is_number=True, is_ornament=True),
            Column(_("Cache saved"), is_number=True),
        ]
    )
    for name, one in zip(_names(answer.models, language), answer.models, strict=True):
        grid.add([name, *_figures(one, language)])
    if len(answer.models) > 1:
        whole = ModelInsight(
            provider=None,
            model=None,
            totals=answer.total,
            input_per_output=answer.input_per_output,
            cache_saving=answer.cache_saving,
            requests_without_detail=answer.requests_without_detail,
        )
        grid.add([_("Total"), *_figures(whole, language)], HEAD)
    return blocks(
        grid.lines(columns),
        [line for fact in _facts(answer, language) for line in folded(fact, columns)],
        [
            *(line for remark in _remarks(answer, language) for line in folded(remark, columns, WARN)),
            *folded(_period(answer, language), columns, QUIET),
        ],
    )


def _names(models: Sequence[ModelInsight], language: Language) -> list[str]:
    """The models' names, with who sells them where several do."""
    names = told_apart({one.model for one in models if one.model})
    sellers = Counter(one.model for one in models)
    told = []
    for one in models:
        name = model_name(names.get(one.model or ""), _MODEL_COLUMNS, language)
        told.append(sold_by(name, one.provider, language) if sellers[one.model] > 1 else name)
    return told


def _figures(one: ModelInsight, language: Language) -> list[str]:
    share = one.totals.cached_share
    return [
        request_count(one.totals, language),
        NONE if one.input_per_output is None else _ratio(one.input_per_output, language),
        NONE if share is None else language.share(share),
        cost_cell(one.totals, language),
        *_saving(one, language),
    ]


def _saving(one: ModelInsight, language: Language) -> list[str]:
    saving, is_whole = one.cache_saving, not one.totals.unpriced_tokens and not one.requests_without_detail
    if saving is None:
        return ["?"] * 3
    parts = saving.saved_by_reads, saving.extra_for_writes, saving.net
    return [_known(part, language, is_whole=is_whole) for part in parts]


def _known(money: Money, language: Language, *, is_whole: bool) -> str:
    """``$4.18 + ?`` where something of it isn't known."""
    return language.money(money) if is_whole else f"{language.money(money)} + ?"


def _ratio(ratio: Decimal, language: Language) -> str:
    """``12``; ``0.4`` where it is small."""
    return decimal(ratio.quantize(Decimal(1) if ratio >= 10 else Decimal("0.1")), language)


def _facts(answer: Insights, language: Language) -> Iterator[str]:
    _ = language.gettext
    is_whole = not answer.total.unpriced_tokens
    if answer.sessions:
        told = language.ngettext("{count} session", "{count} sessions", answer.sessions)
        each = answer.cost_per_session
        yield language.listed(
            [
                told.format(count=language.count(answer.sessions)),
                ""
                if each is None
                else _("{money} each").format(money=_known(each, language, is_whole=is_whole)),
            ]
        )
    hour = answer.cost_per_active_hour
    yield language.listed(
        [
            _("{time} of work").format(time=hours(answer.active_s, language)),
            ""
            if hour is None
            else _("{money} an hour").format(money=_known(hour, language, is_whole=is_whole)),
        ]
    )


def _remarks(answer: Insights, language: Language) -> Iterator[str]:
    if missing := unpriced(answer.total, answer.unpriced_models, language):
        yield missing
    if without := answer.requests_without_detail:
        yield language.ngettext(
            "What caching saved on {count} request isn't known: its detail was deleted.",
            "What caching saved on {count} requests isn't known: their detail was deleted.",
            without,
        ).format(count=language.count(without))


def _period(answer: Insights, language: Language) -> str:
    return language.gettext("{since} to {until}, days as in {zone}.").format(
        since=day_text(answer.since, language), until=day_text(answer.until, language), zone=answer.time_zone
    )
