"""Where a provider's keys come from, and the names of providers and agents."""

from typing import Any

import pytest

from token_dashboard.config.credentials import key_in
from token_dashboard.config.finding import Loaded, load
from token_dashboard.config.ids import check_ids
from token_dashboard.config.showing import shown
from token_dashboard.config.values import Command, KeyringEntry
from token_dashboard.model.errors import ConfigError
from token_dashboard.model.key import Key
from token_dashboard.model.secret import Secret

PROVIDERS = ["anthropic", "deepseek", "openrouter"]
AGENTS = ["claude-code", "codex"]
KNOWN = " Known are: anthropic, deepseek, openrouter."


def configured(document: dict[str, Any]) -> Loaded:
    return load(None, {"HOME": "/home/nobody"}, document)


def test_the_first_variable_that_holds_a_key_counts() -> None:
    environment = {"FIRST": " \n", "SECOND": " p\n"}
    assert key_in(environment, ("FIRST", "SECOND")) == Key(secret=Secret("p"), source="SECOND")


@pytest.mark.parametrize("value", ["", "  ", "your key here", "k\u200b"])
def test_what_no_header_takes_is_no_key(value: str) -> None:
    assert key_in({"SOME_API_KEY": value}, ("SOME_API_KEY", "OTHER")) is None


def test_every_kind_of_key_has_a_setting_and_an_empty_one_is_none() -> None:
    said = configured(
        {
            "providers": {
                "x": {
                    "apiKey": "a",
                    "managementKey": {"command": ["op", "read"]},
                    "adminKey": " ",
                    "keys": {"Session Token": {"keyring": "a/b/c"}},
                }
            }
        }
    ).settings.provider("x")
    assert said.by_kind == {
        "api key": ("apiKey", Secret("a")),
        "management key": ("managementKey", Command(("op", "read"))),
        "session token": ('keys["Session Token"]', KeyringEntry("a/b", "c")),
    }


@pytest.mark.parametrize(
    "written",
    [
        {},
        {"command": []},
        {"command": [""]},
        {"command": "echo key"},
        {"keyring": "service"},
        {"keyring": "/user"},
        {"command": ["a"], "keyring": "a/b"},
        {"shell": "echo"},
        ["key"],
        "two words",
        12,
    ],
)
def test_a_key_is_a_text_or_says_where_it_is_and_nothing_else(written: object) -> None:
    with pytest.raises(ConfigError, match=r"\$\.providers\.x\.apiKey") as caught:
        configured({"providers": {"x": {"apiKey": written}}})
    assert "two words" not in str(caught.value)


def test_shown_settings_show_no_key() -> None:
    account = {
        "apiKey": "sk-canary",
        "adminKey": {"command": ["curl", "-H", "X-Token: canary"]},
        "keys": {"other": "sk-canary", "kept": {"keyring": "openai/admin"}},
        "variables": {"SOME_API_KEY": "sk-canary"},
    }
    document = {
        "providers": {"x": {**account, "accounts": {"y": account}}},
        "gateway": {"token": "sk-canary"},
        "ledger": {"url": "postgresql://u:canary@h/db"},
    }
    settings = shown(configured(document).settings)
    assert "canary" not in str(settings)
    hidden = {
        "apiKey": "***",
        "adminKey": {"command": ["curl", "***", "***"]},
        "keys": {"other": "***", "kept": {"keyring": "openai/admin"}},
        "variables": {"SOME_API_KEY": "***"},
        "options": {},
        "enabled": True,
    }
    assert settings["providers"]["x"] == {**hidden, "accounts": {"y": hidden}}
    assert load(None, {"HOME": "/home/nobody"}, settings)
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
