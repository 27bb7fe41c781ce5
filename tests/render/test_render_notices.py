"""What the owner reads unasked: each kind of alert, several at once, a summary, a test."""

from dataclasses import replace
from decimal import Decimal

import pytest

from token_dashboard.model.alert import Alert, AlertKind, AlertState, Cause, CauseKind, Condition, Severity
from token_dashboard.model.digest import BalanceLeft, Covers, Digest, ModelShare
from token_dashboard.model.money import Money
from token_dashboard.model.notice import Notice
from token_dashboard.model.period import DAY_MS, HOUR_MS, MINUTE_MS
from token_dashboard.render import chat
from token_dashboard.render.alert_lines import alert_line
from token_dashboard.render.language import language
from token_dashboard.render.picture import bars_png
from token_dashboard.render.times import LocalTime

NOW = 1_795_357_920_000
"""Sunday 2026-11-22 14:32 UTC."""
NAMES = {"openrouter": "OpenRouter"}
LANGUAGES = ("en", "de", "zh")
DIGEST = Digest(
    covers=Covers.WEEK,
    as_of_ms=NOW,
    time_zone="UTC",
    start_ms=NOW // DAY_MS * DAY_MS - 7 * DAY_MS,
    end_ms=NOW // DAY_MS * DAY_MS,
    cost=Money(41_800_000_000),
    tokens=124_000_000,
    requests=1_310,
    previous_cost=Money(25_000_000_000),
    daily_nanos=tuple(day * 10**9 for day in range(14)),
    models=(ModelShare(model="claude-opus-4-5", cost=Money(37 * 10**9), tokens=10**8),),
    unpriced_tokens=2_100_000,
    month=Money(61_200_000_000),
    month_expected=Money(88 * 10**9),
    balances=(
        BalanceLeft(name="OpenRouter", money=Money(3_210_000_000), empty_ms=NOW + DAY_MS, is_stale=True),
    ),
    alerts=(),
)


def alert(kind: AlertKind, state: AlertState = AlertState.NEW, *, age_ms: int = 0) -> Alert:
    """One with every figure that any kind has."""
    condition = Condition(
        key="k",
        kind=kind,
        severity=Severity.WARNING,
        subject="openrouter",
        money=Money(5 * 10**9),
        threshold=Money(10 * 10**9),
        percent=Decimal(81),
        threshold_percent=Decimal(80),
        window="5h",
        per_day=Money(4 * 10**9),
        empty_ms=NOW + 2 * HOUR_MS,
        taken_ms=NOW - age_ms,
        full_ms=NOW + 5 * HOUR_MS,
        ends_ms=NOW + 30 * HOUR_MS,
        budget="daily",
        session="s",
        tokens=120_000,
        causes=(
            Cause(kind=CauseKind.CACHE, name="model-x", before=Decimal(95), after=Decimal(5)),
            Cause(kind=CauseKind.SESSION, name="abc", money=Money(10**9)),
        ),
    )
    return Alert(condition=condition, state=state, since_ms=NOW, number=3)


def said(*alerts: Alert, tag: str = "en", now_ms: int = NOW) -> str:
    return chat.notice(Notice(alerts=alerts), language(tag), now_ms, NAMES, "UTC")


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("state", [AlertState.NEW, AlertState.RESOLVED])
@pytest.mark.parametrize("kind", AlertKind)
def test_every_kind_is_told_whole_and_short_in_every_language(
    kind: AlertKind, state: AlertState, tag: str
) -> None:
    text = said(alert(kind, state), tag=tag)
    assert "{" not in text
    assert "…" not in text
    assert "\N{NO-BREAK SPACE}" not in text
    assert len(text.splitlines()) <= 5
    assert tag == "en" or text != said(alert(kind, state))


@pytest.mark.parametrize("kind", AlertKind)
def test_every_kind_has_a_line_for_lists(kind: AlertKind) -> None:
    line = alert_line(alert(kind), NAMES, LocalTime.of("UTC", NOW, language("en")))
    assert "\n" not in line
    assert "{" not in line
    assert not line.endswith(".")


