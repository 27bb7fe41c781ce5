"""A scan that finds nothing new, which most scans are: without an event loop, a decoder or prices."""

from collections.abc import Iterable
from pathlib import Path

from token_dashboard.engine.watched import SCANNED, WatchedAgent
from token_dashboard.ledger.glance import glance
from token_dashboard.model.errors import LedgerError
from token_dashboard.model.scan import ScanSummary

PRUNED = "pruned_ms"
"""The ledger's note of when old detail was last deleted, UTC epoch milliseconds."""

_DAY_MS = 86_400_000


def scan(watched: Iterable[WatchedAgent], ledger: Path, now_ms: int) -> ScanSummary | None:
    """What the scan found; ``None`` when it isn't done, because there may be something to do.

    Besides what is new in logs, that is a new UTC day, on which old detail is deleted, and a ledger that
    is not as usual.
    """
    files = 0
    try:
        with glance(ledger) as seen:
            pruned_ms = seen.note(PRUNED)
            if pruned_ms is None or int(pruned_ms) // _DAY_MS != now_ms // _DAY_MS:
                return None
            for one in watched:
                found = one.files()
                if found and not seen.has_read(one.agent.id, found):
                    return None
                files += len(found)
            seen.set_note(SCANNED, str(now_ms))
    except LedgerError:
        return None
    return ScanSummary(files=files)
