"""What programs that listen to a gateway hear of usage."""

from token_dashboard.gateway.host import USAGE_EVENT, Host
from token_dashboard.model.status import UsageNow
from token_dashboard.render import wire


class HostAudience:
    """The engine's ``Audience``: whoever is connected to a gateway."""

    def __init__(self, host: Host) -> None:
        self._host = host

    async def hear(self, usage: UsageNow) -> None:
        await self._host.emit(USAGE_EVENT, wire.usage_now(usage))
