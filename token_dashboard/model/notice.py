"""What is told to the owner unasked, on its way through one channel, and what became of it."""

from enum import StrEnum

from token_dashboard.model.alert import Alert
from token_dashboard.model.digest import Digest
from token_dashboard.model.record import record


@record
class Notice:
    """Something to tell. One of its members is given; none of them: a test of the channel."""

    alerts: tuple[Alert, ...] = ()
    """One, or those that waited together for the end of quiet hours."""
    digest: Digest | None = None
    text: str | None = None
    """What an older version had put into words already."""


@record
class Posting:
    """A notice for one channel."""

    channel: str
    topic: str
    """Notices of one topic arrive in the order in which they were posted; others don't wait for them."""
    notice: Notice
    is_urgent: bool = False
    """It is brought in quiet hours too."""
    is_gathered: bool = False
    """It waits for the end of quiet hours, and becomes one notice with all others that do."""


@record
class Parcel:
    """A notice that is being brought."""

    id: int
    notice: Notice
    posted_ms: int
    tries: int
    """How often it was tried in vain before."""


class Outcome(StrEnum):
    """What a channel says of a notice it was handed."""

    TAKEN = "taken"
    """It is there, or in the hands of somebody who brings it there by himself."""
    FAILED = "failed"
    """It is not there; another try may succeed."""
    REFUSED = "refused"
    """It is not there, and another try would fail too."""
    UNSURE = "unsure"
    """It may be there."""
    NO_WAY = "no_way"
    """Nobody knows yet where to bring it; it was not tried."""


@record
class Receipt:
    """What a channel says, and a few technical words on why: never an address or a key."""

    outcome: Outcome
    reason: str = ""


@record
class Queue:
    """What waits for a channel."""

    waiting: int
    failed_ms: int | None
    """When the latest try failed of those that wait; ``None`` when none did."""
