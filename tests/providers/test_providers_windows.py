"""A usage window has one name, whoever tells of it."""

import pytest

from token_dashboard.providers._windows import window_name

MINUTE, HOUR, DAY = 60, 3600, 86_400


@pytest.mark.parametrize(
    ("duration_s", "name"),
    [
        (5 * HOUR, "5h"),
        (299 * MINUTE, "5h"),
        (7 * DAY, "7d"),
        (7 * DAY - 1, "7d"),
        (24 * HOUR, "1d"),
        (36 * HOUR, "36h"),
        (90 * MINUTE, "90m"),
        (30 * MINUTE, "30m"),
        (1, "1m"),
        (None, "window"),
    ],
)
def test_a_window_is_named_after_its_length(duration_s: int | None, name: str) -> None:
    assert window_name(duration_s) == name
