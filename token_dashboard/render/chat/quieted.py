"""The replies to ``/tokens ack`` and ``/tokens snooze``."""

from collections.abc import Mapping, Sequence

from token_dashboard.model.alert import Alert
from token_dashboard.render.alert_lines import alert_name
from token_dashboard.render.chat._page import Section, page, texts
from token_dashboard.render.columns import safe
from token_dashboard.render.language import Language
from token_dashboard.render.times import LocalTime


def acknowledged(changed: Sequence[Alert], names: Mapping[str, str], language: Language) -> str:
    """Which alerts are quiet from now on, until they change."""
    sentence = language.gettext("Noted. Nothing more is said of {alerts} unless it grows worse.")
    return _page(sentence.format(alerts=_listed(changed, names, language)), language)


def snoozed(changed: Sequence[Alert], until_ms: int, names: Mapping[str, str], time: LocalTime) -> str:
    """Which alerts are quiet, and until when."""
    sentence = time.language.gettext("Nothing is said of {alerts} until {time}.")
    listed = _listed(changed, names, time.language)
    return _page(sentence.format(alerts=listed, time=time.when(until_ms)), time.language)


def no_such_alert(wanted: str, language: Language) -> str:
    """Nothing that stands is called so."""
    sentence = language.gettext('There is no alert "{wanted}". /tokens alerts shows their numbers.')
    return _page(sentence.format(wanted=safe(wanted, 40)), language)


def not_the_owner(language: Language) -> str:
    """Somebody else asked."""
    return _page(language.gettext("Only the bot's owner can quiet alerts."), language)


def how_to_quiet(language: Language) -> str:
    """The words were not understood."""
    sentence = language.gettext(
        "Write /tokens ack 3, or /tokens snooze 3 2h: the alert's number, and how long (30m, 2h, 1d)."
    )
    return _page(sentence, language)


def _listed(changed: Sequence[Alert], names: Mapping[str, str], language: Language) -> str:
    return language.listed([f"#{alert.number} {alert_name(alert, names, language)}" for alert in changed])


def _page(sentence: str, language: Language) -> str:
    return page([Section("", texts([sentence]))], "", language)
