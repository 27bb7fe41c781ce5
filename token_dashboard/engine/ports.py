"""What the engine needs of the outside, to be given by a door."""

from typing import Protocol

from token_dashboard.model.alert import Alert, AlertKind, Severity
from token_dashboard.model.notice import Parcel, Receipt
from token_dashboard.model.record import record
from token_dashboard.model.status import UsageNow


class Notifier(Protocol):
    """One way out: the owner's chat, the programs that listen, a webhook, a service like Slack."""

    @property
    def name(self) -> str:
        """By which the operator knows it; each has another."""
        ...

    @property
    def is_repeatable(self) -> bool:
        """Whether a notice may be brought again when it isn't known if it has arrived."""
        ...

    async def notify(self, parcel: Parcel) -> Receipt:
        """Bring a notice there, within a minute.

        What goes wrong on the way is said in the receipt; it raises only what is nobody's fault but ours.
        """
        ...


@record
class Channel:
    """A way out, and what of all news goes there."""

    notifier: Notifier
    severities: frozenset[Severity] = frozenset(Severity)
    kinds: frozenset[AlertKind] = frozenset(AlertKind)
    sleeps: bool = True
    """Whether quiet hours hold for it."""
    takes_digests: bool = True

    @property
    def name(self) -> str:
        return self.notifier.name

    @property
    def is_narrowed(self) -> bool:
        """Whether some alerts are kept from it."""
        return len(self.severities) < len(Severity) or len(self.kinds) < len(AlertKind)

    def wants(self, alert: Alert, severity: Severity) -> bool:
        """Whether it is told of an alert that is, or was at its height, so severe."""
        return severity in self.severities and alert.condition.kind in self.kinds


class Audience(Protocol):
    """The programs that listen to a gateway."""

    async def hear(self, usage: UsageNow) -> None:
        """Take in what was used, which has just become more."""
        ...
