"""Where a price comes from: the operator, a refresh, or the package."""

import json
from pathlib import Path

from token_dashboard.pricing.book import DATA, PriceBook

OPUS = "claude-opus-4-5"
OWN = {OPUS: {"inputPerMillion": "1", "outputPerMillion": "2"}}


def fetched(folder: Path) -> Path:
    """A newer book with one of the package's rows."""
    book = json.loads((DATA / "first_party.json").read_text())
    [row] = [one for one in book["vendors"]["anthropic"] if one["id"] == OPUS]
    path = folder / "prices.json"
    path.write_text(json.dumps({**book, "as_of": "2099-01-01", "vendors": {"anthropic": [row]}}))
    return path


def test_a_price_is_the_packages_unless_it_was_fetched_or_set(tmp_path: Path) -> None:
    book = PriceBook.load(refreshed_path=fetched(tmp_path))
    assert book.origin("anthropic", OPUS) == "fetched"
    assert book.origin("anthropic", "claude-haiku-4-5") == "built-in"
    assert PriceBook.load().origin("anthropic", OPUS) == "built-in"
    assert PriceBook.load(OWN, fetched(tmp_path)).origin("anthropic", OPUS) == "override"
