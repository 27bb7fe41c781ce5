"""OpenClaw as a provider of figures: what its own methods tell of the bot's accounts."""

import json

from token_dashboard.gateway.openclaw.peer import HostRefused, HostSilent
from token_dashboard.gateway.openclaw.shim import Shim
from token_dashboard.model.errors import ProviderUnavailable

HOST = "openclaw"
"""The provider's id."""
_NAME = "OpenClaw"


async def ask_host(shim: Shim, method: str) -> bytes:
    """What a read method of the gateway answers, as JSON.

    Raises:
        ProviderUnavailable: it didn't answer, or refused to.
    """
    try:
        return json.dumps(await shim.gateway(method, {})).encode()
    except HostSilent:
        reason = "no answer from its gateway in time"
    except HostRefused:  # its words are not repeated: who knows what they quote
        reason = f"its gateway refused {method}"
    raise ProviderUnavailable(provider=_NAME, reason=reason)
