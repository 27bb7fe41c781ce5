"""Asking a vendor as the collector does, with whatever comes back searched for keys."""

import asyncio
import traceback
from collections.abc import Callable

from vendor_server import VendorServer

from token_dashboard.model.errors import CredentialsRejected, PermissionMissing, ProviderError
from token_dashboard.model.snapshot import Snapshot
from token_dashboard.providers._access import Access, AskHost
from token_dashboard.providers._answer import Asker, check
from token_dashboard.providers._contract import Provider, discover
from token_dashboard.providers._http import Attempt, ProviderHttp, Request, open_http

NOW_MS = 1_795_357_920_000
"""Sunday 2026-11-22 14:32 UTC."""

PROVIDERS: dict[str, Provider] = {provider.id: provider for provider in discover()}


PATIENCE_S = 10.0
"""A question that takes longer has no end, such as pages that are followed for ever."""


def access_to(vendor: VendorServer, http: ProviderHttp, base_url: str | None = None) -> Access:
    return Access(
        provider=vendor.known,
        keys=vendor.found,
        base_url=base_url or vendor.url,
        http=http,
        now_ms=NOW_MS,
        region=vendor.region,
        options=vendor.case.get("options", {}),
        allows_undocumented="undocumented" in vendor.case.get("allows", ()),
        allows_billed="billed" in vendor.case.get("allows", ()),
        host=host_at(vendor, http) if vendor.known.is_host else None,
        asked=frozenset({vendor.provider, *vendor.case.get("asked", ())}),
    )


def host_at(vendor: VendorServer, http: ProviderHttp) -> AskHost:
    """The vendor as the host that we are a part of: a method of its own is a POST to the method's name."""
    name = vendor.known.name
    asker = Asker(
        provider=name,
        refused=lambda status: CredentialsRejected(provider=name, status=status, where=vendor.known.docs),
        forbidden=lambda status: PermissionMissing(provider=name, status=status, needed=""),
        checks="",
        now_ms=NOW_MS,
    )

    async def ask_host(method: str) -> bytes:
        answer = await http.ask(Request("POST", f"{vendor.url}/{method}", method, {}, b"{}", name))
        check(answer, asker)
        return answer.body

    return ask_host


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
            async with asyncio.timeout(PATIENCE_S):  # a module that asks without an end fails
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
