"""An account at a vendor on this machine whose balance a test moves."""

import re
from dataclasses import dataclass
from typing import Any

from openclaw_answers import balances
from openclaw_client import Client
from openclaw_waiting import until
from vendor_server import VendorServer

CREDITS = 50
RICH, POOR = "30.00", "3.21"
THRESHOLD = 10


@dataclass(slots=True)
class Account:
    """What an OpenRouter account says of itself. It starts with ``RICH`` dollars left."""

    vendor: VendorServer

    def __post_init__(self) -> None:
        self.holds(RICH)

    def holds(self, dollars: str) -> None:
        """So much is left from now on."""
        used = f"{CREDITS - float(dollars):.2f}".encode()
        self.vendor.mangle = lambda body: re.sub(rb'("total_usage": )[\d.]+', rb"\g<1>" + used, body)

    async def becomes(self, dollars: str, client: Client) -> None:
        """So much is left from now on, and our plugin has seen it."""
        self.holds(dollars)

        async def is_seen() -> bool:
            status = await client.call("token-dashboard.status", refresh=True)
            return [one["amount"] for one in balances(status)] == [dollars]

        await until(is_seen, 20)

    @property
    def key(self) -> str:
        return self.vendor.keys["management key"].reveal()

    @property
    def settings(self) -> dict[str, Any]:
        """Our plugin's configuration: where the account is, its key, and when to warn."""
        return {
            "providers": {"openrouter": {"managementKey": self.key, "baseUrl": self.vendor.url}},
            "alertThresholds": {"openrouter": {"balanceUsd": THRESHOLD}},
            "notify": {"coolDownMinutes": 0},
            "timeZone": "UTC",
            "language": "en",
        }
