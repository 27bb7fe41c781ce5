"""``tokens alerts history``: the alerts that began last, a line each."""

from collections.abc import Mapping, Sequence

from token_dashboard.model.alert import Alert
from token_dashboard.render.alert_lines import alert_line
from token_dashboard.render.columns import NONE
from token_dashboard.render.terminal._grid import Column, Grid, Line, Screen, folded, show
from token_dashboard.render.times import LocalTime


def print_alert_history(
    screen: Screen, past: Sequence[Alert], names: Mapping[str, str], time: LocalTime
) -> None:
    show(screen, alert_history_lines(past, names, time, screen.width))


def alert_history_lines(
    past: Sequence[Alert], names: Mapping[str, str], time: LocalTime, columns: int
) -> list[Line]:
    """Latest first."""
    _ = time.language.gettext
    if not past:
        return folded(_("Nothing was ever warned of."), columns)
    grid = Grid([Column("#"), Column(_("Since")), Column(_("Until")), Column(_("Alert"))], heading=3)
    for alert in past:
        ended = NONE if alert.resolved_ms is None else time.when(alert.resolved_ms)
        number = "" if alert.number is None else str(alert.number)
        grid.add([number, time.when(alert.since_ms), ended, alert_line(alert, names, time)])
    return grid.lines(columns)
