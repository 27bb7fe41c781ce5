"""What a person is told about a configuration that can't be used: one sentence, and never a secret."""

import json
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from token_dashboard.config.finding import HOST, load
from token_dashboard.contract import read_contract
from token_dashboard.model.errors import ConfigError

JSON5 = (
    "{ pollIntervalMinuts: 1 }",
    "{ poll_interval_minutes: 1 }",
    "{ banana: 1 }",
    "{ notify: { chanel: 'x' } }",
    "{ notify: { channel: 'telegram', to: 424242 } }",
    "{ alertThresholds: { openrouter: { balance: 5 } } }",
    '{ alertThresholds: { openrouter: { balanceUsd: "ten" } } }',
    "{ alertThresholds: { openrouter: { balanceUsd: -1 } } }",
    "{ alertThresholds: { openrouter: { balanceUsd: 2000000000 } } }",
    "{ alertThresholds: { openrouter: 5 } }",
    '{ alertThresholds: { "*": { windowPercent: [80, 101] } } }',
    '{ alertThresholds: { "*": { windowPercent: true } } }',
    "{ pollIntervalMinutes: 0 }",
    "{ pollIntervalMinutes: 1441 }",
    "{ pollIntervalMinutes: 1.5 }",
    "{ pollIntervalMinutes: true }",
    "{ pollIntervalMinutes: null }",
    "{ pollIntervalMinutes: Infinity }",
    "{ pollIntervalMinutes: NaN }",
    "{ pollIntervalMinutes: 0x" + "f" * 5000 + " }",
    "{ historyRetentionDays: '90' }",
    "{ enabledProviders: 'openrouter' }",
    "{ enabledProviders: [''] }",
    "{ language: 'fr' }",
    "{ currency: 'EUR' }",
    "{ timeZone: 'Europe/Berlni' }",
    "{ timeZone: 'Mars' }",
    "{ timeZone: '/etc/passwd' }",
    "{ timeZone: '' }",
    "{ notify: true }",
    "{ notify: { enabled: 'yes' } }",
    "{ ledger: { path: '' } }",
    "{ ledger: { path: 'a\\0b' } }",
    "{ agents: { codex: { paths: '~/x' } } }",
    "{ gateway: { port: 99999 } }",
    "{ prices: { overrides: { 'openai/gpt-5': { inputPerMillion: 1 } } } }",
    "{ prices: { overrides: { 'openai/gpt-5': { inputPerMillion: 'free', outputPerMillion: 1 } } } }",
    "{ providers: { openrouter: { baseUrl: 'openrouter.ai' } } }",
    "{ providers: { openrouter: { enabled: 1 } } }",
    "{ providers: { openrouter: { apiKey: '${NOT_SET}' } } }",
    "{ providers: { openrouter: { apiKey: '${ODD}' } } }",
    "{ providers: { openrouter: { apiKey: 'a${b' } } }",
    "{ ledger: { path: '${HOME' } }",
    "[]",
    "3",
    "null",
    "",
    "// nothing yet",
    "{ a: 1",
    "{\n  pollIntervalMinutes: 1\n  language: 'de'\n}",
    "{\n  notify: { enabled: tru }\n}",
    "{ language: 'de }",
    "{} {}",
    "{ a: " * 60,
)
TOML = (
    "pollIntervalMinutes =",
    "language = 'de'\nlanguage = 'en'",
    "language = 2026-11-22",
    "[providers.openrouter",
    'language = """',
    "x = " + "[" * 5000,
    "pollIntervalMinutes = inf",
    "pollIntervalMinutes = " + "9" * 5000,
    "[alertThresholds]\nopenrouter.balanceUsd = '10'",
)
SECRET = "sk-or-v1-canary"
WITH_SECRETS = (
    f"{{ providers: {{ openrouter: '{SECRET}' }} }}",
    f"{{ providers: '{SECRET}' }}",
    f"{{ providers: ['{SECRET}'] }}",
    f"{{ providers: {{ openrouter: {{ apiKey: '{SECRET} x' }} }} }}",
    f"{{ providers: {{ openrouter: {{ apiKey: ['{SECRET}'] }} }} }}",
    f"{{ providers: {{ openrouter: {{ apiKey: {{ id: '{SECRET}' }} }} }} }}",
    f"{{ providers: {{ openrouter: {{ apikey: '{SECRET}' }} }} }}",
    f"{{ providers: {{ openrouter: {{ adminKey: '{SECRET}${{' }} }} }}",
    f"{{ providers: {{ openrouter: {{ enabled: '{SECRET}' }} }} }}",
    f"{{ providers: {{ openrouter: {{ baseUrl: 'https://me:{SECRET}@example.com' }} }} }}",
    f"{{ gateway: {{ token: '{SECRET} é' }} }}",
    f"{{ gateway: '{SECRET}' }}",
    f"{{ ledger: {{ url: 'postgresql://u:{SECRET} x@h/db' }} }}",
    f"{{ apiKey: '{SECRET}' }}",
    f"{{ providers: {{ openrouter: {{ apiKey: '{SECRET}' 'x' }} }} }}",
    f"{{ providers: {{ openrouter: {{ apiKey: '{SECRET}",
    "{ language: '${CANARY}' }",
    "{ timeZone: '${CANARY}' }",
    "{ providers: { openrouter: { apiKey: '${CANARY} x' } } }",
    "{ ledger: { path: ['${CANARY}'] } }",
    f"{{ ledger: {{ path: 'postgresql://u:{SECRET}@h/db' }} }}",
    f"{{ team: {{ url: 'postgresql://a:{SECRET} ü@h/d' }} }}",
    f"{{ team: {{ bundleKey: '{SECRET} ü' }} }}",
    "{ team: { bundleKey: '${SHORT}' } }",
)


