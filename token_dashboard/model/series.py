"""Use over time, as forecasts and watchers read it."""

from token_dashboard.model.money import Nanos
from token_dashboard.model.period import HOUR_MS
from token_dashboard.model.record import record


@record
class Series:
    """What was used in each hour, oldest first: nanos of one currency, tokens, or millionths of a percent.

    A forecast of a part (one model, one project) is made of the series of that part.
    """

    start_ms: int
    """Where the first hour begins; a whole hour UTC."""
    values: tuple[int, ...]
    """The last hour may still run; none is unknown: an hour that wasn't observed is before the start."""

    @property
    def end_ms(self) -> int:
        """Where the last hour ends."""
        return self.start_ms + len(self.values) * HOUR_MS


@record
class UsageSlice:
    """What one session used of one model in one quarter of an hour, for one reason."""

    start_ms: int
    """Where the quarter begins."""
    agent: str | None
    session: str | None
    provider: str | None
    model: str | None
    trigger: str | None
    """As in ``Attribution``."""
    requests: int
    input_tokens: int
    """Cached parts included."""
    cache_read_input_tokens: int
    output_tokens: int
    cost_nanos: Nanos | None
    """US dollars; ``None`` when the price isn't known."""
    human_turns: int | None = None
    """How many messages a person sent to the session in this quarter; ``None`` when nobody can tell."""

    @property
    def total_tokens(self) -> int:
        return self.input_tokens + self.output_tokens
