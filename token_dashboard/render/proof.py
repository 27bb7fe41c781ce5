"""The JSON answers of the commands that prove figures; see ``wire`` for the rule that makes them."""

from dataclasses import replace

from token_dashboard.model.explanation import Explanation, Verification
from token_dashboard.model.invisible import Invisible
from token_dashboard.model.proof import Audit
from token_dashboard.model.reconciliation import Reconciliation
from token_dashboard.render.export.events import wire_event
from token_dashboard.render.wire import Json, answer


def audit(found: Audit) -> Json:
    """Each agent's balance with what it amounts to, and whether all of it balances."""
    body = answer(replace(found, rejects=()), balanced=found.is_balanced)
    body["rejects"] = [{"path": one.path, "line": one.line, "reason": one.reason} for one in found.rejects]
    for told, one in zip(body["agents"], found.agents, strict=True):
        told.update(seen=one.seen, missing=one.missing)
    return body


def explanation(found: Explanation, verified: Verification | None) -> Json:
    """A figure with its events, and what a fresh reading of their sources made of it."""
    entries = tuple({one.price: None for one in found.events})  # few, of however many events
    body = answer(
        replace(found, only=(), events=()),
        places=tuple(one.place for one in found.events),
        repeats=tuple(one.repeats for one in found.events),
        prices=entries,
        verification=verified,
    )
    prices = dict(zip(entries, body.pop("prices"), strict=True))
    told = zip(body.pop("places"), body.pop("repeats"), strict=True)
    body["events"] = [
        {
            "event": wire_event(one.event),
            "trace": one.trace.value,
            "place": place,
            "repeats": repeats,
            "price": prices[one.price],
        }
        for one, (place, repeats) in zip(found.events, told, strict=True)
    ]
    body["only"] = {dimension.value: text for dimension, text in found.only}
    return body


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
