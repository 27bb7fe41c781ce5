"""Usage that somebody logs by hand: a request that no log and no program told of."""

from collections.abc import Callable
from uuid import uuid4

from token_dashboard.engine.imports.rows import Row, event_of
from token_dashboard.model.period import MINUTE_MS
from token_dashboard.model.usage import UsageEvent
from token_dashboard.render.wire import moment

CLOCK_TOLERANCE_MS = 5 * MINUTE_MS
"""How far the clock of who tells of a request may be ahead of ours."""


def completed(now_ms: Callable[[], int]) -> Callable[[Row], Row]:
    """What makes a whole row of one that somebody wrote: of now, by hand, and another one than all others."""

    def complete(row: Row) -> Row:
        now = now_ms()
        whole = {"time": moment(now), "inputTokens": 0, "outputTokens": 0} | dict(row)
        whole = {"id": f"manual:{uuid4().hex}"} | whole | {"source": "manual"}
        check(event_of(whole), now)
        return whole

    return complete


def check(event: UsageEvent, now_ms: int) -> None:
    """See that a person's figures agree with each other, and are of a time that has been.

    Raises:
        ValueError: they don't, or aren't; the reason says which.
    """
    if event.time_ms > now_ms + CLOCK_TOLERANCE_MS:
        raise ValueError(
            f"time {moment(event.time_ms)} is in the future (this computer's clock says {moment(now_ms)}): "
            "say when it was, or leave it out for now"
        )
    if not event.total_tokens:
        raise ValueError("there are no tokens in it: say how many with input and output")
    if event.cache_read_input_tokens + event.cache_creation_input_tokens > event.input_tokens:
        raise ValueError("input is less than its cached parts; input includes them")
    if event.cache_creation_1h_input_tokens > event.cache_creation_input_tokens:
        raise ValueError("the one-hour part of cache creation is more than the whole")
    if event.reasoning_output_tokens > event.output_tokens:
        raise ValueError("reasoning is more than output, which includes it")
