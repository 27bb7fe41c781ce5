"""The JSON answers of the commands that keep and move the ledger; see ``wire`` for the rule behind them."""

from collections.abc import Iterable

from token_dashboard.model.imported import Imported, ImportedWindows
from token_dashboard.model.keeping import Checked
from token_dashboard.model.money import Money, Nanos
from token_dashboard.model.scan import Reject
from token_dashboard.model.usage import UsageEvent
from token_dashboard.render.export.events import wire_event
from token_dashboard.render.wire import Json, answer
from token_dashboard.render.wire_scan import SCHEMA_VERSION


def checked(found: Checked) -> Json:
    """What is wrong, and whether nothing is."""
    return answer(found, sound=found.is_sound)


def imported(done: Imported) -> Json:
    """What came in, what was left out and why; of very many rejects the first thousand."""
    return {
        "schemaVersion": SCHEMA_VERSION,
        "found": done.found,
        "new": done.new,
        "known": done.known,
        "tokens": done.tokens,
        "theirCost": _money(done.their_cost_nanos),
        "listCost": _money(done.list_cost_nanos),
        "unpricedModels": list(done.unpriced_models),
        "leftOut": [
            {"agent": one.agent, "day": one.day.isoformat(), "tokens": one.tokens} for one in done.overlaps
        ],
        "withdrawn": done.withdrawn,
        "rejected": done.rejected,
        "rejects": _rejects(done.rejects),
    }


def imported_windows(done: ImportedWindows) -> Json:
    """How many figures came in, and which rows didn't."""
    return {
        "schemaVersion": SCHEMA_VERSION,
        "samples": done.samples,
        "new": done.new,
        "leftOut": [{"what": one.what, "rows": one.rows, "reason": one.reason} for one in done.left_out],
        "rejected": len(done.rejects),
        "rejects": _rejects(done.rejects),
    }


def logged(event: UsageEvent) -> Json:
    """A request as it was stored."""
    return {"schemaVersion": SCHEMA_VERSION, "event": wire_event(event)}


def _rejects(rejects: Iterable[Reject]) -> list[Json]:
    return [{"path": one.path, "line": one.line, "reason": one.reason} for one in rejects]


def _money(nanos: Nanos | None) -> Json | None:
    return None if nanos is None else {"amount": Money(nanos).amount, "currency": Money(nanos).currency}
