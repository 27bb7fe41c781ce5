"""The Python program behind the plugin: one a gateway, there again after a crash, gone with its gateway."""

import os
import signal

import pytest
from openclaw_answers import balances
from openclaw_client import Client, Refused
from openclaw_machine import Change, Gateway, ours
from openclaw_marks import ON_THE_GATEWAY
from openclaw_processes import is_alive
from openclaw_vendor import RICH
from openclaw_waiting import until

pytestmark = ON_THE_GATEWAY


async def new_sidecar(gateway: Gateway, old: int) -> int:
    """The one process that has taken the place of another."""
    await until(lambda: [pid for pid in gateway.sidecars() if pid != old], 15)
    await until(lambda: not is_alive(old))
    [new] = gateway.sidecars()
    return new


async def test_one_process_runs_however_often_the_plugin_is_loaded(gateway: Gateway, client: Client) -> None:
    await client.say("/tokens")
    await client.call("token-dashboard.cached")
    assert len(gateway.sidecars()) == 1


async def test_after_a_crash_the_figures_are_there_again_and_tokens_says_so(
    gateway: Gateway, client: Client
) -> None:
    [old] = gateway.sidecars()
    os.kill(old, signal.SIGKILL)
    cached = await client.call("token-dashboard.cached")
    assert [one["amount"] for one in balances(cached)] == [RICH]
    assert await new_sidecar(gateway, old) != old
    assert "crashed" in await client.say("/tokens")
    assert "SIGKILL" in gateway.tail()


async def test_a_changed_setting_takes_a_new_process(gateway: Gateway, client: Client) -> None:
    [old] = gateway.sidecars()
    await gateway.set(language="de")
    await new_sidecar(gateway, old)
    assert "wieder" in await client.say("/tokens")
    [old] = gateway.sidecars()
    await gateway.set(language="en")
    await new_sidecar(gateway, old)
    assert "next check" in await client.say("/tokens")


async def test_a_setting_that_is_wrong_leaves_everything_as_it_was(gateway: Gateway, client: Client) -> None:
    before = gateway.sidecars()
    said = await gateway.set(pollIntervalMinutes="often")
    assert "pollIntervalMinutes" in said
    assert "OpenRouter" in await client.say("/tokens")
    gateway.machine.configure(ours(pollIntervalMinutes=None))
    assert gateway.sidecars() == before


async def test_switched_off_it_leaves_nothing_and_switched_on_it_is_back(
    gateway: Gateway, client: Client
) -> None:
    def switch(is_on: bool) -> Change:
        return lambda config: config["plugins"]["entries"]["token-dashboard"].update(enabled=is_on)

    [old] = gateway.sidecars()
    await gateway.change(switch(False))
    await until(lambda: not is_alive(old))
    assert gateway.sidecars() == []
    with pytest.raises(Refused):
        await client.call("token-dashboard.cached")
    await gateway.change(switch(True))
    await until(gateway.sidecars)
    assert (await client.call("token-dashboard.cached"))["accounts"]
