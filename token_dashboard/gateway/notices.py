"""Notices on their way through a chat gateway: to its owner's chat, and to the programs that listen."""

import logging

from token_dashboard.engine.dashboard import Dashboard
from token_dashboard.gateway.host import ALERT_EVENT, Host, OwnerChat
from token_dashboard.model.clock import Clock
from token_dashboard.model.notice import Outcome, Parcel, Receipt
from token_dashboard.render import chat, wire
from token_dashboard.render.language import language
from token_dashboard.render.phrases import called

OWNER = "owner"
"""The name of the channel to the owner's chat."""
_PROGRAMS = "programs"
_log = logging.getLogger(__name__)


class HostNotifier:
    """Tells the programs that listen to a gateway, and its log; each alert by itself."""

    name = _PROGRAMS
    is_repeatable = True

    def __init__(self, host: Host, dashboard: Dashboard, clock: Clock) -> None:
        self._host = host
        self._dashboard = dashboard
        self._clock = clock

    async def notify(self, parcel: Parcel) -> Receipt:
        spoken, names = language(self._dashboard.settings_language), self._dashboard.names
        for alert in parcel.notice.alerts:
            name = called(names, alert.condition.subject, alert.condition.account)
            said = chat.alert(
                alert, spoken, self._clock.now_ms(), name=name, time_zone=self._dashboard.time_zone
            )
            _log.warning("%s", said.replace("\n", " "))
            await self._host.emit(ALERT_EVENT, wire.alert(alert))
        return Receipt(outcome=Outcome.TAKEN)


class OwnerNotifier:
    """Writes to the owner in the owner's language, by the gateway's way to the owner's chat."""

    name = OWNER
    is_repeatable = False

    def __init__(self, owner_chat: OwnerChat, dashboard: Dashboard, clock: Clock) -> None:
        self._owner_chat = owner_chat
        self._dashboard = dashboard
        self._clock = clock

    async def notify(self, parcel: Parcel) -> Receipt:
        text = chat.notice(
            parcel.notice,
            language(self._dashboard.settings_language),
            self._clock.now_ms(),
            self._dashboard.names,
            self._dashboard.time_zone,
        )
        return await self._owner_chat.send(text)
