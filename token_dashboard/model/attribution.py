"""Who a usage event belongs to."""

from typing import NamedTuple


class Attribution(NamedTuple):
    """The owner of a request, as far as its source knows. ``None`` is unknown.

    The first group is low in number and is rolled up with the totals; the second group (``session`` and
    below) is kept with the single events only.
    """

    app: str | None = None
    """The label an operator gives the calling program."""
    project: str | None = None
    """The folder the agent worked in."""
    branch: str | None = None
    user: str | None = None
    feature: str | None = None
    team: str | None = None
    trigger: str | None = None
    """What caused the request: ``human``, ``heartbeat``, ``cron``, ``retry``, ``compaction``."""
    session: str | None = None
    conversation: str | None = None
    sender: str | None = None
    channel: str | None = None


NOBODY = Attribution()
