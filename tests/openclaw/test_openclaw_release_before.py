"""The release before the newest, with the plugin from an npm pack: the same in short, and an orderly stop."""

import asyncio
import sys
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio
from openclaw_answers import METHODS, faults
from openclaw_installation import Installation
from openclaw_machine import SHIM, TOKEN, Gateway, Machine, ours
from openclaw_marks import ON_THE_GATEWAY
from openclaw_model import ModelServer
from openclaw_processes import is_alive
from openclaw_telegram import OWNER, STRANGER, Telegram
from openclaw_vendor import POOR, RICH, Account
from openclaw_waiting import until

pytestmark = ON_THE_GATEWAY


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def telegram() -> AsyncIterator[Telegram]:
    """Its own bot: what is written to that of the whole folder, the newest release answers too."""
    async with Telegram.serving() as serving:
        yield serving


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def before(
    tmp_path_factory: pytest.TempPathFactory,
    installation: Installation,
    telegram: Telegram,
    model: ModelServer,
    account: Account,
) -> AsyncIterator[Gateway]:
    machine = Machine(tmp_path_factory.mktemp("before") / "home", installation, "openclaw-before")
    machine.environment["TOKEN_DASHBOARD_PYTHON"] = sys.executable
    packed = await machine.run("npm", "pack", str(SHIM), "--silent")
    assert packed.code == 0, packed
    tarball = machine.home / packed.out.strip()
    installed = await machine.openclaw(
        "plugins", "install", f"npm-pack:{tarball}", "--force", "--accept-capabilities"
    )
    assert installed.code == 0, installed
    machine.use(telegram, model)
    machine.configure(ours(**account.settings))
    account.holds(RICH)
    async with machine.running() as running:
        yield running


async def test_chat_answers_the_owner_and_refuses_a_stranger(before: Gateway, telegram: Telegram) -> None:
    async with before.client() as client:
        assert f"OpenRouter  ${RICH}" in await client.say("/tokens refresh")
    assert f"${RICH}" in await telegram.reply_to("/tokens")
    assert "not authorized" in await telegram.reply_to("/tokens", STRANGER)


async def test_each_method_answers(before: Gateway) -> None:
    async with before.client() as client:
        for method, (schema, params) in METHODS.items():
            assert faults(await client.call(method, **params), schema) == []


async def test_the_terminal_the_tool_and_the_page_answer(before: Gateway) -> None:
    typed = await before.machine.openclaw("tokens", "status", "--json")
    assert faults(typed.json, "status") == []
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {TOKEN}"}) as http:
        async with http.post(
            f"{before.url}/tools/invoke", json={"tool": "token_usage", "args": {}}
        ) as answer:
            assert faults((await answer.json())["result"]["details"], "token-usage") == []
        async with http.get(f"{before.url}/plugins/token-dashboard/panel") as answer:
            assert answer.status == 200
            assert RICH in await answer.text()


async def test_the_owner_hears_of_a_low_balance(
    before: Gateway, account: Account, telegram: Telegram
) -> None:
    sent = len(telegram.sent)
    async with before.client() as client:
        await account.becomes(POOR, client)
        [told] = await telegram.messages_to(OWNER, 1, since=sent)
        assert POOR in told
        await account.becomes(RICH, client)
        await telegram.messages_to(OWNER, 2, since=sent)


async def test_a_reply_of_the_agent_is_counted(before: Gateway, model: ModelServer) -> None:
    async with before.client() as client:

        async def counted() -> int:
            rows = (await client.call("token-dashboard.history", by=["model"]))["rows"]
            return sum(row["requests"] for row in rows)

        known, asked = await counted(), len(model.requests)
        await client.say("hello")
        wanted = known + len(model.requests) - asked
        assert wanted > known

        async def is_there() -> bool:
            return await counted() == wanted

        await until(is_there)


async def test_a_terminated_gateway_takes_it_along_within_two_seconds(before: Gateway) -> None:
    [sidecar] = before.sidecars()
    stopping = before.process
    stopping.terminate()
    assert await until(lambda: not is_alive(sidecar), 10) < 2
    assert await stopping.wait() == 0


async def test_without_a_gateway_the_terminal_answers_by_itself(before: Gateway) -> None:
    assert not before.is_running
    status, alerts = await asyncio.gather(
        before.machine.openclaw("tokens", "status", "--json"),
        before.machine.openclaw("tokens", "alerts", "--json"),
    )
    assert faults(status.json, "status") == []
    assert [one["provider"] for one in status.json["accounts"]] == ["openrouter"]
    assert faults(alerts.json, "alerts") == []
