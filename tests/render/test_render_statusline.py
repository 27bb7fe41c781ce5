"""The line of a status bar, whatever it is given."""

import re

import pytest
from hypothesis import given as generated
from hypothesis import strategies as st

from token_dashboard.render.statusline import line

NOW = 1_795_357_920_000
HOUR = 3_600_000
SAID = {
    "session_id": "s1",
    "model": {"id": "claude-opus-4-5", "display_name": "Opus 4.5"},
    "cost": {"total_cost_usd": 0.524},
    "context_window": {"used_percentage": 31.4},
    "rate_limits": {
        "five_hour": {"used_percentage": 42.4, "resets_at": NOW // 1000 + 3 * 3600},
        "seven_day": {"used_percentage": 68, "resets_at": NOW // 1000 + 76 * 3600 + 240},
    },
}
GLANCE: dict[str, object] = {
    "as_of_ms": NOW - 9_000,
    "today_nanos": 4_180_000_000,
    "is_today_partial": False,
    "today_ends_ms": NOW + 9 * HOUR,
    "block_ends_ms": NOW + 2 * HOUR + 15 * 60_000,
    "windows": [
        {"name": "5h", "used_percent": 12.0, "resets_ms": NOW + HOUR},
        {"name": "7d", "used_percent": 99.0, "resets_ms": None},
    ],
    "sessions": {"s1": 1_230_000_000, "s3": 70_000_000},
    "partial_sessions": ["s3"],
    "config": None,
}


def plain(given: object, glance: dict[str, object] | None = GLANCE, now_ms: int = NOW) -> str:
    return line(given, glance, now_ms, has_colour=False)


def test_it_says_the_model_the_costs_what_is_left_and_the_context() -> None:
    assert plain(SAID) == (
        "Opus 4.5 · session $0.52 · today $4.18 · block 2h 15m left"
        " · 5h 42% (3h 0m) · 7d 68% (3d 4h) · context 31%"
    )


def test_without_an_agent_it_says_what_the_ledger_knows() -> None:
    assert plain(None) == "today $4.18 · block 2h 15m left · 5h 12% (1h 0m) · 7d ⚠ 99%"


def test_a_session_that_the_agent_does_not_price_costs_what_the_ledger_says() -> None:
    assert plain({"session_id": "s1"}).startswith("session $1.23 · ")
    assert "session" not in plain({"session_id": "s2"})
    assert plain({"session_id": "s3"}).startswith("session $0.07 + ? · ")


def test_a_session_that_cost_minus_zero_cost_zero() -> None:
    assert plain({"cost": {"total_cost_usd": -0.0}}, None) == "session $0.00"


def test_before_anything_was_found_it_says_what_the_agent_says() -> None:
    assert plain(SAID, None) == "Opus 4.5 · session $0.52 · 5h 42% (3h 0m) · 7d 68% (3d 4h) · context 31%"
    assert plain(None, None) == "tokens: reading logs"


def test_what_is_no_longer_true_is_left_out() -> None:
    assert "today" not in plain(None, GLANCE, NOW + 9 * HOUR)
    assert "block" not in plain(None, GLANCE, NOW + 3 * HOUR)
    assert "5h" not in plain(None, GLANCE, NOW + HOUR)


def test_a_figure_that_is_old_says_how_old() -> None:
    assert "today $4.18 (2h 0m old)" in plain(None, GLANCE, NOW + 2 * HOUR)
    assert "old" not in plain(None, GLANCE, NOW + 200_000)


@pytest.mark.parametrize(
    ("nanos", "is_partial", "told"),
    [
        (0, False, "today $0.00"),
        (None, True, "today ?"),
        (4_180_000_000, True, "today $4.18 + ?"),
        (1, False, "today <$0.01"),
        (1_234_567_000_000, False, "today $1,234.57"),
        (-5, False, "today ?"),
    ],
)
def test_a_cost_is_told_as_far_as_it_is_known(nanos: int | None, is_partial: bool, told: str) -> None:
    found = plain(None, {**GLANCE, "today_nanos": nanos, "is_today_partial": is_partial})
    assert found.startswith(f"{told} · ")


def test_colour_says_no_more_than_the_words() -> None:
    full = {"context_window": {"used_percentage": 93}, "rate_limits": {"five_hour": {"used_percentage": 80}}}
    coloured = line(full, None, NOW, has_colour=True)
    assert coloured == "5h \x1b[33m80%\x1b[0m · context \x1b[31m⚠ 93%\x1b[0m"
    assert re.sub(r"\x1b\[\d+m", "", coloured) == line(full, None, NOW, has_colour=False)


@pytest.mark.parametrize(
    ("percent", "shown"),
    [
        (74.4, "74%"),
        (74.6, "\x1b[33m75%\x1b[0m"),
        (89.4, "\x1b[33m89%\x1b[0m"),
        (89.6, "\x1b[31m⚠ 90%\x1b[0m"),
    ],
)
def test_a_share_is_marked_by_the_figure_that_is_shown(percent: float, shown: str) -> None:
    said = {"context_window": {"used_percentage": percent}}
    assert line(said, None, NOW, has_colour=True) == f"context {shown}"


def test_a_reset_that_no_window_can_have_is_left_out() -> None:
    in_milliseconds = {"rate_limits": {"five_hour": {"used_percentage": 42, "resets_at": NOW + HOUR}}}
    assert plain(in_milliseconds, None) == "5h 42%"


def test_a_problem_names_the_command_that_explains_it() -> None:
    assert plain(SAID, {"problem": "config.json5: …"}).endswith(" · ⚠ tokens doctor")


def test_a_name_from_outside_cannot_write_to_the_terminal() -> None:
    assert plain({"model": {"display_name": "a\x1b[2Jb\nc" + "x" * 99}}, None) == "a [2Jb c" + "x" * 32


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def odd(document: dict[str, object]) -> st.SearchStrategy[dict[str, object]]:
    """The document with any of its members replaced by whatever JSON can hold."""
    members = {name: st.just(value) | json_values for name, value in document.items()}
    nested = {
        name: odd(value) | json_values if isinstance(value, dict) else members[name]
        for name, value in document.items()
    }
    return st.fixed_dictionaries({}, optional=nested)


@generated(odd(SAID) | json_values, st.none() | odd(GLANCE))
def test_whatever_it_is_given_it_is_one_line_with_nothing_below_zero(
    given: object, glance: dict[str, object] | None
) -> None:
    found = line(given, glance, NOW, has_colour=False)
    assert found
    assert found.splitlines() == [found]
    assert not re.search(r"\$-|-\$|-0\.00|nan|inf\b|None", re.sub(r"^[^·]*·?", "", found))
