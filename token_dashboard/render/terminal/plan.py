"""``tokens plan``: what a plan is worth, month by month."""

from collections.abc import Iterator

from token_dashboard.model.plan_value import PlanMonth, PlanValue, PlanValues
from token_dashboard.render.columns import NONE
from token_dashboard.render.language import NO_BREAK, Language
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
from token_dashboard.render.times import day_text, short_day
from token_dashboard.render.usage_words import cost_cell, model_name

_MODEL_COLUMNS = 32
_ALIKE = "#,##0.00"


def print_plans(screen: Screen, answer: PlanValues, names: dict[str, str], language: Language) -> None:
    show(screen, plan_lines(answer, names, language, screen.width))


def plan_lines(answer: PlanValues, names: dict[str, str], language: Language, columns: int) -> list[Line]:
    """A table for each plan, then what its running month comes to."""
    _ = language.gettext
    parts: list[list[Line]] = []
    for plan in answer.plans:
        name = _("All agents") if plan.agent is None else names.get(plan.agent, plan.agent)
        paid = _("{money} a month").format(money=language.limit(plan.paid))
        parts += [
            [*folded(language.listed([name, paid]), columns, HEAD), *_table(plan, language, columns)],
            [line for fact in _facts(plan, language) for line in folded(fact, columns)],
        ]
    remarks = []
    if answer.unpriced_models:
        told = _("Without what has no known price: {models}")
        models = [model_name(model, _MODEL_COLUMNS, language) for model in answer.unpriced_models]
        remarks = folded(told.format(models=language.listed(models)), columns, WARN)
    zone = _("Days as in {zone}.").format(zone=answer.time_zone)
    return blocks(*parts, [*remarks, *folded(zone, columns, QUIET)])


def _table(plan: PlanValue, language: Language, columns: int) -> list[Line]:
    _ = language.gettext
    grid = Grid(
        [
            Column(_("Billing month")),
            Column(_("List cost"), is_number=True),
            Column(_("Worth"), is_number=True),
            Column(_("Paid for itself")),
        ]
    )
    for month in plan.months:
        since, until = day_text(month.since, language), short_day(month.until, language)
        grid.add(
            [
                f"{since} \N{EN DASH} {until}",
                cost_cell(month.totals, language),
                _times(month, language),
                NONE if month.break_even is None else short_day(month.break_even, language),
            ],
            HEAD if month.is_running else "",
        )
    return grid.lines(columns)


def _times(month: PlanMonth, language: Language) -> str:
    if month.ratio is None:
        return NONE
    return f"{decimal(month.ratio, language, _ALIKE)}{NO_BREAK}\N{MULTIPLICATION SIGN}"


def _facts(plan: PlanValue, language: Language) -> Iterator[str]:
    _ = language.gettext
    running = plan.months[-1]
    if running.projected_worth is None:
        return
    end = short_day(running.until, language)
    yield _("{money} by {date}, if it goes on like this").format(
        money=language.about(running.projected_worth), date=end
    )
