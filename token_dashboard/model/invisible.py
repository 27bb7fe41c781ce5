"""What was paid for answers that nobody saw, and why another program's figure is smaller than ours."""

from datetime import date
from enum import StrEnum

from token_dashboard.model.money import Money
from token_dashboard.model.record import record


class Visibility(StrEnum):
    """What became of a paid answer. One that is several of these is the first."""

    ABANDONED = "abandoned"
    """On a branch of the conversation that was left."""
    PUT_AWAY = "put_away"
    """In a session that was deleted or reset."""
    FAILED = "failed"
    """It ended in an error or was stopped."""
    COMPACTION = "compaction"
    """A summary that the program made for itself."""
    HEARTBEAT = "heartbeat"
    """The program woke itself."""
    SILENT = "silent"
    """The model answered that it has nothing to say."""
    VISIBLE = "visible"


@record
class Spending:
    """Some answers and what they cost: what the log says, else list price."""

    requests: int = 0
    tokens: int = 0
    cost: Money = Money(0)
    unpriced_requests: int = 0
    """Whose cost isn't known."""

    def __add__(self, other: "Spending") -> "Spending":
        return Spending(
            requests=self.requests + other.requests,
            tokens=self.tokens + other.tokens,
            cost=self.cost + other.cost,
            unpriced_requests=self.unpriced_requests + other.unpriced_requests,
        )

    def __sub__(self, other: "Spending") -> "Spending":
        return Spending(
            requests=self.requests - other.requests,
            tokens=self.tokens - other.tokens,
            cost=Money(self.cost.nanos - other.cost.nanos),
            unpriced_requests=self.unpriced_requests - other.unpriced_requests,
        )


@record
class InvisiblePart:
    """The answers of one kind."""

    kind: Visibility
    spending: Spending


@record
class Invisible:
    """OpenClaw's answers of a period by what became of them, beside what OpenClaw itself counts."""

    time_zone: str
    since: date | None
    until: date | None
    total: Spending
    parts: tuple[InvisiblePart, ...]
    """Those that nobody saw, the dearest first."""
    openclaw: Spending
    """What OpenClaw counts: the answers on the active branches of the sessions in its database and all that
    stand in files, at the cost that stands in its transcripts."""
    uncounted: tuple[InvisiblePart, ...]
    """What it leaves out, by kind."""
    untraced: Spending
    """Answers whose transcript is no longer there: they are told by what caused them."""
    pruned_requests: int
    """Requests whose detail was deleted; they are in none of these figures."""

    @property
    def invisible(self) -> Spending:
        return sum((one.spending for one in self.parts), Spending())

    @property
    def repriced(self) -> Money:
        """What is left of the difference: other costs for the same answers, where a log tells none."""
        left_out = sum((one.spending for one in self.uncounted), Spending()).cost.nanos
        return Money(self.total.cost.nanos - self.openclaw.cost.nanos - left_out)
