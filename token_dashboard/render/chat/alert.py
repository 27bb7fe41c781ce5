"""A message to the owner: what was crossed, how long it lasts, what to do. One message a crossing."""

from token_dashboard.model.alert import Alert, AlertKind, AlertState, Condition
from token_dashboard.render.columns import safe
from token_dashboard.render.language import NO_BREAK, Language
from token_dashboard.render.phrases import window_name
from token_dashboard.render.times import LocalTime, rough


def alert(
    alert: Alert, language: Language, now_ms: int, *, name: str | None = None, time_zone: str | None = None
) -> str:
    """A new alert, or the good news that it is over.

    ``name`` is the provider's display name (else its id); without the owner's ``time_zone`` only lengths of
    time are told.
    """
    condition = alert.condition
    subject = language.gettext("All agents") if condition.subject == "*" else safe(name or condition.subject)
    if alert.state is AlertState.RESOLVED:
        return _resolved(condition, subject, language).replace(NO_BREAK, " ")
    time = LocalTime.of(time_zone, now_ms, language) if time_zone else None
    first, *rest = _lines(condition, subject, language, now_ms, time)
    return "\n".join([f"⚠ {first}", *(line for line in rest if line)]).replace(NO_BREAK, " ")


def _lines(
    condition: Condition, subject: str, language: Language, now_ms: int, time: LocalTime | None
) -> list[str]:
    _ = language.gettext
    money = "…" if condition.money is None else language.money(condition.money)
    limit = "…" if condition.threshold is None else language.limit(condition.threshold)
    if condition.kind is AlertKind.LOW_BALANCE:
        return [
            _("{name} balance is {money}, under your {limit}.").format(
                name=subject, money=money, limit=limit
            ),
            _lasts(condition, language, now_ms, time),
            _("Top up, then: /tokens refresh"),
        ]
    if condition.kind is AlertKind.HIGH_SPEND:
        return [
            _("{name} spent {money} today; your limit is {limit}.").format(
                name=subject, money=money, limit=limit
            ),
            _("What uses it: /burn"),
        ]
    window = window_name(condition.window or "", language)
    used = "…" if condition.percent is None else language.percent(condition.percent)
    return [
        _("{name} {window}: {used} is used.").format(name=subject, window=window, used=used),
        _resets(condition, language, now_ms, time),
    ]


def _lasts(condition: Condition, language: Language, now_ms: int, time: LocalTime | None) -> str:
    """The runway behind the warning, where one is known."""
    if condition.empty_ms is None:
        return ""
    if condition.empty_ms <= now_ms:
        return language.gettext("It is empty.")
    left = rough((condition.empty_ms - now_ms) / 1000, language)
    moment = f" ({time.when(condition.empty_ms)})" if time else ""
    if condition.per_day is None:
        return language.gettext("It lasts about {left}{moment}.").format(left=left, moment=moment)
    return language.gettext("At {money}/day it lasts about {left}{moment}.").format(
        money=language.money(condition.per_day), left=left, moment=moment
    )


def _resets(condition: Condition, language: Language, now_ms: int, time: LocalTime | None) -> str:
    if condition.empty_ms is None or condition.empty_ms <= now_ms:
        return ""
    if time:
        return language.gettext("It resets {time}.").format(time=time.when(condition.empty_ms))
    left = rough((condition.empty_ms - now_ms) / 1000, language)
    return language.gettext("It resets in {left}.").format(left=left)


def _resolved(condition: Condition, subject: str, language: Language) -> str:
    _ = language.gettext
    if condition.kind is AlertKind.WINDOW_USED:
        window = window_name(condition.window or "", language)
        return _("{name} {window} has room again.").format(name=subject, window=window)
    limit = "…" if condition.threshold is None else language.limit(condition.threshold)
    if condition.kind is AlertKind.HIGH_SPEND:
        return _("{name} spends less than {limit} a day again.").format(name=subject, limit=limit)
    if condition.money is None:
        return _("{name} balance is no longer under {limit}.").format(name=subject, limit=limit)
    was = language.money(condition.money)
    return _("{name} balance is no longer under {limit} (it was {was}).").format(
        name=subject, limit=limit, was=was
    )
