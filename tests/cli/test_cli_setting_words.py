"""What is wrong with a setting is told whole in the reader's language."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from token_dashboard.cli.spoken import told
from token_dashboard.config.finding import load
from token_dashboard.model.errors import ConfigError

GERMAN = {
    '{currency: "EUR"}': '$.currency ist "EUR"; nötig ist "USD".',
    '{language: "fr"}': '$.language ist "fr"; nötig ist "en" oder "de" oder "zh".',
    "{pollIntervalMinutes: 0}": (
        "$.pollIntervalMinutes ist 0; nötig ist eine ganze Zahl von 1 bis 1440 (zum Beispiel 15)."
    ),
    "{alertThresholds: {xai: {balanceUsd: {}}}}": (
        "$.alertThresholds.xai.balanceUsd ist ein Objekt; nötig ist eine Zahl ≥ 0 (zum Beispiel 10)."
    ),
    "{agents: {codex: {enabled: []}}}": ("$.agents.codex.enabled ist eine Liste; nötig ist true oder false."),
    "{provider: {}}": "$.provider ist keine Einstellung; meinten Sie providers?",
    "{budgets: [{name: 'a'}]}": "$.budgets[0].period fehlt und ist nötig.",
    "{timeZone: 'Mars'}": (
        '$.timeZone ist "Mars"; das ist keine Zeitzone; nehmen Sie einen Namen wie Europe/Berlin.'
    ),
    "{gateway: {token: '${NOBODY_SET_IT}'}}": (
        "$.gateway.token verlangt ${NOBODY_SET_IT}, aber diese Umgebungsvariable ist nicht gesetzt."
    ),
    "{gateway: {token: '${'}}": (
        '$.gateway.token enthält "${" ohne den Namen einer Variablen und "}"; '
        'ein bloßes "${" schreibt man "$${".'
    ),
    "{language: '{needed}'}": '$.language ist "{needed}"; nötig ist "en" oder "de" oder "zh".',
}


@pytest.fixture(autouse=True)
def _at_the_command_line(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("LC_ALL", "LC_MESSAGES", "TOKEN_DASHBOARD_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    with click.Context(click.Command("tokens")):
        yield


def refused(document: Path) -> ConfigError:
    with pytest.raises(ConfigError) as found:
        load(document, os.environ)
    return found.value


def written(home: Path, text: str) -> Path:
    file = home / "c.json5"
    file.write_text(text, "utf-8")
    return file


@pytest.mark.parametrize("document", GERMAN)
def test_a_setting_is_refused_in_german(home: Path, monkeypatch: pytest.MonkeyPatch, document: str) -> None:
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    file = written(home, document)
    assert told(refused(file)) == f"{file}: {GERMAN[document]}"


@pytest.mark.parametrize("document", GERMAN)
def test_no_english_is_left_in_chinese(home: Path, monkeypatch: pytest.MonkeyPatch, document: str) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert re.findall(r"[a-z]{2,} [a-z]{2,}", told(refused(written(home, document)))) == []


@pytest.mark.parametrize("document", GERMAN)
def test_english_is_as_it_was_written(home: Path, monkeypatch: pytest.MonkeyPatch, document: str) -> None:
    monkeypatch.setenv("LANG", "C")
    error = refused(written(home, document))
    assert told(error) == str(error)


def test_a_file_is_refused_with_the_words_of_the_system(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    assert told(refused(home)) == f"{home}: die Datei ist nicht lesbar: ein Ordner."


def test_where_a_document_breaks_is_told_with_what_the_parser_says(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    file = written(home, "{")
    assert told(refused(file)).startswith(f"{file}: Zeile 1, Spalte 1 ist kein JSON5: ")
