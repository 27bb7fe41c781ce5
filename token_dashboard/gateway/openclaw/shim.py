"""What the JavaScript end of the bridge does for us: each of its methods, with a limit of time."""

from collections.abc import Collection
from typing import Literal, TypeAlias

from token_dashboard.gateway.host import Json, Origin
from token_dashboard.gateway.openclaw.facts import Facts, read_facts
from token_dashboard.gateway.openclaw.owner import WEB_CHAT
from token_dashboard.gateway.openclaw.peer import HostRefused, Peer
from token_dashboard.model.secret import Secret

Outcome: TypeAlias = Literal["sent", "queued", "suppressed", "failed"]
"""``queued``: the gateway has it and will deliver it. ``suppressed``: a rule of the gateway's said no."""

_ASK_S = 3.0
_KEYS_S = 10.0
_SEND_S = 12.0
"""Less than the other end gives itself: its "not in time" would look like a failure that may be repeated."""
_GATEWAY_S = 15.0


class Shim:
    """The other end, typed. Every method raises ``HostRefused`` and ``HostSilent``."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    async def facts(self) -> Facts:
        """The host's configuration as it is now."""
        return read_facts(await self._peer.call("facts", {}, _ASK_S))

    async def keys(self, providers: Collection[str]) -> dict[str, Secret]:
        """The API keys that the host has, by its ids of the providers."""
        found = await self._peer.call("keys", {"providers": sorted(providers)}, _KEYS_S)
        keys = {name: _key(one) for name, one in found.items()} if isinstance(found, dict) else {}
        return {name: key for name, key in keys.items() if key is not None and name in providers}

    async def send(self, to: Origin, text: str) -> Outcome:
        """Write to a chat, in Markdown."""
        if to.channel == WEB_CHAT:
            given = await self._peer.call("inject", {"sessionKey": to.session, "text": text}, _SEND_S)
        else:
            address = {"channel": to.channel, "to": to.to, "accountId": to.account, "threadId": to.thread}
            said = {name: value for name, value in address.items() if value is not None}
            given = await self._peer.call("send", {**said, "text": text}, _SEND_S)
        status = given.get("status") if isinstance(given, dict) else None
        if status not in {"sent", "queued", "suppressed", "failed"}:
            raise HostRefused("send", f"an unknown status: {status}")
        outcome: Outcome = status
        return outcome

    async def emit(self, event: str, payload: Json) -> None:
        """Send an event to the programs that listen."""
        await self._peer.call("emit", {"event": event, "payload": payload}, _ASK_S)

    async def gateway(self, method: str, params: Json) -> Json:
        """What a read method of the host's own answers: ``usage.status``, ``sessions.usage``."""
        answer = await self._peer.call("gateway", {"method": method, "params": params}, _GATEWAY_S)
        if not isinstance(answer, dict):
            raise HostRefused(method, "no JSON object came back")
        return answer


def _key(given: object) -> Secret | None:
    text = given.get("apiKey") if isinstance(given, dict) else None
    return Secret(text.strip()) if isinstance(text, str) and text.strip() else None
