"""Whether prices are others than before, told without reading them."""

import os
from pathlib import Path

from token_dashboard.pricing.edition import edition
from token_dashboard.pricing.overrides import Override

OWN: dict[str, Override] = {
    "a": {"inputPerMillion": 1, "outputPerMillion": 2},
    "b": {"inputPerMillion": 3, "outputPerMillion": 4},
}


def test_the_same_prices_are_the_same_edition(tmp_path: Path) -> None:
    refreshed = tmp_path / "prices.json"
    turned = dict(reversed(OWN.items()))
    assert edition(OWN, refreshed) == edition(turned, refreshed) == edition(OWN, tmp_path / "elsewhere.json")


def test_own_prices_that_change_are_another_edition(tmp_path: Path) -> None:
    refreshed = tmp_path / "prices.json"
    changed = {**OWN, "b": {"inputPerMillion": 3, "outputPerMillion": 5}}
    assert len({edition(own, refreshed) for own in ({}, OWN, changed)}) == 3


def test_a_refreshed_book_that_comes_or_is_replaced_or_goes_is_another_edition(tmp_path: Path) -> None:
    refreshed = tmp_path / "prices.json"
    without = edition(OWN, refreshed)
    refreshed.write_text("one")
    first = edition(OWN, refreshed)
    refreshed.write_text("two")
    os.utime(refreshed, ns=(0, 0))
    second = edition(OWN, refreshed)
    refreshed.unlink()
    assert len({without, first, second}) == 3
    assert edition(OWN, refreshed) == without
