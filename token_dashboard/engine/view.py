"""How the owner looks at figures: zone, language, and how long an answer may take."""

from collections.abc import Callable
from typing import TypeAlias
from zoneinfo import ZoneInfo

from token_dashboard.model.exchange import Exchange
from token_dashboard.model.record import record

Exchanges: TypeAlias = Callable[[str | None], Exchange | None]
"""The rates of a currency, or of the one that the owner wants to see; ``None`` where dollars are enough."""


def dollars_alone(currency: str | None) -> None:
    """No other currency is shown."""
    del currency


@record
class View:
    """How the owner looks at figures."""

    tz: ZoneInfo
    language: str
    poll_interval_s: int
    wait_s: float
    """How long an answer waits for logs and providers before it is given with what there is."""
    tells_projects: bool = False
    """Whether the names of projects may leave this machine."""
    exchanges: Exchanges = dollars_alone
