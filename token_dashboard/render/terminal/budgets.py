"""``tokens budget``: a row for each budget, those that stop work first."""

from token_dashboard.model.budget import Budgets, BudgetState, Verdict
from token_dashboard.render.budget_words import none_set, remarks, spent_words, worst_first
from token_dashboard.render.columns import NONE, bar, safe
from token_dashboard.render.language import Language
from token_dashboard.render.terminal._grid import PLAIN, WARN, Column, Grid, Line, Screen, folded, show
from token_dashboard.render.times import LocalTime

COMMAND = "tokens budget"
"""How the command is typed in a terminal."""
_NAME = 40
_BAR_CELLS = 10


def print_budgets(screen: Screen, answer: Budgets, language: Language) -> None:
    show(screen, budget_lines(answer, language, screen.width))


def budget_lines(answer: Budgets, language: Language, columns: int) -> list[Line]:
    """How they stand, for so many columns; or what to type to have one."""
    if not answer.budgets:
        return [line for said in none_set(language, COMMAND) for line in folded(said, columns)]
    time, _ = LocalTime.of(answer.time_zone, answer.as_of_ms, language), language.gettext
    grid = Grid(
        [
            Column(_("Budget")),
            Column(_("Spent"), is_number=True),
            Column(_("Limit"), is_number=True),
            Column(_("Left"), is_number=True),
            Column("", is_ornament=True),
            Column(_("Used"), is_number=True),
            Column(_("Resets")),
        ]
    )
    for state in worst_first(answer):
        is_over = state.verdict is Verdict.STOP
        grid.add(_cells(state, time), WARN if is_over else PLAIN, remarks(state, time))
    return grid.lines(columns)


def _cells(state: BudgetState, time: LocalTime) -> list[str]:
    language, name = time.language, safe(state.budget.name, _NAME)
    used = state.used_percent
    return [
        f"⚠ {name}" if state.verdict is Verdict.STOP else name,
        spent_words(state, language),
        language.limit(state.limit),
        "?" if state.left is None or state.verdict is Verdict.UNKNOWN else language.money(state.left),
        "" if used is None else bar(used, _BAR_CELLS),
        NONE if used is None else language.percent(used),
        time.until(state.period.end_ms),
    ]
