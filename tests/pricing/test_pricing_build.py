"""How the checked-in book is made: what the script keeps, refuses and writes."""

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from token_dashboard.pricing.document import digest, faults
from token_dashboard.pricing.rows import Row

ROOT = Path(__file__).parents[2]
DATA = ROOT / "token_dashboard" / "pricing" / "data"


@pytest.fixture(scope="module")
def script() -> Iterator[ModuleType]:
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        yield importlib.import_module("build_price_book")
    finally:
        sys.path.remove(str(ROOT / "scripts"))


def row(name: str, *rates: int, **more: Any) -> Row:
    return {
        "id": name,
        "prices": [{"rates": [rates[0], None, None, None, rates[1]]}],
        "source": "LiteLLM",
    } | more


def checked_in(script: ModuleType, *rows: Row) -> dict[str, Any]:
    book: dict[str, Any] = script.document({"v": list(rows)}, as_of="2026-01-01", sources={})
    return book


def test_a_model_that_no_source_lists_any_more_stays_with_the_day_it_was_last_seen(
    script: ModuleType,
) -> None:
    old = checked_in(script, row("gone", 1, 2), row("here", 1, 2), row("long-gone", 1, 2, seen="2025-05-05"))
    vendors, conflicts = script.unite(old, {"v": [row("here", 1, 2)]}, None)
    assert conflicts == []
    assert {kept["id"]: kept.get("seen") for kept in vendors["v"]} == {
        "gone": "2026-01-01",
        "here": None,
        "long-gone": "2025-05-05",
    }


def test_a_vendor_that_no_source_lists_any_more_stays(script: ModuleType) -> None:
    vendors, _ = script.unite(checked_in(script, row("gone", 1, 2)), {}, None)
    assert [kept["id"] for kept in vendors["v"]] == ["gone"]


def test_a_price_that_changed_without_a_date_stands_against_the_build(script: ModuleType) -> None:
    _, conflicts = script.unite(checked_in(script, row("m", 1, 2)), {"v": [row("m", 1, 3)]}, None)
    assert conflicts == ["v/m"]


def test_a_given_date_starts_the_new_price_and_keeps_the_old_one(script: ModuleType) -> None:
    old = checked_in(script, row("m", 1, 2))
    vendors, conflicts = script.unite(old, {"v": [row("m", 1, 3)]}, "2026-02-01")
    assert conflicts == []
    prices = vendors["v"][0]["prices"]
    assert [(period.get("from"), period["rates"][4]) for period in prices] == [(None, 2), ("2026-02-01", 3)]
    later = checked_in(script, *vendors["v"])
    again, conflicts = script.unite(later, {"v": [row("m", 1, 3)]}, None)
    assert (again["v"][0]["prices"], conflicts) == (prices, [])


def test_a_date_before_the_last_one_changes_nothing(script: ModuleType) -> None:
    dated = row("m", 1, 2) | {"prices": [{"from": "2026-03-01", "rates": [1, None, None, None, 2]}]}
    _, conflicts = script.unite(checked_in(script, dated), {"v": [row("m", 1, 3)]}, "2026-02-01")
    assert conflicts == ["v/m"]


def test_a_source_that_dates_its_new_price_needs_no_help(script: ModuleType) -> None:
    new = row("m", 1, 2)
    new["prices"].append({"from": "2026-02-01", "rates": [1, None, None, None, 3]})
    vendors, conflicts = script.unite(checked_in(script, row("m", 1, 2)), {"v": [new]}, None)
    assert conflicts == []
    assert len(vendors["v"][0]["prices"]) == 2


def test_a_name_that_a_source_drops_stays_a_name_of_its_row(script: ModuleType) -> None:
    old = checked_in(script, row("m", 1, 2, also=["alias", "moved"]))
    vendors, _ = script.unite(old, {"v": [row("m", 1, 2), row("moved", 5, 5)]}, None)
    assert vendors["v"][0]["also"] == ["alias"]
    assert not list(faults(script.document(vendors, as_of="2026-01-02", sources={})))


GENAI = """
providers: list[Provider] = [
    Provider(
        id='x-ai',
        models=[
            ModelInfo(
                id='Grok-9',
                match=ClauseOr(or_=[
                    ClauseEquals(equals='grok-9-latest'), ClauseStartsWith(starts_with='grok-9-')]),
                prices=[
                    ConditionalPrice(prices=ModelPrice(
                        input_mtok=TieredPrices(
                            base=Decimal('2'), tiers=[Tier(start=199999, price=Decimal('4'))]),
                        cache_read_mtok=Decimal('0.2'), output_mtok=Decimal('6'))),
                    ConditionalPrice(
                        constraint=StartDateConstraint(start_date=datetime.date(2026, 4, 30)),
                        prices=ModelPrice(input_mtok=Decimal('1.25'), output_mtok=Decimal('2.5'),
                                          web_searches_kcount=Decimal('5'))),
                ],
                price_variants=[PriceVariant(
                    when={'processing': 'batch'},
                    constraint=StartDateConstraint(start_date=datetime.date(2026, 10, 1)),
                    prices=ModelPrice(input_mtok=Decimal('0.625'), output_mtok=Decimal('1.25')))],
            ),
            ModelInfo(id='grok-voice', match=ClauseEquals(equals='x'),
                      prices=ModelPrice(audio_hours=Decimal('3'))),
        ],
    ),
    Provider(id='nobody', models=[ModelInfo(id='x', match=ClauseEquals(equals='x'), prices=ModelPrice())]),
]
"""
LITELLM = {
    "sample_spec": {"litellm_provider": "one of the providers", "mode": "chat"},
    "xai/grok-9-mini": {
        "litellm_provider": "xai",
        "mode": "chat",
        "input_cost_per_token": 2e-06,
        "output_cost_per_token": 6e-06,
        "input_cost_per_token_above_200k_tokens": 4e-06,
        "output_cost_per_token_above_200k_tokens": 1.2e-05,
        "input_cost_per_token_priority": 4e-06,
        "output_cost_per_token_priority": 1.2e-05,
    },
    "xai/grok-9-20260401": {
        "litellm_provider": "xai",
        "mode": "chat",
        "input_cost_per_token": 1,
        "output_cost_per_token": 1,
    },
    "dashscope/qwen9": {
        "litellm_provider": "dashscope",
        "mode": "chat",
        "tiered_pricing": [
            {"range": [32000.0, 128000.0], "input_cost_per_token": 2e-06, "output_cost_per_token": 9e-06},
            {"range": [0, 32000.0], "input_cost_per_token": 1e-06, "output_cost_per_token": 5e-06},
        ],
    },
    "xai/grok-image": {"litellm_provider": "xai", "mode": "image_generation", "output_cost_per_image": 0.07},
}
OVERLAY = [
    {
        "vendor": "xai",
        "id": "grok-9",
        "also": ["grok-nine"],
        "services": {"fast": 200},
        "source": "xAI",
        "date": "2026-11-01",
    },
    {
        "vendor": "xai",
        "id": "grok-plan",
        "unlisted": "sold within a plan only",
        "source": "xAI",
        "date": "2026-11-01",
    },
    {
        "vendor": "xai",
        "id": "grok-9-mini",
        "prices": [{"from": "2026-01-01", "usd": {"input": "0.1", "output": "0.2"}}],
        "source": "xAI",
        "date": "2026-11-01",
    },
]


