"""The keys that OpenClaw has for the providers that both of us know."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from token_dashboard.gateway.openclaw.shim import Shim
from token_dashboard.model.secret import Secret

_THEIR_IDS: Final = {"gemini": "google", "grok": "xai", "kimi": "moonshot", "z-ai": "zai"}
"""OpenClaw's id of a provider, where it isn't ours."""


async def host_keys(shim: Shim, addresses: Mapping[str, str | None]) -> dict[str, Secret]:
    """API keys by our provider id; providers that the host has no key for are left out.

    ``addresses`` are the providers that are asked for, with the base URL of each. Where the host asks a
    provider's models elsewhere (a proxy, a local server, another region), its key is for that place and must
    not be sent to the vendor. To be called before each poll, because the operator may have changed a key.
    """
    elsewhere = (await shim.facts()).base_urls
    theirs = {_THEIR_IDS.get(ours, ours): ours for ours in addresses}
    wanted = [name for name, ours in theirs.items() if _is_same(elsewhere.get(name), addresses[ours])]
    found = await shim.keys(wanted) if wanted else {}
    return {theirs[name]: key for name, key in found.items()}


def _is_same(asked: str | None, vendors: str | None) -> bool:
    if asked is None:
        return True
    try:
        return vendors is not None and urlsplit(asked).netloc == urlsplit(vendors).netloc
    except ValueError:
        return False
