"""What an import may stand beside: what another machine's logs tell, and what somebody noted by hand."""

from pathlib import Path

import foreign_histories as foreign
import pytest
from foreign_histories import BERLIN, at, brought

from token_dashboard.engine.imports.importing import Importer
from token_dashboard.engine.imports.twofold import days_counted_twice
from token_dashboard.ledger import Ledger
from token_dashboard.model.attribution import NOBODY, Attribution
from token_dashboard.model.usage import Source, UsageEvent, event_key

SENT = 5_000


def another(source: Source, owner: Attribution) -> UsageEvent:
    """More of the day than the import tells."""
    return UsageEvent(
        key=event_key("claude-code", "another"),
        time_ms=at("2026-11-20T10:00+01:00"),
        source=source,
        agent="claude-code",
        provider="anthropic",
        model="claude-opus-4-5",
        input_tokens=SENT,
        attribution=owner,
    )


@pytest.mark.parametrize(
    "beside",
    [
        another("log", Attribution(machine="bob", session="s")),
        another("import", Attribution(machine="bob")),
        another("manual", NOBODY),
    ],
    ids=["another machine's logs", "another machine's import", "noted by hand"],
)
@pytest.mark.parametrize("is_first", [True, False])
async def test_an_import_counts_beside_it_whichever_came_first(
    ledger: Ledger, importer: Importer, tmp_path: Path, beside: UsageEvent, is_first: bool
) -> None:
    file = foreign.ccusage(tmp_path / "a.json", {"daily": [foreign.day("2026-11-20")]})
    if not is_first:
        await brought(importer, foreign.answer_claims(file, BERLIN))
    await ledger.usage.record([beside])
    assert not await days_counted_twice(ledger, BERLIN)
    done = await brought(importer, foreign.answer_claims(file, BERLIN))
    assert (done.left_out, done.withdrawn) == (0, 0)
    totals = await ledger.usage.totals(None)
    assert totals.input_tokens + totals.output_tokens == SENT + 680
