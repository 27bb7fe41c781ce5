"""Who a usage event belongs to."""

from typing import NamedTuple


class Attribution(NamedTuple):
    """The owner of a request, as far as its source knows. ``None`` is unknown.

    Down to ``machine`` they are few; ``session`` and what is below it are as many as there are sessions.
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
    """What caused the request: ``human``, ``heartbeat``, ``cron``, ``hook``, ``memory`` (an agent's notes),
    ``retry``, ``compaction``; or another word of the agent's own."""
    machine: str | None = None
    """Which machine of a team; ``None`` is the one whose ledger it is."""
    session: str | None = None
    conversation: str | None = None
    sender: str | None = None
    channel: str | None = None

    def is_filled_by(self, other: "Attribution") -> bool:
        """Does another record of the same session know what this one doesn't?"""
        if self.session and other.session and self.session != other.session:
            return False
        return any(theirs is not None and mine is None for mine, theirs in zip(self, other, strict=True))

    def filled_by(self, other: "Attribution") -> "Attribution":
        """This owner, with the other's words where it has none."""
        return Attribution._make(
            theirs if mine is None else mine for mine, theirs in zip(self, other, strict=True)
        )


NOBODY = Attribution()
