"""OpenClaw's own knowledge of its accounts, asked where there is no OpenClaw."""

from dataclasses import replace

import pytest
from provider_asking import access_to
from vendor_server import VendorServer

from token_dashboard.model.errors import ProviderUnavailable
from token_dashboard.providers._http import open_http


async def test_outside_of_the_host_nothing_is_sent() -> None:
    async with VendorServer.playing("openclaw") as vendor, open_http() as http:
        access = replace(access_to(vendor, http), host=None)
        with pytest.raises(ProviderUnavailable, match="it answers only inside its gateway"):
            await access.provider.fetch(access)
        assert vendor.requests == []
