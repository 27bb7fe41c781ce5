"""Bills that tell one thing in several lines."""

from datetime import date

from token_dashboard.model.money import Money
from token_dashboard.model.snapshot import DailyCost
from token_dashboard.providers._books import added_up


def charged(nanos: int, currency: str = "USD", line: str | None = "input", day: int = 21) -> DailyCost:
    money = Money(nanos, currency)
    return DailyCost(day=date(2026, 11, day), scope="organization", money=money, line=line)


def test_lines_of_one_thing_are_one_figure_and_credit_notes_lessen_it() -> None:
    assert added_up([charged(5), charged(7), charged(-2)]) == (charged(10),)


def test_days_lines_and_currencies_stay_apart() -> None:
    apart = (
        charged(5),
        charged(5, day=22),
        charged(5, line="output"),
        charged(5, line=None),
        charged(5, "EUR"),
    )
    assert added_up([*apart, *apart]) == tuple(
        charged(10, one.money.currency, one.line, one.day.day) for one in apart
    )
