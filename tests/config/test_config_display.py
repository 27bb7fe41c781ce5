"""Rates of the currency that an operator wants to see."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from token_dashboard.config.display import exchange_of
from token_dashboard.config.finding import Loaded, load
from token_dashboard.model.errors import ConfigError
from token_dashboard.model.exchange import Exchange


def loaded(folder: Path, display: str) -> Loaded:
    file = folder / "config.json5"
    file.write_text(f"{{ display: {display} }}")
    return load(file, {"HOME": str(folder)})


def test_without_a_currency_there_is_nothing_to_exchange(tmp_path: Path) -> None:
    said = loaded(tmp_path, '{ rates: { EUR: "0.92" } }')
    assert exchange_of(said, None) is exchange_of(said, "usd") is None
    assert exchange_of(said, "eur") == Exchange(currency="EUR", rates=((date.min, Decimal("0.92")),))


def test_the_owners_currency_holds_unless_another_is_asked_for(tmp_path: Path) -> None:
    said = loaded(tmp_path, '{ currency: "EUR", rates: { EUR: 0.92, JPY: 151 } }')
    found = [exchange_of(said, asked) for asked in (None, "JPY", "USD")]
    assert [one and one.currency for one in found] == ["EUR", "JPY", None]


def test_a_currency_that_is_worth_nothing_is_refused_as_such(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"\$\.display\.rates\.EUR is 0; a rate above 0 is needed"):
        exchange_of(loaded(tmp_path, "{ rates: { EUR: 0 } }"), "EUR")


def test_rates_of_days_are_read_from_beside_the_configuration(tmp_path: Path) -> None:
    said = loaded(tmp_path, '{ ratesFile: "rates.csv" }')
    (tmp_path / "rates.csv").write_text(
        "\ufeffDate,GBP,eur\n2026-11-02,0.77,0.92\n\n2026-11-03,0.76,\n2026-11-01,,0.9\n"
    )
    found = exchange_of(said, "EUR")
    assert found is not None
    assert found.rates == ((date(2026, 11, 1), Decimal("0.9")), (date(2026, 11, 2), Decimal("0.92")))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1 must name its columns: date, and EUR"),
        ("date,GBP\n", "line 1 must name its columns: date, and EUR"),
        ("EUR\n1\n", "line 1 must name its columns"),
        ("date,EUR\n", "line 1 has no rate of EUR."),
        ("date,EUR\n2026-13-01,1\n", "line 2 needs a day like 2026-11-22 and a rate like 0.92."),
        ("date,EUR\n2026-11-01,1\n2026-11-02,much\n", "line 3 needs a day"),
        ("date,EUR\n2026-11-01,0\n", "line 2 has a rate of 0; one above 0 is needed."),
        ("date,EUR\n2026-11-01,-1\n", "line 2 has a rate of -1"),
        ("date,EUR\n2026-11-01,NaN\n", "line 2 has a rate of NaN"),
        ("date,EUR\n2026-11-01,1\n\n20261101,2\n", "line 4 has a second rate for 2026-11-01."),
    ],
)
def test_a_file_that_cannot_be_used_is_told_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    known = loaded(tmp_path, '{ ratesFile: "rates.csv" }')
    (tmp_path / "rates.csv").write_text(text)
    with pytest.raises(ConfigError) as caught:
        exchange_of(known, "EUR")
    assert str(caught.value).startswith(f"{tmp_path / 'rates.csv'}: {said}")


def test_a_currency_without_a_rate_says_where_to_give_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"\$\.display\.rates has no CHF"):
        exchange_of(loaded(tmp_path, "{}"), "CHF")
    with pytest.raises(ConfigError, match=r"rates.csv: as display.ratesFile can't be read: No such file"):
        exchange_of(loaded(tmp_path, '{ ratesFile: "rates.csv" }'), "CHF")
