"""Which accounts an operator has, by settings, host, environment and logins, on a machine of its own."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from operator_accounts import found, keys, loaded, log_in

from token_dashboard.model.errors import ConfigError


def refusal(home: Path, document: Mapping[str, Any], **environment: str) -> str:
    with pytest.raises(ConfigError) as caught:
        loaded(home, document, **environment)
    return str(caught.value).removeprefix("the host's configuration: ")


def test_an_empty_machine_has_none(tmp_path: Path) -> None:
    assert found(tmp_path) == {}


def test_a_key_in_the_environment_makes_an_account(tmp_path: Path) -> None:
    known = found(tmp_path, OPENROUTER_API_KEY=" from-environment\n", MOONSHOT_API_KEY="")
    assert list(known) == ["openrouter default"]
    assert keys(known["openrouter default"]) == {"API key": ("from-environment", "OPENROUTER_API_KEY")}
    assert known["openrouter default"].is_watched


def test_several_accounts_stand_beside_the_one_that_needs_no_name(tmp_path: Path) -> None:
    document = {
        "providers": {
            "openrouter": {
                "label": "Team",
                "accounts": {
                    "work": {"apiKey": "w", "label": "OpenRouter (work)", "enabled": False},
                    "home": {"managementKey": "h", "baseUrl": "https://proxy.example.com/v1"},
                    "nothing": {"label": "No key"},
                },
            }
        }
    }
    known = found(tmp_path, document, OPENROUTER_API_KEY="from-environment")
    assert {name: (one.name, one.is_watched) for name, one in known.items()} == {
        "openrouter default": ("Team", True),
        "openrouter work": ("OpenRouter (work)", False),
        "openrouter home": ("OpenRouter home", True),
    }
    assert keys(known["openrouter home"]) == {
        "management key": ("h", "providers.openrouter.accounts.home.managementKey")
    }
    assert known["openrouter home"].base_url == "https://proxy.example.com/v1"


def test_a_key_that_a_named_account_has_is_not_an_account_of_its_own_again(tmp_path: Path) -> None:
    document = {"providers": {"openrouter": {"accounts": {"work": {"apiKey": "${OPENROUTER_API_KEY}"}}}}}
    assert list(found(tmp_path, document, OPENROUTER_API_KEY="k")) == ["openrouter work"]


def test_an_undocumented_provider_is_held_back_until_it_is_allowed(tmp_path: Path) -> None:
    log_in(tmp_path)
    (account,) = found(tmp_path).values()
    assert (account.held_back_by, account.is_watched) == ("allowUndocumented", False)
    for document in (
        {"allowUndocumented": True},
        {"providers": {"claude-oauth": {"allowUndocumented": True}}},
    ):
        (account,) = found(tmp_path, document).values()
        assert (account.held_back_by, account.is_watched) == (None, True)
        assert account.allows_undocumented
        assert not account.allows_billed
    document = {"allowUndocumented": True, "providers": {"claude-oauth": {"allowUndocumented": False}}}
    (account,) = found(tmp_path, document).values()
    assert not account.is_watched


def test_a_provider_without_an_address_is_held_back_and_stops_nobody(tmp_path: Path) -> None:
    document = {"providers": {"new-api": {"apiKey": "k"}}}
    account = found(tmp_path, document)["new-api default"]
    assert (account.base_url, account.held_back_by) == (None, "baseUrl")
    account = found(tmp_path, document, NEW_API_BASE_URL="https://relay.example.com/v1/")["new-api default"]
    assert (account.base_url, account.held_back_by) == ("https://relay.example.com", None)


def test_a_server_on_this_machine_is_watched_when_somebody_wrote_of_it_and_never_looked_for(
    tmp_path: Path,
) -> None:
    assert found(tmp_path) == {}
    for document, environment in (
        ({"providers": {"ollama": {}}}, {}),
        ({"enabledProviders": ["ollama"]}, {}),
        (None, {"OLLAMA_HOST": "127.0.0.1:11435"}),
    ):
        (account,) = found(tmp_path, document, **environment).values()
        assert (account.provider.id, account.is_watched, account.keys) == ("ollama", True, {})
    assert account.base_url == "http://127.0.0.1:11435"


def test_several_hosts_of_a_server_are_several_accounts(tmp_path: Path) -> None:
    hosts = {name: {"baseUrl": f"http://{name}:11434"} for name in ("gpu", "mac")}
    known = found(tmp_path, {"providers": {"ollama": {"accounts": hosts}}})
    assert {name: one.base_url for name, one in known.items()} == {
        "ollama gpu": "http://gpu:11434",
        "ollama mac": "http://mac:11434",
    }


def test_a_variable_that_holds_no_address_stops_nobody_and_is_told_when_it_is_asked(tmp_path: Path) -> None:
    (account,) = found(tmp_path, OLLAMA_HOST="http://user:password@example.com").values()
    assert account.is_watched
    assert account.base_url == "http://user:password@example.com"


def test_regions_and_options_are_those_of_the_account(tmp_path: Path) -> None:
    document = {
        "providers": {
            "moonshot": {"apiKey": "g", "accounts": {"cn": {"apiKey": "c", "region": "china"}}},
            "xai": {"managementKey": "xai-token-k", "options": {"teamId": "mine"}},
        }
    }
    known = found(tmp_path, document, XAI_TEAM_ID="other")
    assert (known["moonshot default"].base_url, known["moonshot default"].region) == (
        "https://api.moonshot.ai",
        "global",
    )
    assert (known["moonshot cn"].base_url, known["moonshot cn"].region) == (
        "https://api.moonshot.cn",
        "china",
    )
    assert known["xai default"].options == {"teamId": "mine"}
    assert found(tmp_path, XAI_MANAGEMENT_KEY="k", XAI_TEAM_ID="other")["xai default"].options == {
        "teamId": "other"
    }


def test_a_provider_that_is_switched_off_or_not_listed_is_not_watched(tmp_path: Path) -> None:
    document = {"enabledProviders": ["moonshot"], "providers": {"moonshot": {"enabled": False}}}
    known = found(tmp_path, document, OPENROUTER_API_KEY="k", MOONSHOT_API_KEY="k")
    assert [one.is_watched for one in known.values()] == [False, False]


@pytest.mark.parametrize(
    ("provider", "said", "told"),
    [
        ("moonshot", {"region": "mars"}, ".region is no region of Moonshot; choose from global, china."),
        ("openrouter", {"region": "eu"}, ".region is no region of OpenRouter; it has none."),
        (
            "moonshot",
            {"baseUrl": "https://proxy.example.com"},
            ".baseUrl needs a region beside it, one of: global, china.",
        ),
        (
            "openrouter",
            {"baseUrl": "http://example.com"},
            ".baseUrl must be https; plain http is for this machine and private networks only.",
        ),
        (
            "openrouter",
            {"keys": {"cookie": "k"}},
            ".keys.cookie is no kind of key that OpenRouter takes; it takes managementKey, apiKey.",
        ),
        (
            "openrouter",
            {"adminKey": "canary"},
            ".adminKey is no kind of key that OpenRouter takes; it takes managementKey, apiKey.",
        ),
        ("xai", {"options": {"teamID": "t"}}, ".options.teamID is no option of xAI; did you mean teamId?"),
    ],
)
def test_a_setting_that_its_provider_does_not_know_is_told(
    tmp_path: Path, provider: str, said: dict[str, Any], told: str
) -> None:
    path = f"$.providers.{provider}"
    assert refusal(tmp_path, {"providers": {provider: said}}) == f"{path}{told}"
    nested = refusal(tmp_path, {"providers": {provider: {"accounts": {"work": said}}}})
    assert nested == f"{path}.accounts.work{told}"


def test_no_account_may_be_called_as_the_one_without_a_name(tmp_path: Path) -> None:
    document = {"providers": {"openrouter": {"accounts": {"default": {"apiKey": "k"}}}}}
    assert refusal(tmp_path, document) == (
        "$.providers.openrouter.accounts.default has the name of the account that stands beside accounts; "
        "choose another."
    )


@pytest.mark.parametrize(
    ("environment", "modules"),
    [({}, set()), ({"OPENROUTER_API_KEY": "k"}, {"openrouter"})],
    ids=["an empty machine", "one key"],
)
def test_only_providers_that_could_be_meant_are_loaded(
    tmp_path: Path, environment: dict[str, str], modules: set[str]
) -> None:
    script = """
import asyncio, sys
from token_dashboard.cli.compose import compose, load

async def look():
    async with compose(load(None)) as product:
        product.dashboard
        status = await product.dashboard.cached()
        names = product.dashboard.names
        assert len(names) > 20 and names.get("no-such-provider") is None

asyncio.run(look())
loaded = [name for name in sys.modules if name.startswith("token_dashboard.providers.")]
print(*[name.rpartition(".")[2] for name in loaded if "._" not in name])
print(*[name for name in ("httpx", "pydantic", "aiohttp") if name in sys.modules])
"""
    ran = subprocess.run(
        [sys.executable, "-c", script],
        env={"HOME": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    own, heavy = ran.stdout.splitlines()
    assert set(own.split()) == modules
    assert heavy == ""
