"""The JSON answers of the commands that prove figures; see ``wire`` for the rule that makes them."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from token_dashboard.model.explanation import ExplainedEvent, Explanation, Place, PriceEntry, Verification
from token_dashboard.model.invisible import Invisible
from token_dashboard.model.proof import Audit
from token_dashboard.model.reconciliation import Reconciliation
from token_dashboard.model.record import record
from token_dashboard.render.export.events import wire_event
from token_dashboard.render.json_text import around, json_text, members
from token_dashboard.render.wire import Json, answer

_AT_ONCE = 500
"""Events that are made text together: their objects take more memory than they themselves."""


@record
class _Parts:
    """What is said of some events, each by the rule of answers."""

    places: tuple[Place | None, ...]
    repeats: tuple[tuple[Place, ...], ...]
    prices: tuple[PriceEntry | None, ...]


def audit(found: Audit) -> Json:
    """Each agent's balance with what it amounts to, and whether all of it balances."""
    body = answer(replace(found, rejects=()), balanced=found.is_balanced)
    body["rejects"] = [{"path": one.path, "line": one.line, "reason": one.reason} for one in found.rejects]
    for told, one in zip(body["agents"], found.agents, strict=True):
        told.update(seen=one.seen, missing=one.missing)
    return body


async def explanation(
    found: Explanation, verified: Verification | None, pages: AsyncIterator[Sequence[ExplainedEvent]]
) -> AsyncIterator[str]:
    """The text of a figure with its events, and of what a fresh reading of their sources made of it.

    ``pages`` are the events; they are written as they come.
    """
    body = answer(replace(found, only=(), events=()), verification=verified)
    body["only"] = {dimension.value: text for dimension, text in found.only}
    before, behind = around(body, "events")
    ahead = before
    async for page in pages:
        for start in range(0, len(page), _AT_ONCE):
            yield ahead + members(_events(page[start : start + _AT_ONCE]))
            ahead = ","
    yield json_text(body) if ahead is before else behind


def _events(page: Sequence[ExplainedEvent]) -> list[Json]:
    entries = tuple({one.price: None for one in page})  # few, of however many events
    told = answer(
        _Parts(
            places=tuple(one.place for one in page),
            repeats=tuple(one.repeats for one in page),
            prices=entries,
        )
    )
    prices = dict(zip(entries, told["prices"], strict=True))
    return [
        {
            "event": wire_event(one.event),
            "trace": one.trace.value,
            "place": place,
            "repeats": repeats,
            "price": prices[one.price],
        }
        for one, place, repeats in zip(page, told["places"], told["repeats"], strict=True)
    ]


def reconciliation(found: Reconciliation) -> Json:
    """The gap's parts with what is left unexplained, and whether the gap is within the tolerance."""
    return answer(
        found,
        unexplained=found.unexplained,
        gapPercent=found.gap_percent,
        withinTolerance=found.is_within,
    )


def invisible(found: Invisible) -> Json:
    """The parts with their sum, and what is left of the difference to OpenClaw's figure."""
    return answer(found, invisible=found.invisible, repriced=found.repriced)
