"""Alerts on their way to the owner of a chat gateway."""

import logging
from collections.abc import Sequence

from token_dashboard.engine.dashboard import Dashboard
from token_dashboard.gateway.host import ALERT_EVENT, Host, Message
from token_dashboard.model.alert import Alert
from token_dashboard.model.clock import Clock
from token_dashboard.render import chat, wire
from token_dashboard.render.language import language

_log = logging.getLogger(__name__)


class HostNotifier:
    """The engine's ``Notifier``, over a gateway: one message each, in the owner's language."""

    def __init__(self, host: Host, dashboard: Dashboard, clock: Clock) -> None:
        self._host = host
        self._dashboard = dashboard
        self._clock = clock

    async def notify(self, alerts: Sequence[Alert]) -> None:
        spoken = language(self._dashboard.settings_language)
        for alert in alerts:
            text = chat.alert(
                alert,
                spoken,
                self._clock.now_ms(),
                name=self._dashboard.names.get(alert.condition.subject),
                time_zone=self._dashboard.time_zone,
            )
            _log.warning("%s", text.replace("\n", " "))
            await self._host.notify(Message(text=text, event=ALERT_EVENT, payload=wire.alert(alert)))
