"""Sums of requests, and which of a request's costs is the likely one."""

import pytest
from ledger_world import Stored, an_event, roll_ups_agree

from token_dashboard.ledger import Ledger
from token_dashboard.model.report import CostBasis


async def test_a_sum_of_nobody_knows_how_many_requests_is_one_at_the_least(
    ledger: Ledger, stored: Stored
) -> None:
    known = an_event("known", requests=4)
    unknown = an_event("unknown", requests=None, tokens=(100, 10))
    await ledger.usage.record([known, unknown, an_event("one")])
    totals = await ledger.usage.totals(None)
    assert (totals.requests, totals.open_sums, totals.priced_requests) == (6, 1, 6)
    await ledger.usage.record([known._replace(requests=5, output_tokens=11), unknown._replace(requests=2)])
    totals = await ledger.usage.totals(None)
    assert (totals.requests, totals.open_sums) == (8, 0)
    assert await roll_ups_agree(stored)


@pytest.mark.parametrize(
    ("recorded", "listed", "likely", "is_doubtful"),
    [
        (None, 1_000, 1_000, False),
        (0, 1_000, 1_000, False),
        (900, 1_000, 900, False),
        (999_999, 1_000, 999_999, False),
        (1_000_000, 1_000, 1_000, True),
        (1, 1_000, 1_000, True),
        (2, 1_000, 2, False),
        (5, None, 5, False),
        (5, 0, 5, False),
        (0, None, None, False),
        (None, None, None, False),
    ],
)
async def test_the_likely_cost_is_the_logs_unless_that_says_nothing_or_the_impossible(
    ledger: Ledger,
    stored: Stored,
    recorded: int | None,
    listed: int | None,
    likely: int | None,
    is_doubtful: bool,
) -> None:
    await ledger.usage.record([an_event("m", cost=listed, recorded_cost_nanos=recorded)])
    totals = await ledger.usage.totals(None)
    cost = totals.cost(CostBasis.AUTO)
    assert (None if cost is None else cost.nanos) == likely
    assert totals.doubtful_requests == is_doubtful
    assert totals.unknown_cost_tokens == (110 if likely is None else 0)
    assert await roll_ups_agree(stored)
    await ledger.usage.record([an_event("m", cost=listed, tokens=(100, 11))])
    assert await roll_ups_agree(stored)
