"""All providers at once, as one command asks them, in moods that no figure comes of."""

from contextlib import AsyncExitStack

import pytest
from machine import Machine, settings_of
from vendor_server import VendorServer

from token_dashboard.providers._contract import discover

GOOD, AUTHENTICATION, NOTHING_REACHABLE = 0, 2, 4


@pytest.mark.parametrize(
    ("mood", "code"),
    [
        ("401", AUTHENTICATION),
        ("429-seconds", NOTHING_REACHABLE),
        ("html", NOTHING_REACHABLE),
        ("redirect", NOTHING_REACHABLE),
        ("booleans", NOTHING_REACHABLE),
    ],
)
async def test_each_account_says_why_it_has_no_figure_and_shows_none(
    machine: Machine, mood: str, code: int
) -> None:
    async with AsyncExitStack() as stack:
        vendors = [
            await stack.enter_async_context(VendorServer.playing(one.id, mood))
            for one in discover()
            if not one.is_host
        ]
        machine.configure(
            providers={one.provider: settings_of(one) for one in vendors},
            allowUndocumented=True,
            allowBilled=True,
        )
        told = await machine.run("status", "--refresh", "--json")
        chat = await machine.run("chat", "/tokens")
        assert all(one.requests and not one.elsewhere for one in vendors)
    accounts = {one["provider"]: one for one in told.json["accounts"]}
    assert accounts.keys() == {one.provider for one in vendors}
    assert [name for name, one in accounts.items() if one["snapshot"] or not one["problem"]] == []
    assert (told.code, chat.code) == (code, GOOD)
    assert "canary" not in told.out + told.err + chat.out + chat.err
