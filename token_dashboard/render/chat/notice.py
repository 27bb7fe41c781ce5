"""What the owner reads unasked: an alert, those that waited for the end of quiet hours, a digest, a test."""

from collections.abc import Mapping

from token_dashboard.model.notice import Notice
from token_dashboard.render.chat.alert import alert
from token_dashboard.render.chat.digest import digest
from token_dashboard.render.language import Language
from token_dashboard.render.phrases import called

_MOST_WORDS = 4000


def notice(notice: Notice, language: Language, now_ms: int, names: Mapping[str, str], time_zone: str) -> str:
    """The whole message; its first line says what it is about."""
    if notice.digest is not None:
        return digest(notice.digest, language, names)
    if notice.text is not None:
        return notice.text
    said = [
        alert(
            one,
            language,
            now_ms,
            name=called(names, one.condition.subject, one.condition.account),
            time_zone=time_zone,
        )
        for one in notice.alerts
    ]
    if not said:
        return language.gettext("A test of token-dashboard: messages arrive here.")
    if len(said) == 1:
        return said[0]
    heading = language.ngettext(
        "{count} message waited for the end of quiet hours",
        "{count} messages waited for the end of quiet hours",
        len(said),
    )
    return "\n\n".join([heading.format(count=language.count(len(said))), *said])[:_MOST_WORDS]
