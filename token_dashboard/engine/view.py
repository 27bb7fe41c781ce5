"""How the owner looks at figures: zone, language, and how long an answer may take."""

from zoneinfo import ZoneInfo

from token_dashboard.model.record import record


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
