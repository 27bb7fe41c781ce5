"""``tokens prices``: what a person reads of the price book."""

import json
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from token_dashboard.cli.commands.prices import command
from token_dashboard.contract import read_contract

CONTRACT = Draft202012Validator(read_contract("schemas/prices-age.schema.json"))


def typed(*words: str, columns: int = 100) -> Result:
    return CliRunner(env={"COLUMNS": str(columns)}).invoke(command, words)


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("columns", [100, 80, 60, 40])
def test_every_rate_is_shown_in_full_however_narrow_the_terminal(columns: int) -> None:
    told = json.loads(typed("show", "claude-opus-4-5", "--json").output)["prices"]
    shown = typed("show", "claude-opus-4-5", columns=columns)
    assert shown.exit_code == 0
    rates = [value for price in told for key, value in price.items() if key.endswith("PerMillion") and value]
    assert rates
    for rate in rates:
        assert f"${rate}" in shown.output
    assert "…" not in shown.output


def test_a_price_of_ones_own_comes_first_and_says_so(home: Path) -> None:
    folder = home / ".config" / "token-dashboard"
    folder.mkdir(parents=True)
    (folder / "config.json5").write_text(
        '{prices: {overrides: {"my-model": {inputPerMillion: "1.5", outputPerMillion: "0.0625"}}}}'
    )
    shown = typed("show", "my-model").output
    assert "$1.50" in shown
    assert "$0.0625" in shown
    assert "your configuration" in shown


@pytest.mark.usefixtures("home")
def test_a_model_that_nobody_prices_says_what_becomes_of_it() -> None:
    failed = typed("show", "no-such-model")
    assert failed.exit_code == 1
    assert "counted and shown as unpriced" in failed.output


@pytest.mark.usefixtures("home")
def test_the_age_of_the_prices_is_a_day() -> None:
    told = json.loads(typed("age", "--json").output)
    CONTRACT.validate(told)
    assert date.fromisoformat(told["asOf"]) + timedelta(days=told["days"]) == datetime.now(UTC).date()
    assert typed("age").output.endswith(f"{told['asOf'][:4]} (came with this version).\n")


@pytest.mark.usefixtures("home")
def test_an_update_tells_the_days_of_the_prices_now_and_before(tmp_path: Path) -> None:
    book = resources.files("token_dashboard.pricing") / "data" / "first_party.json"
    newer = tmp_path / "price-book.json"
    newer.write_bytes(book.read_bytes())
    told = json.loads(typed("update", "--from", str(newer), "--json").output)
    CONTRACT.validate(told)
    assert told["asOf"] == told["before"] == json.loads(typed("age", "--json").output)["asOf"]
    assert "are in use. Costs already stored keep theirs;" in typed("update", "--from", str(newer)).output


@pytest.mark.parametrize("name", ["show", "age", "update"])
def test_help_ends_with_examples(name: str) -> None:
    assert f"Examples:\n    tokens prices {name}" in typed(name, "--help").output
