"""``openclaw tokens …`` in a terminal, beside a running gateway and without one."""

import asyncio

from openclaw_answers import balances, faults
from openclaw_client import Client
from openclaw_machine import Gateway, Machine, Ran
from openclaw_marks import ON_THE_GATEWAY
from openclaw_vendor import RICH, Account

pytestmark = ON_THE_GATEWAY

PAGES = {"status": "status", "burn": "burn", "providers": "providers", "report": "report", "alerts": "alerts"}
"""Each page of the command line that machines read, and its schema."""


async def every_page(machine: Machine) -> dict[str, Ran]:
    """What ``openclaw tokens … --json`` prints; two at a time, as a small machine has cores."""
    turns = asyncio.Semaphore(2)

    async def typed(page: str) -> Ran:
        async with turns:
            return await machine.openclaw("tokens", page, "--json")

    return dict(zip(PAGES, await asyncio.gather(*(typed(page) for page in PAGES)), strict=True))


async def test_beside_a_gateway_each_page_is_json_and_nothing_else(
    gateway: Gateway, client: Client, account: Account
) -> None:
    await client.call("token-dashboard.status", refresh=True)
    asked_before = len(account.vendor.requests)
    pages = await every_page(gateway.machine)
    assert [fault for page, ran in pages.items() for fault in faults(ran.json, PAGES[page])] == []
    assert [one["amount"] for one in balances(pages["status"].json)] == [RICH]
    assert len(account.vendor.requests) == asked_before  # the gateway knew


async def test_a_person_reads_tables_and_wrong_words_end_with_an_error(gateway: Gateway) -> None:
    typed, mistyped, helped = await asyncio.gather(
        gateway.machine.openclaw("tokens", "status"),
        gateway.machine.openclaw("tokens", "sttaus"),
        gateway.machine.openclaw("--help"),
    )
    assert typed.code == 0, typed
    assert "OpenRouter" in typed.out
    assert f"${RICH}" in typed.out
    assert mistyped.code != 0
    assert "status" in mistyped.err
    assert "tokens" in helped.out
