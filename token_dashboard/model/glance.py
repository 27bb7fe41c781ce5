"""What a status bar shows: small, and true until the moments that it names."""

from token_dashboard.model.money import Nanos
from token_dashboard.model.record import record


@record
class QuotaWindow:
    """One window of the plan that the agent runs on."""

    name: str
    """``5h``, ``7d``."""
    used_percent: float
    resets_ms: int | None


@record
class Glance:
    """How things stand for one agent. Costs are list costs, US dollars; ``None`` is an unknown price."""

    as_of_ms: int
    today_nanos: Nanos | None
    """Of all agents."""
    is_today_partial: bool
    """Some of it has no known price."""
    today_ends_ms: int
    block_ends_ms: int | None
    """``None``: no block runs."""
    windows: tuple[QuotaWindow, ...]
    sessions: dict[str, Nanos]
    """The cost of each session of the agent that was active within a day."""
    partial_sessions: tuple[str, ...]
    """Those of them of which some has no known price."""
