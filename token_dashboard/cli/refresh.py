"""Bringing the ledger up to date before a command answers from it."""

import asyncio

from token_dashboard.cli import server
from token_dashboard.cli.compose import Product
from token_dashboard.cli.console import ScanProgress
from token_dashboard.model.status import Status


async def up_to_date(product: Product, *, refresh: bool = False, provider: str | None = None) -> Status:
    """How things stand. A gateway that runs is asked to look; otherwise this process looks itself."""
    params = {"refresh": refresh, **({"provider": provider} if provider else {})}
    answer = await asyncio.to_thread(server.ask, product.gateway_note, "token-dashboard.status", params)
    asked = {provider} if provider else {one.provider.id for one in product.collector.providers}
    if answer is not None and asked <= {account["provider"] for account in answer["accounts"]}:
        # Otherwise a key was set after the gateway started, and only this process has it.
        return await product.dashboard.cached()
    with ScanProgress() as progress:
        await product.scanner.scan(progress)
    return await product.dashboard.status(refresh=refresh, provider=provider)
