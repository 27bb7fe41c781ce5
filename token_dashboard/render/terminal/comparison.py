"""``tokens compare``: two periods beside each other."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from token_dashboard.model.comparison import Change, Comparison, NamedChange, Span
from token_dashboard.model.money import Money
from token_dashboard.model.report import Dimension
from token_dashboard.render.columns import NONE, safe, told_apart
from token_dashboard.render.language import N_, Language
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
from token_dashboard.render.times import short_day
from token_dashboard.render.usage_words import cost_cell, sold_by, unpriced

_NAME_COLUMNS = 32
_Name = Callable[[NamedChange], str]
_KINDS = {
    Dimension.MODEL: N_("Model"),
    Dimension.AGENT: N_("Agent"),
    Dimension.PROJECT: N_("Project"),
}


def print_comparison(screen: Screen, answer: Comparison, language: Language) -> None:
    show(screen, comparison_lines(answer, language, screen.width))


def comparison_lines(answer: Comparison, language: Language, columns: int) -> list[Line]:
    """Totals and models, then what changed most, then what is compared."""
    _ = language.gettext
    if not answer.total.earlier.requests and not answer.total.later.requests:
        return folded(_("Nothing was used in these periods."), columns)
    name = _names(answer, language)
    return blocks(
        _table(answer, name, language, columns),
        _most(answer.most, name, language, columns),
        [
            *(line for remark in _remarks(answer, language) for line in folded(remark, columns, WARN)),
            *folded(_("Days as in {zone}.").format(zone=answer.time_zone), columns, QUIET),
        ],
    )


def _table(answer: Comparison, name: _Name, language: Language, columns: int) -> list[Line]:
    _ = language.gettext
    grid = Grid(
        [
            Column(_("Model")),
            Column(_span(answer.earlier, language), is_number=True),
            Column(_span(answer.later, language), is_number=True),
            Column(_("Change"), is_number=True),
            Column("%", is_number=True),
            Column(_("Tokens"), is_number=True),
            Column(_("Cached"), is_number=True, is_ornament=True),
        ]
    )
    for one in answer.models:
        grid.add(_cells(name(one), one.change, language))
    grid.add(_cells(_("Total"), answer.total, language), HEAD)
    return grid.lines(columns)


def _cells(name: str, change: Change, language: Language) -> list[str]:
    return [
        name,
        cost_cell(change.earlier, language),
        cost_cell(change.later, language),
        "?" if change.cost is None else signed(change.cost, language),
        _percent(change.cost_percent, language),
        _percent(change.tokens_percent, language),
        _points(change.cached_points),
    ]


def signed(money: Money, language: Language) -> str:
    """``+$1.20``, ``-$0.30``; nothing is ``$0.00``."""
    told = language.money(money)
    return f"+{told}" if money.nanos > 0 else told


def _percent(percent: Decimal | None, language: Language) -> str:
    if percent is None:
        return NONE
    sign = "+" if percent > 0 else "-" if percent < 0 else ""
    return sign + language.percent(abs(percent))


def _points(points: Decimal | None) -> str:
    """``-3`` percentage points."""
    if points is None:
        return NONE
    return f"{round(points):+d}" if round(points) else "0"


def _names(answer: Comparison, language: Language) -> _Name:
    """What things are called: models without dates, and with who bills them where several do."""
    models = told_apart({one.name for one in answer.models if one.name})
    sellers = Counter(one.name for one in answer.models)

    def name(one: NamedChange) -> str:
        told = one.name or language.gettext("unknown")
        if one.dimension is not Dimension.MODEL:
            return safe(told, _NAME_COLUMNS)
        model = safe(models.get(told, told), _NAME_COLUMNS)
        return sold_by(model, one.provider, language) if sellers[one.name] > 1 else model

    return name


def _span(span: Span, language: Language) -> str:
    if span.since == span.until:
        return short_day(span.since, language)
    return f"{short_day(span.since, language)} \N{EN DASH} {short_day(span.until, language)}"


def _most(found: Sequence[NamedChange], name: _Name, language: Language, columns: int) -> list[Line]:
    lines: list[Line] = []
    for one in found:
        kind = language.gettext(_KINDS[one.dimension])
        change = one.change
        cost = "?" if change.cost is None else signed(change.cost, language)
        tokens = ("+" if change.tokens > 0 else "-" if change.tokens < 0 else "") + language.tokens(
            abs(change.tokens)
        )
        count = language.gettext("{count} tokens").format(count=tokens)
        told = language.gettext("{name}: {finding}").format(
            name=f"{kind} {name(one)}", finding=language.listed([cost, count])
        )
        lines += folded(f"  {told}", columns)
    title = folded(language.gettext("What changed most"), columns, HEAD)
    return [*title, *lines] if lines else []


def _remarks(answer: Comparison, language: Language) -> Iterator[str]:
    _ = language.gettext
    if answer.is_cut:
        yield language.ngettext(
            "The longer period is counted for {count} day, as the other one.",
            "The longer period is counted for {count} days, as the other one.",
            answer.later.days,
        ).format(count=language.count(answer.later.days))
    if answer.both_until is not None:
        yield _("Today isn't over: the last day of both ends at {time}.").format(time=answer.both_until)
    both = answer.total.earlier + answer.total.later
    if missing := unpriced(both, answer.unpriced_models, language):
        yield missing
