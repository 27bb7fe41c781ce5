"""What the engine needs of the outside, to be given by a door."""

from collections.abc import Sequence
from typing import Protocol

from token_dashboard.model.alert import Alert


class Notifier(Protocol):
    """Brings alerts to the bot's owner."""

    async def notify(self, alerts: Sequence[Alert]) -> None:
        """Tell the owner of alerts that have just become new or resolved, one message each."""
        ...
