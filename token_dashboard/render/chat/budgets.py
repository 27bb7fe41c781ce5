"""The replies to ``/budget``: how budgets stand, what became of a change, and what to write."""

from collections.abc import Sequence

from token_dashboard.model.budget import Budgets, BudgetState, Verdict
from token_dashboard.model.money import Money
from token_dashboard.render.budget_words import none_set, remarks, spent_words, to_set, worst_first
from token_dashboard.render.chat._page import Row, Section, page, texts
from token_dashboard.render.columns import bar, safe
from token_dashboard.render.language import Language
from token_dashboard.render.phrases import resets
from token_dashboard.render.times import LocalTime

CHAT = "/budget"
"""How the command is typed in a chat."""
_BAR_CELLS = 8
_NAME = 40


def budgets(answer: Budgets, language: Language) -> str:
    """All of them, those that stop work first."""
    time = LocalTime.of(answer.time_zone, answer.as_of_ms, language)
    if not answer.budgets:
        return page([Section("", texts(none_set(language, CHAT)))], "", language)
    sections = [Section("", _rows(one, time), least=1) for one in worst_first(answer)]
    return page(sections, time.clock(answer.as_of_ms), language)


def budget(state: BudgetState, now_ms: int, time_zone: str, language: Language) -> str:
    """How one stands, after it was changed."""
    time = LocalTime.of(time_zone, now_ms, language)
    return page([Section("", _rows(state, time))], "", language)


def budget_removed(name: str, language: Language) -> str:
    sentence = language.gettext("Budget {budget} is gone.")
    return _said(sentence.format(budget=safe(name, _NAME)), language)


def budget_is_configured(name: str, language: Language, command: str = CHAT) -> str:
    """What stands in the settings can't be changed here."""
    sentence = language.gettext(
        "Budget {budget} stands in the configuration: change it there. Here it can be raised for a while:"
        " {command} raise {budget} 2"
    )
    return _said(sentence.format(budget=safe(name, _NAME), command=command), language)


def which_budget(wanted: str | None, known: Sequence[str], language: Language, command: str = CHAT) -> str:
    """None was named, or none that can be changed so is called like that."""
    _ = language.gettext
    lines = [_("Which budget?")]
    if wanted is not None:
        lines = [_('There is no budget "{wanted}" to change.').format(wanted=safe(wanted, _NAME))]
    if known:
        lines.append(_("Known: {names}").format(names=language.listed(known)))
    else:
        lines.append(to_set(language, command))
    return page([Section("", texts(lines))], "", language)


def only_the_owner_budgets(language: Language) -> str:
    """Somebody else asked."""
    return _said(language.gettext("Only the bot's owner can change budgets."), language)


def how_to_budget(language: Language, fault: str | None = None, command: str = CHAT) -> str:
    """What can be written; ``fault`` is what was not understood, if anything was written."""
    _ = language.gettext
    said = ""
    if fault is not None:
        said = _("That was not understood.")
    if fault:
        said = _('"{word}" was not understood.').format(word=safe(fault, 20))
    examples = [
        [command, _("how they stand")],
        [f"{command} set 5/day", _("five dollars a day")],
        [f"{command} set 20/week for agent codex", ""],
        [f"{command} add 2 today", _("more, until midnight")],
        [f"{command} raise daily 2 until friday", ""],
        [f"{command} remove daily", _("one that was set here")],
    ]
    lines = [f"{example} - {meaning}" if meaning else example for example, meaning in examples]
    return page([Section("", texts([said])), Section("", texts(lines))], "", language)


def _rows(state: BudgetState, time: LocalTime) -> list[Row]:
    language, name = time.language, safe(state.budget.name, _NAME)
    _ = language.gettext
    lines = [f"{name}  {_figure(state, language)}"]
    if state.verdict is Verdict.STOP:
        lines = [f"⚠ {lines[0]}"]
    used = ""
    if state.used_percent is not None:
        used = f"{bar(state.used_percent, _BAR_CELLS)} {language.percent(state.used_percent)}"
    lines.append(f"  {language.listed([used, resets(state.period.end_ms, time)])}")
    lines += [f"  {remark}" for remark in remarks(state, time)]
    return [Row(name, line) for line in lines]


def _figure(state: BudgetState, language: Language) -> str:
    """``$3.20 of $5, $1.80 left``; what isn't known isn't left out."""
    _ = language.gettext
    limit = language.limit(state.limit)
    if state.spent is None or state.left is None:
        return _("? of {limit}").format(limit=limit)
    told = _("{money} of {limit}").format(money=spent_words(state, language), limit=limit)
    if state.left.nanos < 0:
        over = Money(-state.left.nanos, state.left.currency)
        return language.listed([told, _("{money} over").format(money=language.money(over))])
    if state.verdict is not Verdict.GO:
        return told
    return language.listed([told, _("{money} left").format(money=language.money(state.left))])


def _said(sentence: str, language: Language) -> str:
    return page([Section("", texts([sentence]))], "", language)
