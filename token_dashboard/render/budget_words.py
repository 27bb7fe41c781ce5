"""What chat and terminal say of budgets and forecasts alike."""

from collections.abc import Sequence
from dataclasses import fields

from token_dashboard.model.budget import Budgets, BudgetState, Raise, Scope, UnpricedPolicy, Verdict
from token_dashboard.render.columns import safe
from token_dashboard.render.language import N_, Language
from token_dashboard.render.times import LocalTime
from token_dashboard.render.usage_words import model_name

_VALUE = 32
_MOST_MODELS = 3
_SCOPES = {
    "provider": N_("provider {name}"),
    "model": N_("model {name}"),
    "agent": N_("agent {name}"),
    "app": N_("app {name}"),
    "project": N_("project {name}"),
    "user": N_("user {name}"),
    "feature": N_("feature {name}"),
    "team": N_("team {name}"),
    "sender": N_("sender {name}"),
}
_UNPRICED = {
    UnpricedPolicy.DENY: N_("no price is known for {models}: it counts as used up"),
    UnpricedPolicy.ASK: N_("no price is known for {models}: what is left isn't known"),
    UnpricedPolicy.ASSUME_MAX: N_("no price is known for {models}: counted at the highest one"),
    UnpricedPolicy.IGNORE: N_("no price is known for {models}: not counted"),
}
_WORST_FIRST = (Verdict.STOP, Verdict.UNKNOWN, Verdict.GO)


def worst_first(answer: Budgets) -> Sequence[BudgetState]:
    """Those that stop work, then those of which nobody knows."""
    return sorted(answer.budgets, key=lambda one: _WORST_FIRST.index(one.verdict))


def none_set(language: Language, command: str) -> list[str]:
    """There is no budget, and what to type behind ``command`` to have one."""
    return [language.gettext("No budget is set."), to_set(language, command)]


def to_set(language: Language, command: str) -> str:
    return language.gettext("To set one: {command} set 5/day").format(command=command)


def scope_words(scope: Scope, language: Language) -> str:
    """``for agent codex, model gpt-5``; empty for everything."""
    given = [(one.name, getattr(scope, one.name)) for one in fields(Scope)]
    told = [
        language.gettext(_SCOPES[name]).format(name=safe(value, _VALUE))
        for name, value in given
        if value is not None
    ]
    return language.gettext("for {scope}").format(scope=language.listed(told)) if told else ""


def spent_words(state: BudgetState, language: Language) -> str:
    """``$3.20``; what isn't known isn't left out: ``$3.20 + ?``."""
    if state.spent is None:
        return "?"
    is_whole = not state.unpriced or state.budget.unpriced is not UnpricedPolicy.ASK
    return language.money(state.spent) if is_whole else f"{language.money(state.spent)} + ?"


def remarks(state: BudgetState, time: LocalTime) -> list[str]:
    """When it is used up, by what it is raised, whose use it counts, and what has no price."""
    language, _ = time.language, time.language.gettext
    told: list[str] = []
    if state.crosses_ms is not None and state.crosses_ms > time.now_ms:
        told.append(_("used up ≈ {time}").format(time=time.when(state.crosses_ms)))
    told += [_raised(one, time) for one in state.raises]
    if scope := scope_words(state.budget.scope, language):
        told.append(scope)
    if state.unpriced:
        named = [model_name(one.model, 24, language) for one in state.unpriced[:_MOST_MODELS]]
        more = ["…"] if len(state.unpriced) > _MOST_MODELS else []
        said = _(_UNPRICED[state.budget.unpriced])
        told.append(said.format(models=language.listed([*named, *more])))
    return told


def _raised(one: Raise, time: LocalTime) -> str:
    said = time.language.gettext("{money} of it until {time}")
    return said.format(money=time.language.limit(one.money), time=time.when(one.until_ms))