def test_a_low_balance_says_figure_threshold_what_comes_and_what_to_do() -> None:
    assert said(alert(AlertKind.LOW_BALANCE)).splitlines() == [
        "⚠ OpenRouter balance is $5.00, under your $10.",
        "At $4.00/day it lasts about 2 h (16:32).",
        "Top up, or: /tokens snooze 3 6h",
    ]


def test_a_figure_says_its_age_once_it_has_one() -> None:
    assert said(alert(AlertKind.LOW_BALANCE, age_ms=9 * MINUTE_MS)).count("As of") == 0
    assert said(alert(AlertKind.LOW_BALANCE, age_ms=HOUR_MS)).endswith("\nAs of 13:32.")
    assert said(alert(AlertKind.LOW_BALANCE), now_ms=NOW + 10 * HOUR_MS).endswith("\nAs of yesterday 14:32.")


def test_a_budget_says_when_it_is_used_up_and_when_it_begins_anew() -> None:
    assert said(alert(AlertKind.BUDGET_STEP)).splitlines()[:3] == [
        "⚠ Budget daily: 81% is used, $5.00 of $10.",
        "If it goes on like this, it is used up 19:32.",
        "It begins anew tomorrow 20:32.",
    ]
    full = alert(AlertKind.BUDGET_STEP)
    full = replace(full, condition=replace(full.condition, percent=Decimal(100), full_ms=NOW))
    assert said(full).splitlines()[0] == "⚠ Budget daily is used up: $5.00 of $10."


def test_a_spike_names_its_causes() -> None:
    lines = said(alert(AlertKind.SPEND_SPIKE)).splitlines()
    assert lines[0] == "⚠ $5.00 was spent within two hours; two busy ones cost $10."
    assert lines[1:3] == ["Cache hits fell from 95% to 5%.", "Session abc spent $1.00 of it."]


def test_several_come_under_a_heading_of_their_own() -> None:
    text = said(alert(AlertKind.LOW_BALANCE), alert(AlertKind.LOW_BALANCE, AlertState.RESOLVED))
    heading, first, second = text.split("\n\n")
    assert heading == "2 messages waited for the end of quiet hours"
    assert first.startswith("⚠ OpenRouter balance")
    assert second.startswith("OpenRouter balance is no longer")


def test_a_test_and_what_an_older_version_had_worded_are_told_as_they_are() -> None:
    assert chat.notice(Notice(), language("en"), NOW, NAMES, "UTC").startswith("A test of token-dashboard")
    assert chat.notice(Notice(text="as it was"), language("de"), NOW, NAMES, "UTC") == "as it was"


def test_a_weekly_summary() -> None:
    assert chat.digest(DIGEST, language("en"), NAMES) == (
        "Summary of Nov 15 to Nov 21\n"
        "$41.80 · 124 M tokens, + 2.1 M unpriced, +67% against the week before\n"
        "▁▂▃▃▄▄▅▅▆▆▇▇██\n\n"
        "claude-opus-4-5 $37.00\n\n"
        "Month $61.20, ≈ $88 by Nov 30\n\n"
        "OpenRouter $3.21 left, ≈ 24 h, stale\n\n"
        "Nothing to warn of."
    )


def test_a_summary_of_nothing_is_short() -> None:
    nothing = replace(
        DIGEST,
        covers=Covers.DAY,
        start_ms=DIGEST.end_ms - DAY_MS,
        cost=Money(0),
        requests=0,
        daily_nanos=(0,) * 14,
        models=(),
        month=None,
        balances=(),
        alerts=(alert(AlertKind.LOW_BALANCE, AlertState.RESOLVED),),
    )
    assert chat.digest(nothing, language("en"), NAMES) == (
        "Summary of Nov 21\nNothing was used.\n\nOver since yesterday: OpenRouter"
    )


@pytest.mark.parametrize("values", [(), (0,), (1,), tuple(range(14)), (10**30, 1, 0)])
def test_a_picture_is_a_png_of_moderate_size(values: tuple[int, ...]) -> None:
    picture = bars_png(values)
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert picture.endswith(b"IEND\xaeB`\x82")
    assert len(picture) < 10_000
