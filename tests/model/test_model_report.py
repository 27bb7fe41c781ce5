"""What sums of usage say of their costs, one group at a time and thousands at once."""

from dataclasses import fields

import pytest

from token_dashboard.model.money import Nanos
from token_dashboard.model.record import Records
from token_dashboard.model.report import CostBasis, Totals, costs_nanos, requests_without_costs

GROUPS = (
    Totals(),
    Totals(requests=3),
    Totals(requests=3, priced_requests=1, list_cost_nanos=5, likely_requests=1, likely_cost_nanos=5),
    Totals(requests=3, recorded_requests=2, recorded_cost_nanos=7, likely_requests=2, likely_cost_nanos=7),
)


@pytest.mark.parametrize(
    ("basis", "costs", "without"),
    [
        (CostBasis.COMPUTED, [0, None, 5, None], [0, 3, 2, 3]),
        (CostBasis.LOGGED, [None, None, None, 7], [0, 3, 3, 1]),
        (CostBasis.AUTO, [0, None, 5, 7], [0, 3, 2, 1]),
    ],
)
def test_no_requests_cost_nothing_and_the_cost_of_requests_is_unknown_unless_one_has_it(
    basis: CostBasis, costs: list[Nanos | None], without: list[int]
) -> None:
    assert [group.cost_nanos(basis) for group in GROUPS] == costs
    assert [group.requests_without_cost(basis) for group in GROUPS] == without
    columns = {one.name: [getattr(group, one.name) for group in GROUPS] for one in fields(Totals)}
    kept = Records(Totals, len(GROUPS), columns)
    assert costs_nanos(kept, basis) == costs
    assert requests_without_costs(kept, basis) == without
