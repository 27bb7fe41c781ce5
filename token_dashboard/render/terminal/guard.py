"""``tokens guard``: one line that says whether to go on, and why."""

from token_dashboard.model.budget import Verdict
from token_dashboard.model.guard import DemandKind, Finding, GuardAnswer, GuardReason
from token_dashboard.model.money import Money
from token_dashboard.render.columns import safe
from token_dashboard.render.language import N_, NO_BREAK, Language
from token_dashboard.render.phrases import window_name
from token_dashboard.render.times import rough
from token_dashboard.render.usage_words import model_name

_VERDICTS = {
    Verdict.GO: N_("go: {why}"),
    Verdict.STOP: N_("stop: {why}"),
    Verdict.UNKNOWN: N_("unknown: {why}"),
}
_NAME = 40


def guard_line(answer: GuardAnswer, language: Language) -> str:
    """Those findings that decide come first."""
    why = language.clauses(_finding(one, answer.as_of_ms, language) for one in answer.findings)
    return language.gettext(_VERDICTS[answer.verdict]).format(why=why).replace(NO_BREAK, " ")


def _finding(one: Finding, now_ms: int, language: Language) -> str:
    _ = language.gettext
    if one.reason is GuardReason.FAILED:
        return one.sentence or ""
    name = safe(one.subject, _NAME)
    if one.window is not None:
        name = f"{name} {window_name(one.window, language)}"
    return f"{name} {_said(one, now_ms, language)}"


def _said(one: Finding, now_ms: int, language: Language) -> str:
    _ = language.gettext
    match one.reason:
        case GuardReason.ENOUGH | GuardReason.TOO_LITTLE:
            return _figure(one, language)
        case GuardReason.USED_UP:
            return _("is used up") if one.kind is DemandKind.BUDGET else _("is empty")
        case GuardReason.UNPRICED:
            models = language.listed(model_name(model, 24, language) for model in one.models)
            return _("can't be told: no price is known for {models}").format(models=models)
        case GuardReason.OLD:
            age = rough((now_ms - (one.taken_ms or now_ms)) / 1000, language)
            return _("was last seen {age} ago").format(age=age)
        case GuardReason.RESET:
            return _("has begun anew, and wasn't looked at since")
        case GuardReason.NOT_SET_UP:
            return _("is not set up here")
        case GuardReason.SEVERAL_CURRENCIES:
            return _("has balances in several currencies: name one, as in --min 2USD")
    return _("tells no such figure")


def _figure(one: Finding, language: Language) -> str:
    """``has $3.21 left, 10 wanted``; of a window how much of it is used."""
    _ = language.gettext
    if one.used_percent is not None and one.most_percent is not None:
        used, most = language.percent(one.used_percent), language.percent(one.most_percent)
        if one.reason is GuardReason.TOO_LITTLE:
            return _("{used} used, the limit is {limit}").format(used=used, limit=most)
        return _("{used} used").format(used=used)
    left = language.money(one.left or Money(0))
    if one.reason is GuardReason.TOO_LITTLE and one.least is not None:
        return _("{money} left, under {limit}").format(money=left, limit=language.limit(one.least))
    return _("{money} left").format(money=left)
