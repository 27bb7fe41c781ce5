"""A downloaded book: taken whole or not at all, and never at the cost of a row that was there."""

import json
import stat
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from token_dashboard.model.errors import TokenDashboardError
from token_dashboard.pricing import refresh
from token_dashboard.pricing.book import DATA, PriceBook
from token_dashboard.pricing.document import digest

DAY = date(2026, 11, 30)


def install(raw: bytes, into: Path, newest: date = date(2025, 1, 1)) -> None:
    refresh.install(raw, into, name=into.name, newest=newest)


NEW_PRICE = {
    "id": "claude-opus-4-5",
    "prices": [{"rates": [10**9, None, None, None, 2 * 10**9]}],
    "source": "test",
}
NEW_MODEL = {
    "id": "claude-next-9",
    "prices": [{"rates": [7 * 10**9, None, None, None, 10**9]}],
    "source": "test",
}


def book(*rows: dict[str, Any], as_of: str = "2099-01-01", **changes: Any) -> bytes:
    vendors = {"anthropic": list(rows)}
    return json.dumps(
        {"format": 1, "as_of": as_of, "digest": digest(vendors), "vendors": vendors} | changes
    ).encode()


def input_rate(path: Path, model: str) -> int | None:
    sheet = PriceBook.load(refreshed_path=path).lookup("anthropic", model, DAY)
    return sheet and sheet.base.rates.input


def test_a_newer_book_has_the_first_word_and_the_packages_rows_stay(tmp_path: Path) -> None:
    into = tmp_path / "state" / "prices.json"
    install(book(NEW_PRICE, NEW_MODEL), into)
    assert stat.S_IMODE(into.stat().st_mode) == 0o600
    assert stat.S_IMODE(into.parent.stat().st_mode) == 0o700
    assert [file.name for file in into.parent.iterdir()] == ["prices.json"]
    assert (input_rate(into, "claude-opus-4-5"), input_rate(into, "claude-next-9")) == (10**9, 7 * 10**9)
    assert input_rate(into, "claude-haiku-4-5") == 10**9
    age = PriceBook.load(refreshed_path=into).age(DAY)
    assert (age.as_of, age.is_refreshed) == (date(2099, 1, 1), True)


def test_an_older_book_only_adds_what_the_package_lacks(tmp_path: Path) -> None:
    into = tmp_path / "prices.json"
    install(book(NEW_PRICE, NEW_MODEL, as_of="2025-01-01"), into)
    assert (input_rate(into, "claude-opus-4-5"), input_rate(into, "claude-next-9")) == (5 * 10**9, 7 * 10**9)
    assert not PriceBook.load(refreshed_path=into).age(DAY).is_refreshed


def test_the_checked_in_book_can_be_installed(tmp_path: Path) -> None:
    install((DATA / "first_party.json").read_bytes(), tmp_path / "prices.json")
    assert input_rate(tmp_path / "prices.json", "claude-opus-4-5") == 5 * 10**9


WHOLE = book(NEW_PRICE)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        WHOLE[:-1],
        WHOLE[: len(WHOLE) // 2],
        WHOLE.replace(b"1000000000", b"1000000001", 1),
        b"<html>404</html>",
        b"[]",
        b"\xff\xfe",
        book(NEW_PRICE, format=2),
        book(NEW_PRICE, as_of="yesterday"),
        book(),
        book(NEW_PRICE, vendors={}),
        book({"id": "x", "prices": [{"rates": [1, None, None, None, None]}], "source": "s"}),
        book({"id": "x", "prices": [{"rates": [1, None, None, None, -1]}], "source": "s"}),
        book({"id": "x", "prices": [{"rates": [1.5, None, None, None, 1]}], "source": "s"}),
        book({"id": "x", "prices": [], "source": "s"}),
        book({"id": "x", "source": "s"}),
        book({"id": "x", "prices": "free", "source": "s"}),
        book("x"),
        book(NEW_PRICE, NEW_PRICE),
    ],
)
def test_a_book_that_is_not_whole_is_refused_and_the_former_one_stays(raw: bytes, tmp_path: Path) -> None:
    into = tmp_path / "prices.json"
    install(book(NEW_MODEL), into)
    with pytest.raises(TokenDashboardError, match=r"prices\.json cannot be used"):
        install(raw, into)
    assert input_rate(into, "claude-next-9") == 7 * 10**9
    assert [file.name for file in tmp_path.iterdir()] == ["prices.json"]


def test_a_book_damaged_on_disk_or_never_made_leaves_the_packages_prices(tmp_path: Path) -> None:
    into = tmp_path / "prices.json"
    assert input_rate(into, "claude-opus-4-5") == 5 * 10**9
    into.write_bytes(b'{"format": 1, "as_')
    assert input_rate(into, "claude-opus-4-5") == 5 * 10**9


def test_an_older_book_does_not_replace_a_newer_one(tmp_path: Path) -> None:
    into = tmp_path / "prices.json"
    install(book(NEW_MODEL), into)
    kept = into.read_bytes()
    with pytest.raises(TokenDashboardError, match="older than those in use"):
        install(book(NEW_PRICE, as_of="2025-01-01"), into, newest=date(2026, 1, 1))
    assert into.read_bytes() == kept
