"""Messages that did not arrive."""

from enum import StrEnum

from token_dashboard.model.record import record


class Fate(StrEnum):
    """Why a notice is no longer tried."""

    GAVE_UP = "gave_up"
    """It failed for a day."""
    REFUSED = "refused"
    """The channel said that another try would fail too."""
    UNCERTAIN = "uncertain"
    """It may have arrived: the channel didn't say, or we were stopped in between. Nothing is told twice."""
    CROWDED_OUT = "crowded_out"
    """Too many were waiting for a way."""


@record
class Undelivered:
    """A notice that did not arrive, as far as is known."""

    channel: str
    keys: tuple[str, ...]
    """Of the crossings that it told of; none for a summary."""
    posted_ms: int
    ended_ms: int
    """When it was given up."""
    fate: Fate
    reason: str
    """A few technical words: ``HTTP 410``. Empty when there is nothing to add."""
