"""Alerts in one line each."""

from dataclasses import replace

from render_sample_accounts import HOUR, LOW_BALANCE, NOW, ZONE

from token_dashboard.model.alert import AlertKind
from token_dashboard.render.alert_lines import alert_line
from token_dashboard.render.language import language
from token_dashboard.render.times import LocalTime


def test_a_short_runway_says_how_long_the_balance_lasts() -> None:
    condition = replace(
        LOW_BALANCE.condition, kind=AlertKind.SHORT_RUNWAY, threshold=None, empty_ms=NOW + 14 * HOUR
    )
    alert = replace(LOW_BALANCE, condition=condition)
    line = alert_line(alert, {"openrouter": "OpenRouter"}, LocalTime.of(ZONE, NOW, language("en")))
    assert line.replace("\N{NO-BREAK SPACE}", " ") == "OpenRouter $3.21, ≈ 14 h"
