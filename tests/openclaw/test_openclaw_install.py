"""Installing into an OpenClaw that runs, leaving it, coming back; and a gateway that is killed."""

import asyncio
import signal
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from openclaw_client import Refused
from openclaw_installation import Installation
from openclaw_machine import Gateway, Machine
from openclaw_marks import ON_THE_GATEWAY
from openclaw_processes import is_alive
from openclaw_telegram import Telegram
from openclaw_vendor import POOR, RICH, Account
from openclaw_waiting import until

pytestmark = ON_THE_GATEWAY

AUDIT = {"plugins.code_safety": "critical", "plugins.tools_reachable_permissive_policy": "warn"}
"""What OpenClaw's deep audit says of us: that we start a program, and that agents may use the tool."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def fresh(
    tmp_path_factory: pytest.TempPathFactory, installation: Installation
) -> AsyncIterator[Gateway]:
    """A gateway that has never heard of us, without a channel or a model."""
    machine = Machine(tmp_path_factory.mktemp("fresh") / "home", installation)
    async with machine.running() as running:
        yield running


async def test_a_dry_run_says_what_it_would_do_and_does_nothing(fresh: Gateway) -> None:
    before = fresh.machine.read_config()
    told = await fresh.machine.tokens("openclaw", "install", "--dry-run")
    assert told.code == 0, told
    assert "plugins install" in told.out
    assert fresh.machine.read_config() == before


async def test_one_command_puts_it_into_a_running_gateway(fresh: Gateway, account: Account) -> None:
    before = fresh.machine.read_config()
    done = await fresh.machine.tokens("openclaw", "install")
    assert done.code == 0, done
    after = fresh.machine.read_config()
    assert {name: after[name] for name in before if name not in {"meta", "plugins"}} == {
        name: before[name] for name in before if name not in {"meta", "plugins"}
    }
    await fresh.set(**account.settings)
    async with fresh.client() as client:
        assert f"OpenRouter  ${RICH}" in await client.say("/tokens refresh")


async def test_openclaw_finds_nothing_wrong_with_it_but_its_program(fresh: Gateway) -> None:
    machine = fresh.machine
    doctor, inspected, audited, status = await asyncio.gather(
        machine.openclaw("plugins", "doctor", "--json"),
        machine.openclaw("plugins", "inspect", "token-dashboard", "--runtime", "--json"),
        machine.openclaw("security", "audit", "--deep", "--json"),
        machine.tokens("openclaw", "status"),
    )
    assert "token-dashboard" not in doctor.out, doctor
    found = inspected.json
    assert found["diagnostics"] == []
    about_us = [one for one in audited.json["findings"] if "token-dashboard" in str(one)]
    assert {one["checkId"]: one["severity"] for one in about_us} == AUDIT
    assert status.code == 0, status


async def test_a_bot_that_lives_in_the_web_chat_tells_its_owner_there(
    fresh: Gateway, account: Account
) -> None:
    async with fresh.client("operator.read", "operator.write") as owner:
        await account.becomes(POOR, owner)
        await owner.event(
            "chat", lambda one: one["state"] == "final" and f"balance is ${POOR}" in str(one["message"])
        )
        await account.becomes(RICH, owner)
        await owner.event("chat", lambda one: "no longer under" in str(one.get("message")))


async def test_without_a_way_to_the_owner_the_alert_waits_and_tokens_says_so(
    fresh: Gateway, account: Account, telegram: Telegram
) -> None:
    everybody = telegram.channel | {"dmPolicy": "open", "allowFrom": ["*"]}
    await fresh.change(lambda config: config.update(channels={"telegram": everybody}))
    async with fresh.client("operator.admin") as owner:
        await owner.call("token-dashboard.status", refresh=True)

        async def has_no_target() -> bool:
            return (await owner.call("token-dashboard.alerts"))["delivery"]["target"] is None

        await until(has_no_target, 20)
        sent = len(telegram.sent)
        await account.becomes(POOR, owner)
        assert "/tokens alerts here" in await owner.say("/tokens")
        await owner.say("/tokens alerts here")
        await owner.event(
            "chat", lambda one: one["state"] == "final" and f"balance is ${POOR}" in str(one["message"])
        )
        assert telegram.sent[sent:] == []
        await account.becomes(RICH, owner)
        await owner.event("chat", lambda one: "no longer under" in str(one.get("message")))
    await fresh.change(lambda config: config.pop("channels"))


async def test_taken_out_it_leaves_nothing_that_runs_and_can_come_back(fresh: Gateway) -> None:
    [old] = fresh.sidecars()
    gone = await fresh.machine.tokens("openclaw", "uninstall")
    assert gone.code == 0, gone
    await until(lambda: not is_alive(old), 10)
    async with fresh.client("operator.admin") as client:
        with pytest.raises(Refused, match="unknown method"):
            await client.call("token-dashboard.cached")
    assert fresh.machine.ledger.exists()
    back = await fresh.machine.tokens("openclaw", "install")
    assert back.code == 0, back
    await until(fresh.sidecars, 20)


async def test_a_killed_gateway_leaves_no_orphan(fresh: Gateway) -> None:
    await until(fresh.sidecars, 20)
    [sidecar] = fresh.sidecars()
    fresh.process.send_signal(signal.SIGKILL)
    await fresh.process.wait()
    assert await until(lambda: not is_alive(sidecar), 5) < 2
