"""How a vendor's JSON is read: exact numbers, unknown kept apart from zero, fields named and values kept."""

from decimal import Decimal

import msgspec
import pytest

from token_dashboard.model.errors import (
    CredentialsRejected,
    PermissionMissing,
    RateLimited,
    UnexpectedResponse,
)
from token_dashboard.model.money import Money
from token_dashboard.providers._answer import Asker, check, decode
from token_dashboard.providers._http import Answer
from token_dashboard.providers._units import Amount, Iso, Number, money


class Row(msgspec.Struct):
    cost: Amount
    count: Number | None = None
    at: Iso | None = None
    kind: str | None = None


class Rows(msgspec.Struct):
    rows: list[Row]


def read_row(cost: str, rest: str = "") -> Row:
    return read_body(f'{{"rows": [{{"cost": {cost}{rest}}}]}}'.encode()).rows[0]


def read_body(body: bytes) -> Rows:
    return read_answer(Answer(200, {}, body))


def read_answer(answer: Answer, now_ms: int = 0) -> Rows:
    check(
        answer,
        Asker(
            provider="Vendor",
            refused=lambda status: CredentialsRejected(provider="Vendor", status=status, where="there"),
            forbidden=lambda status: PermissionMissing(provider="Vendor", status=status, needed="admin key"),
            checks="baseUrl",
            now_ms=now_ms,
        ),
    )
    return decode(answer.body, Rows, "Vendor")


@pytest.mark.parametrize(
    ("written", "nanos"),
    [
        ("0", 0),
        ("-0.0", 0),
        ("0.1", 100_000_000),
        ("1e-9", 1),
        ("-1.2", -1_200_000_000),
        ("123456789.123456789", 123_456_789_123_456_789),
        ('"123456789.123456789"', 123_456_789_123_456_789),
        ('" 3.21 "', 3_210_000_000),
        ("999999999", 999_999_999_000_000_000),
    ],
)
def test_an_amount_is_exact_whether_number_or_text(written: str, nanos: int) -> None:
    assert money(read_row(written).cost) == Money(nanos, "USD")


@pytest.mark.parametrize(
    "written",
    [
        "true",
        "null",
        "[]",
        "{}",
        '""',
        '"NaN"',
        '"sNaN"',
        '"Infinity"',
        '"-inf"',
        '"$1.00"',
        '"1,000.00"',
        "1e9",
        "-1e9",
        "1e999999999",
        "1e-999999999",
        '"1e999999999999999999999"',
        "9" * 5000,
    ],
)
def test_what_is_no_possible_amount_names_its_field_and_nothing_else(written: str) -> None:
    with pytest.raises(UnexpectedResponse) as caught:
        read_row(written)
    assert caught.value.params == {"provider": "Vendor", "fields": "$.rows[0].cost"}


def test_what_was_not_said_is_unknown() -> None:
    assert read_row("1").count is None
    assert read_row("1", ', "count": null').count is None


def test_a_missing_field_is_named_with_its_place() -> None:
    with pytest.raises(UnexpectedResponse) as caught:
        read_body(b'{"rows": [{"cost": 1}, {"count": 2}]}')
    assert caught.value.params["fields"] == "$.rows[1].cost"


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (b"", "$ (not JSON)"),
        (b'{"rows": [{"cost": 1}', "$ (not JSON)"),
        (b'{"rows": [{"cost": NaN}]}', "$ (not JSON)"),
        (b'{"rows": []} and more', "$ (not JSON)"),
        (b"[1]", "$ (the whole answer)"),
        (b'"rows"', "$ (the whole answer)"),
        (b'{"rows": {}}', "$.rows"),
        (b'{"rows": [{"cost": 1, "kind": 5}]}', "$.rows[0].kind"),
        (b'{"rows": [{"cost": 1, "kind": "\xff\xfe"}]}', "$ (not JSON)"),
        (b'{"rows": [{"cost": 1, "at": "yesterday"}]}', "$.rows[0].at"),
        (b'{"rows": [{"cost": 1, "at": 1795357920}]}', "$.rows[0].at"),
    ],
)
def test_another_shape_is_told_by_its_place(body: bytes, fields: str) -> None:
    with pytest.raises(UnexpectedResponse) as caught:
        read_body(body)
    assert caught.value.params["fields"] == fields
    assert caught.value.__cause__ is caught.value.__context__ is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("2026-11-22T14:32:00.001999999Z", 1_795_357_920_001),
        ("2026-11-22T15:32:00+01:00", 1_795_357_920_000),
        ("0001-01-01T00:00:00Z", -62_135_596_800_000),
    ],
)
def test_a_moment_becomes_utc_milliseconds(text: str, expected: int) -> None:
    at = read_row("1", f', "at": "{text}"').at
    assert at == expected


def test_numbers_stay_decimals_through_arithmetic() -> None:
    row = read_row("0.3", ', "count": 0.1')
    assert row.count is not None
    assert row.cost - row.count == Decimal("0.2")


@pytest.mark.parametrize(
    ("headers", "now_ms", "retry_after_s"),
    [
        ({}, 0, None),
        ({"retry-after": "0"}, 0, None),
        ({"retry-after": "1.5"}, 0, 1.5),
        ({"retry-after": "-5"}, 0, None),
        ({"retry-after": "soon"}, 0, None),
        ({"retry-after": "٣"}, 0, None),
        ({"retry-after": "9" * 400}, 0, 86_400),
        ({"retry-after-ms": "1500", "retry-after": "2"}, 0, 1.5),
        ({"retry-after": "Sun, 22 Nov 2026 14:33:00 GMT"}, 1_795_357_920_000, 60),
        ({"retry-after": "Sun, 22 Nov 2026 14:31:00 GMT"}, 1_795_357_920_000, None),
        ({"retry-after": "Sun, 22 Nov 2026 14:33:00 GMT", "date": "nonsense"}, 1_795_357_920_000, 60),
        ({"retry-after": "Sun, 99 Nov 2026 14:33:00 GMT"}, 0, None),
    ],
)
def test_retry_after_is_read_in_each_of_its_forms(
    headers: dict[str, str], now_ms: int, retry_after_s: float | None
) -> None:
    with pytest.raises(RateLimited) as caught:
        read_answer(Answer(429, headers, b""), now_ms)
    assert caught.value.retry_after_s == retry_after_s
