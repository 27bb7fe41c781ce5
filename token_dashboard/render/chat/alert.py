"""A message to the owner about one crossing."""

from token_dashboard.model.alert import Alert, AlertKind, AlertState
from token_dashboard.render.alert_words import AlertWords
from token_dashboard.render.columns import safe
from token_dashboard.render.language import NO_BREAK, Language


def alert(
    alert: Alert, language: Language, now_ms: int, *, name: str | None = None, time_zone: str | None = None
) -> str:
    """A new alert, or the good news that it is over.

    ``name`` is the provider's display name (else its id); without the owner's ``time_zone`` only lengths of
    time are told.
    """
    subject = safe(name or alert.condition.subject)
    if alert.condition.subject == "*":
        subject = language.gettext("All agents")
    words = AlertWords(alert, subject, language, now_ms, time_zone)
    if alert.state is AlertState.RESOLVED:
        return words.over().replace(NO_BREAK, " ")
    first, *rest = words.lines()
    if alert.condition.kind is not AlertKind.WINDOW_RESET:
        first = f"⚠ {first}"
    return "\n".join(line for line in (first, *rest, words.age()) if line).replace(NO_BREAK, " ")
