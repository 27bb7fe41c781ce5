"""Where a provider's keys come from, and the names of providers and agents."""

from typing import Any

import pytest

from token_dashboard.config.credentials import find_keys
from token_dashboard.config.finding import Loaded, load
from token_dashboard.config.ids import check_ids
from token_dashboard.config.showing import shown
from token_dashboard.model.errors import ConfigError
from token_dashboard.model.secret import Secret

NEEDS = [
    ("management key", ("OPENROUTER_MANAGEMENT_KEY", "OPENROUTER_PROVISIONING_KEY")),
    ("API key", ("OPENROUTER_API_KEY",)),
]
PROVIDERS = ["anthropic", "deepseek", "openrouter"]
AGENTS = ["claude-code", "codex"]
KNOWN = " Known are: anthropic, deepseek, openrouter."


def configured(document: dict[str, Any]) -> Loaded:
    return load(None, {"HOME": "/home/nobody"}, document)


def keys(document: dict[str, Any], environment: dict[str, str]) -> dict[str, str]:
    found = find_keys(configured(document).settings, environment, "openrouter", NEEDS)
    return {kind: key.reveal() for kind, key in found.items()}


def test_a_provider_without_keys_has_none() -> None:
    assert keys({}, {}) == {}


def test_keys_are_found_in_the_environment_by_kind() -> None:
    environment = {"OPENROUTER_API_KEY": "a", "OPENROUTER_MANAGEMENT_KEY": "m"}
    assert keys({}, environment) == {"management key": "m", "API key": "a"}


def test_the_first_variable_that_holds_a_key_counts() -> None:
    environment = {"OPENROUTER_MANAGEMENT_KEY": " \n", "OPENROUTER_PROVISIONING_KEY": " p\n"}
    assert keys({}, environment) == {"management key": "p"}


def test_the_configuration_goes_before_the_environment() -> None:
    document = {"providers": {"openrouter": {"apiKey": "mine", "managementKey": ""}}}
    environment = {"OPENROUTER_API_KEY": "a", "OPENROUTER_MANAGEMENT_KEY": "m"}
    assert keys(document, environment) == {"management key": "m", "API key": "mine"}


def test_what_no_header_takes_is_no_key() -> None:
    assert keys({}, {"OPENROUTER_API_KEY": "your key here", "OPENROUTER_MANAGEMENT_KEY": "k\u200b"}) == {}


def test_each_kind_has_its_own_setting_and_other_kinds_come_from_the_environment() -> None:
    document = {"providers": {"x": {"apiKey": "a", "managementKey": "m", "adminKey": "d"}}}
    needs = [("API key", ()), ("management key", ()), ("admin key", ()), ("session cookie", ("COOKIE",))]
    found = find_keys(configured(document).settings, {"COOKIE": "c"}, "x", needs)
    assert found == {
        "API key": Secret("a"),
        "management key": Secret("m"),
        "admin key": Secret("d"),
        "session cookie": Secret("c"),
    }


def test_shown_settings_show_no_key() -> None:
    document = {"providers": {"x": {"apiKey": "sk-canary"}}, "gateway": {"token": "sk-canary"}}
    settings = shown(configured(document).settings)
    assert "canary" not in str(settings)
    assert settings["providers"]["x"] == {"apiKey": "***", "enabled": True}
    assert settings["gateway"]["token"] == "***"


@pytest.mark.parametrize(
    ("document", "told"),
    [
        (
            {"providers": {"openruter": {}}},
            "$.providers.openruter is no known provider; did you mean openrouter?" + KNOWN,
        ),
        (
            {"alertThresholds": {"*": {}, "Deep-Seek": {}}},
            "$.alertThresholds.Deep-Seek is no known provider; did you mean deepseek?" + KNOWN,
        ),
        (
            {"enabledProviders": ["openrouter", "zzz"]},
            "$.enabledProviders[1] is no known provider; choose from anthropic, deepseek, openrouter.",
        ),
        (
            {"agents": {"Codex": {}}},
            "$.agents.Codex is no known agent; did you mean codex? Known are: claude-code, codex.",
        ),
        (
            {"agents": {'a"b': {}}},
            '$.agents["a"b"] is no known agent; choose from claude-code, codex.',
        ),
    ],
)
def test_an_unknown_id_is_told_with_the_nearest(document: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check_ids(configured(document), PROVIDERS, AGENTS)
    assert str(caught.value) == f"the host's configuration: {told}"


def test_known_ids_pass() -> None:
    document = {
        "providers": {"openrouter": {}},
        "alertThresholds": {"*": {}, "deepseek": {}},
        "enabledProviders": ["anthropic"],
        "agents": {"codex": {}},
    }
    check_ids(configured(document), PROVIDERS, AGENTS)
