"""``tokens alerts``: the same as in a chat, as wide as the terminal and with nothing left out."""

from collections.abc import Mapping

from token_dashboard.model.alert import Alerts
from token_dashboard.render.chat.alerts import alert_sections
from token_dashboard.render.language import Language
from token_dashboard.render.terminal._grid import HEAD, QUIET, Line, Screen, blocks, folded, show
from token_dashboard.render.times import LocalTime


def print_alerts(screen: Screen, answer: Alerts, names: Mapping[str, str], language: Language) -> None:
    show(screen, alerts_lines(answer, names, language, screen.width))


def alerts_lines(answer: Alerts, names: Mapping[str, str], language: Language, columns: int) -> list[Line]:
    """What holds and since when, what was over lately, what did not arrive, and when it was looked."""
    time = LocalTime.of(answer.time_zone, answer.as_of_ms, language)
    parts = [
        [
            *(folded(section.title, columns, HEAD) if section.title else []),
            *[line for row in section.rows for line in folded(row.text, columns)],
        ]
        for section in alert_sections(answer, names, time)
        if section.rows
    ]
    return blocks(*parts, folded(time.clock(answer.as_of_ms), columns, QUIET))
