"""``tokens config``: what a script learns of the configuration."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from token_dashboard.cli.commands.config import command
from token_dashboard.contract import read_contract


def typed(*words: str) -> Result:
    return CliRunner().invoke(command, words)


def answer(name: str, *words: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(typed(*words, "--json").output)
    Draft202012Validator(read_contract(f"schemas/{name}.schema.json")).validate(told)
    return told


@pytest.fixture
def file(home: Path) -> Path:
    folder = home / ".config" / "token-dashboard"
    folder.mkdir(parents=True)
    return folder / "config.json5"


def test_without_a_file_everything_is_right_and_the_place_for_one_is_told(home: Path) -> None:
    place = home / ".config" / "token-dashboard" / "config.json5"
    assert answer("config-check", "check") == {
        "schemaVersion": 1,
        "ok": True,
        "file": None,
        "problem": None,
        "problems": [],
    }
    assert answer("config-path", "path") == {"schemaVersion": 1, "path": str(place), "exists": False}
    assert typed("check").output == "No configuration file: everything has its default.\n"


def test_a_file_that_is_right_is_named(file: Path) -> None:
    file.write_text("{pollIntervalMinutes: 5}")
    assert (answer("config-check", "check")["file"], answer("config-path", "path")["exists"]) == (
        str(file),
        True,
    )
    assert typed("check").output == f"{file}: ok\n"


def test_what_is_wrong_is_told_to_a_script_in_parts(file: Path) -> None:
    file.write_text("{pollIntervalMinutes: 'often'}")
    told = answer("config-check", "check")
    assert (told["ok"], typed("check", "--json").exit_code) == (False, 1)
    assert (told["problem"]["file"], told["problem"]["path"]) == (str(file), "$.pollIntervalMinutes")


def test_all_that_is_wrong_is_told_at_once_a_line_each(file: Path) -> None:
    file.write_text("{pollMinutes: 5, langage: 'de', currency: 'EUR', gateway: {port: 'x', host: 1}}")
    told = answer("config-check", "check")
    assert [one["path"] for one in told["problems"]] == [
        "$.pollMinutes",
        "$.langage",
        "$.currency",
        "$.gateway.host",
        "$.gateway.port",
    ]
    assert told["problem"] == told["problems"][0]
    read = typed("check")
    lines = read.output.splitlines()
    assert (read.exit_code, len(lines)) == (1, 5)
    assert f"{file}: $.langage is not a setting; did you mean language?" in lines


def test_a_currency_without_a_rate_is_told_before_a_report_needs_it(file: Path) -> None:
    file.write_text("{display: {currency: 'EUR'}}")
    assert answer("config-check", "check")["problem"]["path"] == "$.display.rates"
    file.write_text("{display: {currency: 'EUR', ratesFile: 'rates.csv'}}")
    assert answer("config-check", "check")["problem"]["path"] == "as display.ratesFile"
    (file.parent / "rates.csv").write_text("date,EUR\n2026-11-22,0.92\n")
    assert answer("config-check", "check")["ok"]


def test_settings_are_shown_with_their_file_and_without_secrets(file: Path) -> None:
    file.write_text(
        "{providers: {openrouter: {apiKey: 'sk-or-canary'}}, team: {bundleKey: 'canary-of-the-team'}}"
    )
    file.chmod(0o600)
    told = answer("config-settings", "show")
    assert (told["file"], told["settings"]["providers"]["openrouter"]["apiKey"]) == (str(file), "***")
    assert told["settings"] == json.loads(typed("show").output)
    assert "canary" not in typed("show", "--json").output
