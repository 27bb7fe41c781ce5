"""Where the keys of accounts come from: settings, a host, the environment, programs, keyrings and logins."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from operator_accounts import accounts, found, keys, log_in

from token_dashboard.cli.accounts import FoundAccounts
from token_dashboard.cli.compose import load
from token_dashboard.model.errors import ProviderUnavailable, RpcError
from token_dashboard.model.secret import Secret
from token_dashboard.providers._access import AskHost


async def test_the_first_place_that_has_a_key_counts(tmp_path: Path) -> None:
    """Settings, then the host, then the environment."""

    async def host_keys(addresses: Mapping[str, str | None]) -> Mapping[str, Secret]:
        assert addresses["openrouter"] == "https://openrouter.ai/api/v1"
        assert "openrouter" in addresses
        return {"openrouter": Secret("from-host"), "moonshot": Secret("from-host")}

    environment = {
        "HOME": str(tmp_path),
        "OPENROUTER_API_KEY": "from-environment",
        "MOONSHOT_API_KEY": "from-environment",
        "DEEPSEEK_API_KEY": "from-environment",
    }
    settings = load(None, environment, {"providers": {"openrouter": {"apiKey": "from-settings"}}}).settings
    known = {one.provider.id: one for one in await FoundAccounts(settings, environment, host_keys).current()}
    assert {one: keys(account)["API key"] for one, account in known.items()} == {
        "openrouter": ("from-settings", "providers.openrouter.apiKey"),
        "moonshot": ("from-host", "the host"),
        "deepseek": ("from-environment", "DEEPSEEK_API_KEY"),
    }


async def test_the_hosts_keys_are_read_anew_each_time_and_kept_while_it_is_silent(tmp_path: Path) -> None:
    given = iter([{"openrouter": Secret("first")}, {"openrouter": Secret("second")}, None, {}])

    async def host_keys(_: Mapping[str, str | None]) -> Mapping[str, Secret]:
        if (handed := next(given)) is None:
            raise RpcError("UNAVAILABLE", "the host is silent")
        return handed

    environment = {"HOME": str(tmp_path)}
    held = FoundAccounts(load(None, environment).settings, environment, host_keys)
    seen = []
    for _ in range(4):
        seen.append([keys(one)["API key"][0] for one in await held.current()])
        assert [one.account for one in held.known()] == ["default"] * len(seen[-1])
    assert seen == [["first"], ["second"], ["second"], []]


async def test_a_hosts_key_is_asked_for_with_the_address_that_it_would_be_sent_to(tmp_path: Path) -> None:
    asked: dict[str, str | None] = {}

    async def host_keys(addresses: Mapping[str, str | None]) -> Mapping[str, Secret]:
        asked.update(addresses)
        return {}

    environment = {"HOME": str(tmp_path)}
    document = {"providers": {"openrouter": {"baseUrl": "https://proxy.example.com/api/v1"}}}
    await FoundAccounts(load(None, environment, document).settings, environment, host_keys).current()
    assert asked["openrouter"] == "https://proxy.example.com/api/v1"
    assert "claude-oauth" not in asked


async def test_a_command_gives_the_key_when_somebody_asks(tmp_path: Path) -> None:
    counter = tmp_path / "runs"
    command = ["sh", "-c", f"echo x >> {counter}; echo canary-key"]
    document = {"providers": {"openrouter": {"apiKey": {"command": command}}}}
    account = found(tmp_path, document, PATH=os.environ["PATH"])["openrouter default"]
    assert account.kinds == {"API key"}
    assert not counter.exists()
    key = await account.kept_keys["API key"]()
    assert key is not None
    assert (key.secret.reveal(), key.source) == ("canary-key", "providers.openrouter.apiKey")
    assert len(counter.read_text().split()) == 1


async def test_a_command_that_fails_is_told_by_its_setting_and_no_other_key_is_used(tmp_path: Path) -> None:
    command = {"command": ["sh", "-c", "echo canary-key; exit 1"]}
    document = {"providers": {"openrouter": {"accounts": {"work": {"keys": {"api KEY": command}}}}}}
    account = found(tmp_path, document, PATH=os.environ["PATH"], OPENROUTER_API_KEY="k")["openrouter work"]
    with pytest.raises(ProviderUnavailable) as caught:
        await account.kept_keys["API key"]()
    assert caught.value.params["reason"] == (
        'providers.openrouter.accounts.work.keys["api KEY"] names a program that failed with exit code 1'
    )


async def test_a_missing_keyring_counts_as_a_setting_that_was_left_out(tmp_path: Path) -> None:
    (tmp_path / "keyring.py").write_text("raise ImportError")
    document = {"providers": {"openrouter": {"apiKey": {"keyring": "openrouter/bot"}}}}
    environment = {"PYTHONPATH": str(tmp_path)}
    account = found(tmp_path, document, **environment)["openrouter default"]
    assert await account.kept_keys["API key"]() is None
    account = found(tmp_path, document, OPENROUTER_API_KEY="from-environment", **environment)[
        "openrouter default"
    ]
    key = await account.kept_keys["API key"]()
    assert key is not None
    assert key.source == "OPENROUTER_API_KEY"


def test_a_login_is_found_and_read_anew(tmp_path: Path) -> None:
    document = {"allowUndocumented": True}
    assert found(tmp_path, document) == {}
    log_in(tmp_path)
    held = accounts(tmp_path, document)
    (account,) = held.known()
    (key,) = account.keys.values()
    assert (account.provider.id, key.secret.reveal()) == ("claude-oauth", "sk-ant-oat01-login")
    assert ".credentials.json" in key.source


def test_a_second_login_lies_where_its_account_says(tmp_path: Path) -> None:
    log_in(tmp_path)
    log_in(tmp_path, ".claude-work", "sk-ant-oat01-work")
    variables = {"CLAUDE_CONFIG_DIR": "${HOME}/.claude-work"}
    document = {"providers": {"claude-oauth": {"accounts": {"work": {"variables": variables}}}}}
    known = found(tmp_path, document)
    tokens = {name: next(iter(one.keys.values())).secret.reveal() for name, one in known.items()}
    assert tokens == {
        "claude-oauth default": "sk-ant-oat01-login",
        "claude-oauth work": "sk-ant-oat01-work",
    }


async def test_a_login_that_is_being_written_is_read_when_somebody_asks(tmp_path: Path) -> None:
    log_in(tmp_path)
    path = tmp_path / ".claude" / ".credentials.json"
    whole = path.read_text()
    path.write_text(whole[:20])
    (account,) = found(tmp_path).values()
    (fetch,) = account.kept_keys.values()
    with pytest.raises(ProviderUnavailable, match="could not be read just now"):
        await fetch()
    path.write_text(whole)
    assert await fetch() is not None


async def test_the_host_itself_is_watched_inside_of_it_only(tmp_path: Path) -> None:
    async def ask_host(_: str) -> bytes:
        return b"{}"

    def watched(document: Mapping[str, object], **hosts: AskHost) -> list[str]:
        environment = {"HOME": str(tmp_path)}
        settings = load(None, environment, document).settings
        known = FoundAccounts(settings, environment, None, hosts).known()
        return [one.provider.id for one in known if one.is_watched]

    wanted = {"providers": {"openclaw": {"label": "Bot"}}}
    assert watched({}, openclaw=ask_host) == ["openclaw"]
    assert watched(wanted, openclaw=ask_host) == ["openclaw"]
    assert watched(wanted) == []
    assert watched({"providers": {"openclaw": {"enabled": False}}}, openclaw=ask_host) == []
