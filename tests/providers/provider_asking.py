"""Asking a vendor as the collector does, with whatever comes back searched for keys."""

import traceback
from collections.abc import Callable

from vendor_server import VendorServer

from token_dashboard.model.errors import ProviderError
from token_dashboard.model.snapshot import Snapshot
from token_dashboard.providers._contract import Access, Provider, discover
from token_dashboard.providers._http import Attempt, ProviderHttp, open_http

NOW_MS = 1_795_357_920_000
"""Sunday 2026-11-22 14:32 UTC."""

PROVIDERS: dict[str, Provider] = {provider.id: provider for provider in discover()}


def access_to(vendor: VendorServer, http: ProviderHttp, base_url: str | None = None) -> Access:
    return Access(
        provider=PROVIDERS[vendor.provider],
        keys=vendor.keys,
        base_url=base_url or vendor.url,
        http=http,
        now_ms=NOW_MS,
    )


async def ask(
    vendor: VendorServer,
    *,
    timeout_s: float = 5.0,
    base_url: str | None = None,
    on_attempt: Callable[[Attempt], None] | None = None,
) -> Snapshot:
    """The vendor's snapshot; fails when a key shows up in it, or anywhere in the error."""
    async with open_http(timeout_s=timeout_s, on_attempt=on_attempt) as http:
        access = access_to(vendor, http, base_url)
        try:
            snapshot = await access.provider.fetch(access)
        except ProviderError as error:
            told = [str(error), repr(error), error.params, error.__cause__, error.__context__]
            shows_no_key(vendor, told, *traceback.format_exception(error))
            raise
    shows_no_key(vendor, access, snapshot)
    return snapshot


def shows_no_key(vendor: VendorServer, *things: object) -> None:
    shown = repr(things)
    assert not [kind for kind, key in vendor.keys.items() if key.reveal() in shown]