def gathered(script: ModuleType, overlay: list[dict[str, Any]]) -> dict[str, dict[str, Row]]:
    dated = importlib.import_module("genai_source").rows(GENAI)
    broad = importlib.import_module("litellm_source").rows(json.dumps(LITELLM).encode())
    vendors = script.gather([*dated, *broad], overlay)
    return {vendor: {kept["id"]: kept for kept in kepts} for vendor, kepts in vendors.items()}


def test_the_dated_source_comes_first_and_the_broad_one_fills_what_it_lacks(script: ModuleType) -> None:
    found = gathered(script, [])
    assert set(found["xai"]) == {"grok-9", "grok-9-mini"}
    dated = found["xai"]["grok-9"]
    assert (dated["also"], dated["starts"]) == (["grok-9-latest"], ["grok-9"])
    assert dated["prices"] == [
        {
            "rates": [2 * 10**9, 2 * 10**8, None, None, 6 * 10**9],
            "over": [[199_999, [4 * 10**9, 2 * 10**8, None, None, 6 * 10**9]]],
            "services": {"batch": 50},
        },
        {
            "from": "2026-04-30",
            "rates": [125 * 10**7, None, None, None, 25 * 10**8],
            "search": 5_000_000,
            "services": {"batch": 50},
        },
    ]
    assert found["xai"]["grok-9-mini"]["prices"] == [
        {
            "rates": [2 * 10**9, None, None, None, 6 * 10**9],
            "over": [[199_999, [4 * 10**9, None, None, None, 12 * 10**9]]],
            "services": {"priority": {"rates": [4 * 10**9, None, None, None, 12 * 10**9]}},
        }
    ]
    assert found["qwen"]["qwen9"]["prices"] == [
        {
            "rates": [10**9, None, None, None, 5 * 10**9],
            "over": [[32_000, [2 * 10**9, None, None, None, 9 * 10**9]]],
        }
    ]


def test_the_overlay_has_the_last_word(script: ModuleType) -> None:
    found = gathered(script, OVERLAY)["xai"]
    assert found["grok-9"]["also"] == ["grok-9-latest", "grok-nine"]
    assert [period["services"] for period in found["grok-9"]["prices"]] == [
        {"batch": 50, "fast": 200},
        {"batch": 50, "fast": 200},
    ]
    assert found["grok-9"]["source"] == "genai-prices with xAI, 2026-11-01"
    assert found["grok-9-mini"]["prices"] == [
        {"from": "2026-01-01", "rates": [10**8, None, None, None, 2 * 10**8]}
    ]
    assert found["grok-plan"] == {
        "id": "grok-plan",
        "unlisted": "sold within a plan only",
        "source": "xAI, 2026-11-01",
    }


def test_equal_data_make_equal_files_whatever_their_order(script: ModuleType) -> None:
    one = script.document(
        {"v": [row("b", 1, 2, also=["z", "y"]), row("a", 1, 2)]}, as_of="2026-01-01", sources={}
    )
    other = script.document(
        {"v": [row("a", 1, 2), row("b", 1, 2, also=["y", "z"])]}, as_of="2026-01-01", sources={}
    )
    assert script.text(one) == script.text(other)
    assert json.loads(script.text(one)) == one


@pytest.mark.parametrize("name", ["first_party.json", "resellers.json"])
def test_the_checked_in_data_are_well_formed(name: str, script: ModuleType) -> None:
    raw = (DATA / name).read_text()
    book = json.loads(raw)
    assert list(faults(book)) == []
    assert book["digest"] == digest(book["vendors"])
    assert raw == script.text(book)


def test_every_hand_kept_row_has_a_source_and_a_date_and_stands_in_the_book() -> None:
    overlay = json.loads((DATA / "overlay.json").read_bytes())["rows"]
    book = json.loads((DATA / "first_party.json").read_bytes())["vendors"]
    for patch in overlay:
        (kept,) = [kept for kept in book[patch["vendor"]] if kept["id"] == patch["id"]]
        assert f"{patch['source']}, {patch['date']}" in kept["source"]
