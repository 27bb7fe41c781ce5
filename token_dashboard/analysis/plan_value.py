"""What a plan is worth, month by month."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from token_dashboard.model.money import Money
from token_dashboard.model.plan_value import PlanMonth
from token_dashboard.model.report import Totals

_DAY = timedelta(days=1)


def billing_months(first: date, today: date, billing_day: int, most: int) -> list[tuple[date, date]]:
    """The months from the one of the first day to the running one, the last ones of them; ends included.

    In a month that is too short the plan renews on its last day.
    """
    months: list[tuple[date, date]] = []
    start, following = _renewal(today, billing_day), _next(today, billing_day)
    while len(months) < most:
        months.insert(0, (start, following - _DAY))
        if start <= first:
            break
        start, following = _renewal(start - _DAY, billing_day), start
    return months


def _renewal(day: date, billing_day: int) -> date:
    """The last billing day that isn't after a day."""
    own = _clamped(day.replace(day=1), billing_day)
    return own if own <= day else _clamped((day.replace(day=1) - _DAY).replace(day=1), billing_day)


def _next(day: date, billing_day: int) -> date:
    own = _clamped(day.replace(day=1), billing_day)
    return (
        own if own > day else _clamped((day.replace(day=1) + timedelta(days=32)).replace(day=1), billing_day)
    )


def _clamped(first_of_month: date, billing_day: int) -> date:
    return first_of_month.replace(
        day=min(billing_day, monthrange(first_of_month.year, first_of_month.month)[1])
    )


def month_value(
    since: date, until: date, by_day: Mapping[date, Totals], paid: Money, today: date
) -> PlanMonth:
    """What a month was worth until today; what it comes to is for forecasts to say."""
    used = {day: totals for day, totals in sorted(by_day.items()) if since <= day <= until}
    total = sum(used.values(), Totals())
    worth = total.list_cost
    return PlanMonth(
        since=since,
        until=until,
        is_running=since <= today <= until,
        totals=total,
        worth=worth,
        ratio=Decimal(worth.nanos) / paid.nanos if worth is not None and paid.nanos else None,
        break_even=_break_even(list(used.items()), paid),
        projected_worth=None,
    )


def _break_even(days: Sequence[tuple[date, Totals]], paid: Money) -> date | None:
    nanos = 0
    for day, totals in days:
        nanos += totals.list_cost_nanos
        if nanos >= paid.nanos:
            return day
    return None
