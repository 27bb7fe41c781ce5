"""What a plan is worth, by billing month."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from token_dashboard.analysis.plan_value import billing_months, month_value
from token_dashboard.model.money import NANOS_PER_UNIT, Money
from token_dashboard.model.plan_value import PlanMonth
from token_dashboard.model.report import Totals

HUNDRED = Money(100 * NANOS_PER_UNIT)
NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))


def worth(dollars: int) -> Totals:
    return Totals(requests=1, priced_requests=1, list_cost_nanos=dollars * NANOS_PER_UNIT)


@given(
    st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 400), st.integers(1, 31), st.integers(1, 24)
)
def test_billing_months_follow_each_other_up_to_today(today: date, ago: int, day: int, most: int) -> None:
    first = today - timedelta(days=ago)
    months = billing_months(first, today, day, most)
    assert 1 <= len(months) <= most
    assert months[-1][0] <= today <= months[-1][1]
    assert all(one[1] + timedelta(days=1) == after[0] for one, after in pairwise(months))
    assert all(27 <= (until - since).days <= 31 for since, until in months)
    assert len(months) == most or months[0][0] <= first
    assert not any(until < first for _, until in months)


@pytest.mark.parametrize(
    ("today", "day", "month"),
    [
        (date(2026, 11, 22), 15, (date(2026, 11, 15), date(2026, 12, 14))),
        (date(2026, 11, 14), 15, (date(2026, 10, 15), date(2026, 11, 14))),
        (date(2026, 11, 22), 22, (date(2026, 11, 22), date(2026, 12, 21))),
        (date(2026, 2, 28), 31, (date(2026, 2, 28), date(2026, 3, 30))),
        (date(2026, 3, 30), 31, (date(2026, 2, 28), date(2026, 3, 30))),
        (date(2026, 1, 1), 1, (date(2026, 1, 1), date(2026, 1, 31))),
    ],
)
def test_a_plan_renews_on_its_day_or_the_last_one_of_a_shorter_month(
    today: date, day: int, month: tuple[date, date]
) -> None:
    assert billing_months(today, today, day, 6) == [month]


def november(by_day: dict[date, Totals], today: date) -> PlanMonth:
    return month_value(*NOVEMBER, by_day, HUNDRED, today)


def test_a_plan_has_paid_for_itself_on_the_day_its_use_reached_its_price() -> None:
    used = {date(2026, 11, day): worth(30) for day in (3, 5, 9, 20, 21)}
    found = november(used, date(2026, 12, 1))
    assert found.break_even == date(2026, 11, 20)
    assert found.worth == Money(150 * NANOS_PER_UNIT)
    assert found.ratio == Decimal("1.5")
    assert (found.is_running, found.projected_worth) == (False, None)


def test_a_month_that_runs_may_yet_pay_for_itself() -> None:
    found = november({date(2026, 11, 5): worth(30)}, date(2026, 11, 15))
    assert (found.is_running, found.break_even) == (True, None)


def test_days_of_other_months_are_not_counted() -> None:
    used = {date(2026, 10, 31): worth(7), date(2026, 12, 1): worth(7)}
    assert november(used, date(2026, 12, 2)).worth == Money(0)


def test_use_without_a_price_is_worth_nobody_knows_what() -> None:
    found = november({date(2026, 11, 5): Totals(requests=3, input_tokens=9)}, date(2026, 11, 6))
    assert (found.worth, found.ratio, found.projected_worth) == (None, None, None)
