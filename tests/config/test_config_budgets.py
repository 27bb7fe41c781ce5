"""What the schema can't say of budgets."""

from typing import Any

import pytest

from token_dashboard.config.budgets import budgets_of
from token_dashboard.config.finding import load
from token_dashboard.model.budget import Budget, BudgetPeriod, Scope, UnpricedPolicy
from token_dashboard.model.errors import ConfigError
from token_dashboard.model.money import Money

DAILY = {"name": "daily", "period": "day", "amountUsd": 5}


YUAN = {"amount": 36, "currency": "CNY"}


def read(*budgets: dict[str, Any]) -> tuple[Budget, ...]:
    return budgets_of(load(None, {"HOME": "/home/nobody"}, {"budgets": list(budgets)}))


def test_a_budget_is_read_with_what_holds_by_default() -> None:
    assert read(DAILY) == (Budget(name="daily", period=BudgetPeriod.DAY, amount=Money(5 * 10**9)),)


def test_a_budget_may_have_a_zone_a_scope_steps_and_a_policy() -> None:
    more = {"scope": {"agent": "openclaw"}, "steps": [90, 50.5, 90], "unpriced": "deny"}
    (budget,) = read({"name": "team", "period": "week", "amountUsd": 50.5, "timeZone": "Asia/Tokyo", **more})
    assert (budget.amount, budget.time_zone) == (Money(50_500_000_000), "Asia/Tokyo")
    assert (budget.scope, budget.unpriced) == (Scope(agent="openclaw"), UnpricedPolicy.DENY)
    assert [str(step) for step in budget.steps] == ["50.5", "90"]


def test_a_budget_in_another_currency_counts_in_dollars_by_the_operators_rate() -> None:
    said = {
        "budgets": [{"name": "daily", "period": "day", "amount": YUAN}],
        "display": {"rates": {"CNY": 7.2}},
    }
    (budget,) = budgets_of(load(None, {"HOME": "/home/nobody"}, said))
    assert budget.amount == Money(5 * 10**9)


@pytest.mark.parametrize(
    ("budgets", "reason"),
    [
        ([{"name": "daily", "period": "day"}], "$.budgets[0] needs either amountUsd or amount"),
        ([{**DAILY, "amount": YUAN}], "$.budgets[0] needs either amountUsd or amount"),
        ([{"name": "daily", "period": "day", "amount": YUAN}], "$.display.rates has no CNY"),
        ([{**DAILY, "scope": {"session": "s"}}], "$.budgets[0].scope.session is not a setting"),
        ([DAILY, DAILY], '$.budgets[1].name is "daily" again'),
        ([{**DAILY, "timeZone": "Mars"}], "$.budgets[0].timeZone is an unknown time zone"),
        ([{**DAILY, "name": "two words"}], '$.budgets[0].name is "two words"'),
    ],
)
def test_a_budget_that_cannot_hold_is_refused_with_its_place(
    budgets: list[dict[str, Any]], reason: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        read(*budgets)
    assert reason in str(refused.value)
