"""What tells the owner unasked, put together as the settings say: channels, the desk, summaries."""

from token_dashboard.config.settings import ChannelSettings, Settings
from token_dashboard.engine.alert_desk import AlertDesk
from token_dashboard.engine.courier import Courier
from token_dashboard.engine.dashboard import Dashboard
from token_dashboard.engine.digests import Digests, Plan
from token_dashboard.engine.ports import Channel, Notifier
from token_dashboard.engine.quiet_hours import QuietHours
from token_dashboard.ledger import Ledger
from token_dashboard.model.alert import AlertKind, Severity
from token_dashboard.model.clock import Clock
from token_dashboard.model.period import MINUTE_MS, zone


class Messages:
    """The courier with the channels that are configured, and those who give him work."""

    def __init__(self, settings: Settings, dashboard: Dashboard, ledger: Ledger, clock: Clock) -> None:
        self._settings = settings
        self._ledger = ledger
        notify, tz = settings.notify, zone(settings.time_zone)
        quiet = None
        if notify.quiet_hours is not None:
            quiet = QuietHours(start=notify.quiet_hours[0], end=notify.quiet_hours[1], tz=tz)
        self.courier = Courier(ledger, clock, quiet)
        pause_ms = notify.cool_down_minutes * MINUTE_MS
        self.desk = AlertDesk(ledger, clock, self.courier, pause_ms=pause_ms)
        plans = [
            Plan(name=name, schedule=one.schedule, covers=one.covers, channels=one.channels)
            for name, one in notify.digests.items()
        ]
        self.digests = Digests(plans, dashboard, ledger, self.courier, clock, tz)
        for name, one in notify.channels.items() if notify.enabled else ():
            self.courier.add(_channel(_notifier(name, one, dashboard, clock), one))

    def tell(self, notifier: Notifier, *, is_program: bool = False) -> None:
        """Tell the owner this way too, if he wants to be told; programs neither sleep nor read summaries."""
        if self._settings.notify.enabled:
            channel = Channel(notifier=notifier, sleeps=not is_program, takes_digests=not is_program)
            self.courier.add(channel)


def _channel(notifier: Notifier, said: ChannelSettings) -> Channel:
    return Channel(
        notifier=notifier,
        severities=frozenset(said.severities or Severity),
        kinds=frozenset(said.kinds or AlertKind),
        sleeps=said.webhook is None,
        takes_digests=said.webhook is None,
    )


def _notifier(name: str, said: ChannelSettings, dashboard: Dashboard, clock: Clock) -> Notifier:
    if said.webhook is not None and said.secret is not None:
        from token_dashboard.notify.webhook import WebhookNotifier

        return WebhookNotifier(name, said.webhook, said.secret, clock)
    if said.url is None:
        raise ValueError(name)  # the check of the settings lets none through
    from token_dashboard.notify.apprise_service import AppriseNotifier

    return AppriseNotifier(name, said.url, dashboard, clock)
