"""``tokens forecast``: when balances and windows are used up, and what the month will have cost."""

from token_dashboard.model.budget import Scope
from token_dashboard.model.forecast import (
    BalanceForecast,
    Evidence,
    Exhaustion,
    Forecast,
    Method,
    PeriodEnd,
    WindowForecast,
)
from token_dashboard.render.budget_words import scope_words
from token_dashboard.render.columns import safe
from token_dashboard.render.language import N_, Language
from token_dashboard.render.phrases import resets, scoped, window_name
from token_dashboard.render.terminal._grid import (
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
from token_dashboard.render.times import LocalTime
from token_dashboard.render.usage_words import model_name

_NAME = 24
_PER_MILLE = 1000
_METHODS = {
    Method.LINEAR: N_("by the mean of the last seven days"),
    Method.WEEKDAY: N_("by the same hours of the last four weeks"),
}


def print_forecast(screen: Screen, answer: Forecast, language: Language) -> None:
    show(screen, forecast_lines(answer, language, screen.width))


def forecast_lines(answer: Forecast, language: Language, columns: int) -> list[Line]:
    """What runs out, as accounts are ordered everywhere; then the month."""
    time = LocalTime.of(answer.time_zone, answer.as_of_ms, language)
    _ = language.gettext
    kept = scope_words(answer.scope, language)
    grid = Grid([Column(_("Account")), Column(_("Now"), is_number=True), Column(_("Used up"))])
    for balance in answer.balances:
        name = scoped(safe(balance.name, _NAME), balance.scope, language)
        grid.add([name, language.money(balance.balance), _empty(balance, time)])
    for window in answer.windows:
        name = f"{safe(window.name, _NAME)} {window_name(window.window, language)}"
        grid.add([name, language.percent(window.used_percent), _full(window, time)])
    month = _month(answer, time, columns)
    return blocks(folded(kept, columns, QUIET) if kept else [], grid.lines(columns), month)


def _empty(one: BalanceForecast, time: LocalTime) -> str:
    _ = time.language.gettext
    if one.balance.nanos <= 0:
        return _("empty")
    return _told(one.exhaustion, one.taken_ms, time) or _("not within a year")


def _full(one: WindowForecast, time: LocalTime) -> str:
    _ = time.language.gettext
    told = _told(one.exhaustion, one.taken_ms, time)
    if told:
        return told
    return time.language.listed([_("not before it begins anew"), resets(one.resets_ms, time)])


def _told(found: Exhaustion | None, taken_ms: int, time: LocalTime) -> str:
    """When; or why nobody can tell. Empty: it isn't used up within the time that was looked at."""
    language, _ = time.language, time.language.gettext
    if found is None:
        return _("the figure is {age} old").format(age=time.age(taken_ms))
    if found.at_ms is None:
        if found.evidence.method is not None:
            return ""
        if not found.evidence.needed_days:
            return _("its pace isn't known yet")
        return _young(found.evidence, language)
    if found.at_ms <= time.now_ms:
        return _("now")
    around = f"≈ {time.when(found.at_ms)}"
    if found.early_ms is None:
        return around
    early, late = time.when(found.early_ms), None if found.late_ms is None else time.when(found.late_ms)
    if early == late:
        return around
    if late is None:
        between = _("not before {time}").format(time=early)
    else:
        between = _("{first} to {last}").format(first=early, last=late)
    return language.with_remark(around, between)


def _young(evidence: Evidence, language: Language) -> str:
    said = language.gettext("too young: {count} of {needed} days of history")
    return said.format(count=language.count(evidence.observed_days), needed=evidence.needed_days)


def _why(evidence: Evidence, language: Language) -> str:
    """By which method, and how well it did before."""
    if evidence.method is None:
        return ""
    method = language.gettext(_METHODS[evidence.method])
    if evidence.error_permille is None:
        return method
    off = language.ngettext(
        "off by {share} on {count} past day", "off by {share} on {count} past days", evidence.tested_days
    )
    share = language.share(evidence.error_permille / _PER_MILLE)
    return language.clauses([method, off.format(share=share, count=language.count(evidence.tested_days))])


def _month(answer: Forecast, time: LocalTime, columns: int) -> list[Line]:
    language, _ = time.language, time.language.gettext
    lines = [_("This month: no price is known for what was used.")]
    if answer.unmatched:
        said = _("Nothing in the ledger matches {filter}.")
        lines = [said.format(filter=f"--{name} {safe(wanted)}") for name, wanted in answer.unmatched.items()]
    elif answer.month is not None and answer.scope != Scope() and _is_nothing(answer.month):
        lines = [_("Nothing was used in this period.")]  # the name of a scope may be misspelt
    elif answer.month is not None:
        lines = [_expected(answer.month, time), _why(answer.month.evidence, language)]
    told = [line for text in lines if text for line in folded(text, columns)]
    if answer.unpriced_models:
        models = language.listed(model_name(one, 30, language) for one in answer.unpriced_models)
        told += folded(_("Not in it, since no price is known: {models}").format(models=models), columns, WARN)
    return told


def _is_nothing(month: PeriodEnd) -> bool:
    return not month.spent.nanos and not (month.expected and month.expected.nanos)


def _expected(month: PeriodEnd, time: LocalTime) -> str:
    language, _ = time.language, time.language.gettext
    spent = language.money(month.spent)
    if month.expected is None:
        so_far = _("This month {money} so far").format(money=spent)
        return language.listed([so_far, _young(month.evidence, language)])
    said = _("This month {money} so far, {expected} by {day}").format(
        money=spent, expected=language.about(month.expected), day=time.month_end()
    )
    if month.low is None or month.high is None:
        return said
    between = _("{first} to {last}").format(first=language.money(month.low), last=language.money(month.high))
    return language.with_remark(said, between)
