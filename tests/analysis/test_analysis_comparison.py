"""What changed from one period to another."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from token_dashboard.analysis.comparison import Named, change, changes, cut, most, until_today
from token_dashboard.model.comparison import Span
from token_dashboard.model.report import Dimension, Totals

sums = st.builds(
    lambda requests, tokens, cached, nanos: Totals(
        requests=requests,
        input_tokens=(tokens + cached) if requests else 0,
        cache_read_input_tokens=cached if requests else 0,
        priced_requests=requests,
        list_cost_nanos=nanos if requests else 0,
    ),
    st.integers(0, 3),
    st.integers(0, 10**12),
    st.integers(0, 10**12),
    st.integers(0, 10**15),
)
names = st.tuples(st.sampled_from(["a", "b", "c", None]), st.sampled_from(["x", "y", None]))
named = st.dictionaries(names, sums)


@given(sums, sums)
def test_a_change_leads_from_the_earlier_to_the_later(earlier: Totals, later: Totals) -> None:
    found = change(earlier, later)
    assert found.cost is not None
    assert earlier.list_cost_nanos + found.cost.nanos == later.list_cost_nanos
    assert earlier.total_tokens + found.tokens == later.total_tokens
    assert (found.cost_percent is None) == (earlier.list_cost_nanos == 0)


@given(named, named)
def test_the_changes_of_the_parts_are_the_change_of_the_whole(
    earlier: dict[Named, Totals], later: dict[Named, Totals]
) -> None:
    found = changes(Dimension.MODEL, earlier, later)
    whole = change(sum(earlier.values(), Totals()), sum(later.values(), Totals()))
    assert sum(one.change.tokens for one in found) == whole.tokens
    assert whole.cost is not None
    assert sum(one.change.cost.nanos for one in found if one.change.cost) == whole.cost.nanos


@given(named, named)
def test_what_changed_most_stands_first_and_what_did_not_change_is_left_out(
    earlier: dict[Named, Totals], later: dict[Named, Totals]
) -> None:
    found = most(changes(Dimension.MODEL, earlier, later), 2)
    weights = [abs(one.change.cost.nanos) for one in found if one.change.cost]
    assert weights == sorted(weights, reverse=True)
    assert all(one.change.tokens or (one.change.cost and one.change.cost.nanos) for one in found)
    assert len(found) <= 2


def test_a_cost_that_is_not_known_has_no_difference() -> None:
    unknown = Totals(requests=1, input_tokens=10)
    found = change(Totals(requests=1, priced_requests=1, list_cost_nanos=5), unknown)
    assert (found.cost, found.cost_percent) == (None, None)


def test_percentages_are_of_the_earlier_period() -> None:
    found = change(
        Totals(requests=1, input_tokens=100, cache_read_input_tokens=90),
        Totals(requests=1, input_tokens=200, cache_read_input_tokens=20),
    )
    assert found.tokens_percent == 100
    assert found.cached_points == Decimal(-80)


def test_the_longer_period_is_cut_to_the_days_of_the_other() -> None:
    october = Span(since=date(2026, 10, 1), until=date(2026, 10, 31))
    november = until_today(Span(since=date(2026, 11, 1), until=date(2026, 11, 30)), date(2026, 11, 22))
    assert november.days == 22
    assert cut(october, november.days) == Span(since=date(2026, 10, 1), until=date(2026, 10, 22))
    assert cut(november, october.days) == november
