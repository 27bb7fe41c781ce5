"""Figures as vendors write them: each trap of a unit, by its name."""

from datetime import date
from decimal import Decimal

import msgspec
import pytest

from token_dashboard.model.errors import UnexpectedResponse
from token_dashboard.model.money import Money
from token_dashboard.providers import _units as units
from token_dashboard.providers._answer import decode

NOON = 1_795_348_800_000
"""2026-11-22T12:00:00Z."""


def read(kind: type, written: str) -> object:
    return decode(
        f'{{"figure": {written}}}'.encode(), msgspec.defstruct("Row", [("figure", kind)]), "V"
    ).figure


@pytest.mark.parametrize(
    ("kind", "written", "amount"),
    [
        pytest.param(units.Amount, '"110.00"', "110.00", id="text is a number"),
        pytest.param(units.Cents, '"123.45"', "1.2345", id="anthropic's cents have decimals"),
        pytest.param(units.Cents, "1250", "12.50", id="cents"),
        pytest.param(units.Cents, '"-1899"', "-18.99", id="xai's cents keep their sign"),
        pytest.param(units.TenThousandths, '"125000"', "12.50", id="novita's ten-thousandths"),
        pytest.param(units.Micros, "4310000", "4.31", id="clawrouter's micros"),
        pytest.param(units.NanoUnits, "4210000000", "4.21", id="hugging face's nanos"),
        pytest.param(units.Ticks, "37756000", "0.0037756", id="xai's ticks"),
        pytest.param(units.Cents, "99999999999", "999999999.99", id="many cents are not too much money"),
        pytest.param(units.WrittenAmount, '"$36.00"', "36.00", id="a dollar sign"),
        pytest.param(units.WrittenAmount, '"1,234.50"', "1234.50", id="thousands commas"),
        pytest.param(units.WrittenAmount, '"-$0.50"', "-0.50", id="a sign before the dollar"),
        pytest.param(units.WrittenAmount, "3.5", "3.50", id="or plainly a number"),
    ],
)
def test_money_comes_out_in_whole_units(kind: type, written: str, amount: str) -> None:
    figure = read(kind, written)
    assert isinstance(figure, Decimal)
    assert units.money(figure).amount == amount


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        (units.Amount, '"$36.00"'),
        (units.Amount, '"1,234.50"'),
        (units.WrittenAmount, '"1,23"'),
        (units.WrittenAmount, '"12,50"'),
        (units.WrittenAmount, '"-$-1"'),
        (units.WrittenAmount, '"36 €"'),
        (units.Cents, "true"),
        (units.Cents, '"NaN"'),
        (units.Cents, "1e11"),
        (units.Cents, "1e-30"),
        (units.Count, "-1"),
        (units.Count, "1.5"),
        (units.Count, "true"),
        (units.Currency, '"US"'),
        (units.Currency, '"US$"'),
        (units.Currency, "840"),
        (units.EpochS, "1795348800000"),
        (units.EpochS, "-1"),
        (units.EpochMs, "1795348800"),
        (units.EpochUs, "1795348800000"),
        (units.Iso, '"soon"'),
        (units.Iso, "1795348800"),
        (units.Iso, '"2026-13-01T00:00:00Z"'),
        (units.Iso, '"9999-12-31T23:59:59-23:59"'),
    ],
)
def test_what_cannot_be_true_is_refused_by_the_name_of_its_field(kind: type, written: str) -> None:
    if written == '"9999-12-31T23:59:59-23:59"':
        assert isinstance(read(kind, written), int)  # past the calendar's end, and no overflow
        return
    with pytest.raises(UnexpectedResponse) as caught:
        read(kind, written)
    assert caught.value.params["fields"] == "$.figure"


@pytest.mark.parametrize(
    ("kind", "written", "time_ms"),
    [
        pytest.param(units.EpochS, "1795348800", NOON, id="seconds"),
        pytest.param(units.EpochS, '"1795348800"', NOON, id="seconds as text"),
        pytest.param(units.EpochS, "1795348800.25", NOON + 250, id="seconds with a fraction"),
        pytest.param(units.EpochMs, "1795348800000", NOON, id="milliseconds"),
        pytest.param(units.EpochUs, "1795348800000000", NOON, id="microseconds"),
        pytest.param(units.EpochS, "0", 0, id="zero is left to the reader"),
        pytest.param(units.Iso, '"2026-11-22T12:00:00Z"', NOON, id="iso"),
        pytest.param(units.Iso, '"2026-11-22T12:00:00.443553353Z"', NOON + 443, id="iso with nanoseconds"),
        pytest.param(units.Iso, '"2026-11-22T13:00:00+01:00"', NOON, id="iso with an offset"),
        pytest.param(units.Iso, '"2026-11-22T12:00:00"', NOON, id="iso without an offset is utc"),
        pytest.param(units.Iso, '"2026-11-22"', NOON - 43_200_000, id="a bare date is its first moment"),
    ],
)
def test_a_moment_comes_out_in_milliseconds(kind: type, written: str, time_ms: int) -> None:
    assert read(kind, written) == time_ms


def test_a_count_may_be_text_and_a_currency_is_written_in_capitals() -> None:
    assert read(units.Count, '"311"') == 311
    assert read(units.Currency, '"usd"') == "USD"


@pytest.mark.parametrize(
    ("written", "money"),
    [
        ('{"currencyCode": "USD", "units": "3", "nanos": 250000000}', Money(3_250_000_000)),
        ('{"currencyCode": "EUR", "nanos": -1}', Money(-1, "EUR")),
        ('{"currencyCode": "usd", "units": "0"}', Money(0)),
    ],
)
def test_money_of_units_and_nanos_is_their_sum(written: str, money: Money) -> None:
    assert decode(written.encode(), units.ProtoMoney, "V").money == money


def test_percentages_come_out_as_used() -> None:
    assert units.percent(12, 1000) == Decimal("1.2")
    assert units.percent(60, 50) == 120
    assert units.percent(3, 0) is None
    assert units.percent(3, -1) is None
    assert units.percent_of_fraction(Decimal("0.42")) == 42
    assert units.percent_of_remaining(Decimal("82.0")) == 18
    assert units.percent_of_remaining(Decimal(-5)) == 105
    assert units.percent_of_remaining_fraction(Decimal("0.82")) == 18


@pytest.mark.parametrize(
    ("written", "length_ms"),
    [
        ("6m0s", 360_000),
        ("88ms", 88),
        ("1h2m3.5s", 3_723_500),
        ("37s", 37_000),
        ("500us", 0),
        ("", None),
        ("6", None),
        ("6 m", None),
        ("-1s", None),
        ("soon", None),
    ],
)
def test_a_duration_is_read_as_go_writes_it(written: str, length_ms: int | None) -> None:
    assert units.duration_ms(written) == length_ms


def test_days_are_those_of_utc() -> None:
    assert units.day_of(NOON) == date(2026, 11, 22)
    assert units.day_start_ms(date(2026, 11, 22)) == NOON - 43_200_000
