"""``Host`` over the bridge: what plugins register is called by OpenClaw, and what they say goes there."""

import logging

from token_dashboard.gateway.host import CommandCall, Json
from token_dashboard.gateway.openclaw.owner_messages import OwnerMessages, may_change
from token_dashboard.gateway.openclaw.peer import HostRefused, HostSilent
from token_dashboard.gateway.openclaw.shim import Shim
from token_dashboard.gateway.registry import Registry

_log = logging.getLogger(__name__)

_EVENT_PREFIX = "plugin.token-dashboard."
"""OpenClaw puts it before the events of this plugin by itself."""


class OpenClawHost(Registry):
    """A ``Host``. Its services are started by whoever runs the bridge."""

    def __init__(self, shim: Shim, owner_messages: OwnerMessages) -> None:
        super().__init__()
        self._shim = shim
        self._owner_messages = owner_messages

    @property
    def owner_chat(self) -> OwnerMessages:
        return self._owner_messages

    async def is_owner(self, call: CommandCall) -> bool:
        return may_change(call, await self._shim.facts())

    async def emit(self, event: str, payload: Json) -> None:
        try:
            await self._shim.emit(event.removeprefix(_EVENT_PREFIX), payload)
        except (HostRefused, HostSilent) as error:
            _log.warning("an event went nowhere: %s", error)
