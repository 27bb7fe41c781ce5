"""Days that commands take."""

import click
import pytest
from click.testing import CliRunner

from token_dashboard.cli.main import tokens


@pytest.mark.parametrize(
    "words",
    [
        ("report", "--since", "0001-01-01"),
        ("history", "stats", "--until", "0001-01-01"),
        ("insights", "--until", "0001-01-01"),
        ("invisible", "--until", "9999-12-31"),
        ("explain", "--day", "9999-12-31"),
        ("explain", "--month", "9999-12"),
        ("ledger", "export", "--since", "1000-01-01"),
        ("ledger", "purge", "--before", "9999-12-31"),
    ],
)
def test_a_day_that_no_log_can_be_of_is_refused_by_name(words: tuple[str, ...]) -> None:
    refused = CliRunner().invoke(tokens, words, standalone_mode=False).exception
    assert isinstance(refused, click.BadParameter)
    assert refused.message == f"{words[-1]!r} lies outside the years 1970 to 2199."


@pytest.mark.parametrize(
    "length", ["", "0d", "-1d", "7", "7 d", "7D", "\uff17d", "36h", "9" * 5000 + "d", "521w1d"]
)
def test_what_is_no_length_of_days_is_refused_with_what_is(length: str) -> None:
    words = ["insights", "--last", length]
    refused = CliRunner().invoke(tokens, words, standalone_mode=False).exception
    assert isinstance(refused, click.BadParameter)
    assert refused.message.startswith(repr(length)[:300])
    assert refused.message.endswith(" isn't days or weeks. Write 7d or 4w, 3650 days at the most.")
    assert len(refused.message) < 500
