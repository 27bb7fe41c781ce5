"""Bringing the ledger up to date before a command answers from it."""

import asyncio
from contextlib import suppress

from token_dashboard.cli import server
from token_dashboard.cli.compose import Product
from token_dashboard.cli.progress import scan_progress
from token_dashboard.model.status import Status


async def up_to_date(product: Product, *, refresh: bool = False, provider: str | None = None) -> Status:
    """How things stand, after a ``look``."""
    await look(product, refresh=refresh, provider=provider)
    return await product.dashboard.cached()


async def look(
    product: Product, *, refresh: bool = False, provider: str | None = None, wait_s: float | None = None
) -> None:
    """Read new logs and ask about accounts: a gateway that runs is asked to, otherwise this process does.

    A gateway may have keys that this process hasn't, from the host that it runs in: its accounts are shown.
    ``wait_s`` bounds how long slow providers are waited for, where that is to be less than usual.
    """
    params = {"refresh": refresh, **({"provider": provider} if provider else {})}
    answer = await asyncio.to_thread(server.ask, product.gateway_note, "token-dashboard.status", params)
    if answer is not None:
        asked = {(account["provider"], account["account"]) for account in answer["accounts"]}
        product.catalog.asked_elsewhere.update(asked)
        mine = {one.whose for one in product.accounts.known() if one.is_watched}
        if {one for one in mine if provider in {None, one[0]}} <= asked:
            return
        # Otherwise a key was set after the gateway started, and only this process has it.
    with scan_progress() as progress:
        await product.scanner.scan(progress)
    with suppress(TimeoutError):
        async with asyncio.timeout(wait_s):
            await product.dashboard.look(refresh=refresh, provider=provider)