def complaint(folder: Path, name: str, text: str) -> ConfigError:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    environment = {"HOME": str(folder), "ODD": "two words", "CANARY": SECRET, "SHORT": SECRET[:15]}
    with pytest.raises(ConfigError) as caught:
        load(file, environment)
    return caught.value


def sentence(folder: Path, name: str, text: str) -> str:
    return str(complaint(folder, name, text)).replace(f"{folder}/", "")


def shortened(text: str) -> str:
    return text if len(text) <= 100 else f"{text[:20]}…"


def test_each_mistake_in_json5_has_its_sentence(tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    assert {shortened(text): sentence(tmp_path, "config.json5", text) for text in JSON5} == snapshot


def test_each_mistake_in_toml_has_its_sentence(tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    assert {shortened(text): sentence(tmp_path, "config.toml", text) for text in TOML} == snapshot


def test_the_sentence_of_the_documentation_is_the_real_one(tmp_path: Path) -> None:
    told = sentence(tmp_path, "config.json5", '{ alertThresholds: { openrouter: { balanceUsd: "ten" } } }')
    page = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text("utf-8")
    assert f"\n{told}\n" in page


@pytest.mark.parametrize("text", WITH_SECRETS)
def test_no_error_gives_a_secret_away(tmp_path: Path, text: str) -> None:
    error = complaint(tmp_path, "config.json5", text)
    told = "".join(traceback.format_exception(error, chain=True)) + repr(error.params)
    assert SECRET[:15] not in told


def test_no_setting_for_a_key_shows_what_stands_there(tmp_path: Path) -> None:
    schema = read_contract("schemas/config.schema.json")
    places = [tuple(place) for place in _places_of_keys(schema, schema, [])]
    assert ("team", "url") in places
    assert len(places) > 10
    for *section, name in places:
        document: dict[str, object] = {name: f"{SECRET} ü"}
        for step in reversed(section):
            document = {step: document}
        assert SECRET not in str(complaint(tmp_path, "config.json5", json.dumps(document)))


def _places_of_keys(
    schema: Mapping[str, Any], part: Mapping[str, Any], place: list[str]
) -> Iterator[list[str]]:
    """Of every setting whose value is a key, under a provider's name where people choose one."""
    kind = part.get("$ref", "").removeprefix("#/$defs/")
    if kind in {"key", "keySource", "sharedKey"}:
        yield place
    elif kind:
        yield from _places_of_keys(schema, schema["$defs"][kind], place)
    for name, inner in part.get("properties", {}).items():
        yield from _places_of_keys(schema, inner, [*place, name])
    if isinstance(named := part.get("additionalProperties"), Mapping):
        yield from _places_of_keys(schema, named, [*place, "openrouter"])


def test_a_file_that_is_not_utf8_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "config.json5"
    file.write_bytes(b"{\n  language: '\xff' }")
    with pytest.raises(ConfigError, match=r"config\.json5: line 2 is not UTF-8; save it as UTF-8\.$"):
        load(file, {"HOME": str(tmp_path)})


def test_a_long_value_is_cut(tmp_path: Path) -> None:
    told = sentence(tmp_path, "config.json5", f"{{ language: '{'x' * 500}' }}")
    assert len(told) < 140


def test_a_host_is_named_as_the_origin() -> None:
    with pytest.raises(ConfigError, match=r"^the host's configuration: \$\.language is \"fr\""):
        load(None, {"HOME": "/home/nobody"}, {"language": "fr"})


def test_what_no_json_document_holds_is_refused_with_its_place() -> None:
    with pytest.raises(
        ConfigError, match=r"^the host's configuration: \$\.agents has a key that is no text\.$"
    ):
        load(None, {"HOME": "/home/nobody"}, {"agents": {1: {}}})


def test_a_setting_that_is_missing_is_named_with_the_place_where_it_stands_or_could_stand(home: Path) -> None:
    environment = {"HOME": str(home)}
    place = home / ".config/token-dashboard/config.json5"
    nowhere = load(None, environment).refusal(("team", "url"), "is needed.")
    assert str(nowhere) == f"{place} (not there yet): team.url is needed."
    place.parent.mkdir(parents=True)
    place.write_text("{ pollIntervalMinutes: 1 }")
    somewhere = load(None, environment).refusal(("team", "url"), "is needed.")
    assert str(somewhere) == f"{place}: $.team.url is needed."
    by_host = load(None, environment, {"pollIntervalMinutes": 2}).refusal(("team", "url"), "is needed.")
    assert str(by_host) == f"{HOST}: $.team.url is needed."
