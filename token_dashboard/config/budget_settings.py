"""What an operator writes of budgets; ``config.budgets`` checks it and makes budgets of it."""

from decimal import Decimal
from typing import Annotated, Literal, TypeAlias

from token_dashboard.config import values
from token_dashboard.config.section import Section
from token_dashboard.config.values import Written
from token_dashboard.model.budget import DEFAULT_STEPS
from token_dashboard.model.money import Money, parse_nanos
from token_dashboard.model.record import record

_Text: TypeAlias = Annotated[str | None, Written(values.text)]


@record
class Amount(Section):
    """Money in any currency."""

    amount: Annotated[Decimal, Written(values.amount)]
    currency: Annotated[str, Written(values.currency)]

    @property
    def money(self) -> Money:
        return Money(parse_nanos(self.amount), self.currency)


@record
class BudgetScope(Section):
    """Whose use a budget counts: what matches all that is given."""

    provider: _Text = None
    model: _Text = None
    agent: _Text = None
    app: _Text = None
    project: _Text = None
    user: _Text = None
    feature: _Text = None
    team: _Text = None
    sender: _Text = None


@record
class BudgetSettings(Section):
    """One budget."""

    name: Annotated[str, Written(values.budget_name)]
    period: Literal["hour", "day", "week", "month"]
    amount_usd: Annotated[Money | None, Written(values.dollars)] = None
    amount: Amount | None = None
    """The same in another currency: one of the two is needed."""
    time_zone: _Text = None
    scope: BudgetScope = BudgetScope()
    steps: Annotated[tuple[Decimal, ...], Written(values.steps)] = DEFAULT_STEPS
    unpriced: Literal["deny", "ask", "assume-max", "ignore"] = "ask"
