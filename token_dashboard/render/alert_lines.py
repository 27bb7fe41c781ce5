"""Alerts in one line each, for lists."""

from collections.abc import Iterable, Mapping

from token_dashboard.model.alert import Alert, AlertKind, AlertState, Severity
from token_dashboard.model.undelivered import Fate
from token_dashboard.render.alert_words import AlertWords
from token_dashboard.render.columns import safe
from token_dashboard.render.language import N_, Language
from token_dashboard.render.phrases import called, resets, window_name
from token_dashboard.render.times import LocalTime

_NAME_COLUMNS = 24
FATES = {
    Fate.GAVE_UP: N_("given up after a day"),
    Fate.REFUSED: N_("refused"),
    Fate.UNCERTAIN: N_("it may have arrived"),
    Fate.CROWDED_OUT: N_("too many were waiting"),
}
"""Why a message did not arrive."""


def standing(alerts: Iterable[Alert]) -> list[Alert]:
    """The alerts that hold, critical ones first."""
    holding = [alert for alert in alerts if alert.state is not AlertState.RESOLVED]
    return sorted(holding, key=lambda alert: alert.condition.severity is not Severity.CRITICAL)


def alert_name(alert: Alert, names: Mapping[str, str], language: Language) -> str:
    subject = alert.condition.subject
    if subject == "*":
        return language.gettext("All agents")
    return safe(called(names, subject, alert.condition.account) or subject, _NAME_COLUMNS)


def alert_line(alert: Alert, names: Mapping[str, str], time: LocalTime) -> str:
    """One line, without its sign: ``OpenRouter $3.21, ≈ 18 h (under $10)``."""
    condition, language = alert.condition, time.language
    name = alert_name(alert, names, language)
    money = "" if condition.money is None else language.money(condition.money)
    limit = "" if condition.threshold is None else language.limit(condition.threshold)
    if condition.kind is AlertKind.WINDOW_USED and condition.percent is not None:
        used = f"{window_name(condition.window or '', language)} {language.percent(condition.percent)}"
        return language.listed([f"{name} {used}", resets(condition.empty_ms, time)])
    if condition.kind is AlertKind.HIGH_SPEND:
        line = language.gettext("{name} spent {money} today (limit {limit})")
        return line.format(name=name, money=money, limit=limit)
    if condition.kind is AlertKind.HIGH_MONTH_SPEND:
        line = language.gettext("{name} spent {money} this month (limit {limit})")
        return line.format(name=name, money=money, limit=limit)
    if condition.kind is AlertKind.LOW_BALANCE:
        if condition.empty_ms is not None:
            money = language.listed([money, time.runway(condition.empty_ms)])
        line = language.gettext("{name} {money} (under {limit})")
        return line.format(name=name, money=money, limit=limit)
    if condition.kind is AlertKind.SHORT_RUNWAY and condition.empty_ms is not None:
        return language.listed([f"{name} {money}", time.runway(condition.empty_ms)])
    words = AlertWords(alert, name, language, time.now_ms, time.tz.key)
    return words.lines()[0].rstrip(".。")
