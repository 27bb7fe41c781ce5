"""Makes budgets of what the operator wrote, and checks what the schema can't say."""

from dataclasses import fields
from datetime import date

from token_dashboard.config.budget_settings import BudgetSettings
from token_dashboard.config.display import exchange_of
from token_dashboard.config.finding import Loaded
from token_dashboard.config.references import Step
from token_dashboard.model.budget import Budget, BudgetPeriod, Scope, UnpricedPolicy
from token_dashboard.model.money import Money, divide
from token_dashboard.model.period import zone


def budgets_of(loaded: Loaded) -> tuple[Budget, ...]:
    """The budgets, in the order they were written in.

    Raises:
        ConfigError: a name stands twice, a time zone isn't known, or an amount isn't worth dollars.
    """
    found: dict[str, Budget] = {}
    for index, written in enumerate(loaded.settings.budgets):
        place = ("budgets", index)
        if written.name in found:
            raise loaded.refusal(
                (*place, "name"), f'is "{written.name}" again; each budget needs its own name.'
            )
        found[written.name] = Budget(
            name=written.name,
            period=BudgetPeriod(written.period),
            amount=_dollars(loaded, place, written),
            time_zone=_time_zone(loaded, place, written.time_zone),
            scope=Scope(**{one.name: getattr(written.scope, one.name) for one in fields(Scope)}),
            steps=written.steps,
            unpriced=UnpricedPolicy(written.unpriced),
        )
    return tuple(found.values())


def _dollars(loaded: Loaded, place: tuple[Step, ...], written: BudgetSettings) -> Money:
    """What it amounts to in dollars, in which use is priced; of another currency by its latest rate."""
    if written.amount_usd is not None and written.amount is None:
        return written.amount_usd
    if written.amount is None or written.amount_usd is not None:
        raise loaded.refusal(place, "needs either amountUsd or amount, which names its currency.")
    money = written.amount.money
    exchange = exchange_of(loaded, money.currency)
    if exchange is None:
        return money
    amount, dollars = exchange.rate_on(date.max).as_integer_ratio()
    return Money(divide(money.nanos * dollars, amount))


def _time_zone(loaded: Loaded, place: tuple[Step, ...], name: str | None) -> str | None:
    if name is not None:
        try:
            zone(name)
        except ValueError as error:
            raise loaded.refusal((*place, "timeZone"), f"is an {error}.") from None
    return name
