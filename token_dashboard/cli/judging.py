"""Makes what judges figures of what the operator wrote: thresholds and budgets."""

from collections.abc import Callable
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from token_dashboard.analysis.thresholds import Thresholds
from token_dashboard.config.budgets import budgets_of
from token_dashboard.config.finding import Loaded
from token_dashboard.config.settings import Settings
from token_dashboard.engine.budget_judge import BudgetJudge
from token_dashboard.engine.judge import Judge, ThresholdsOf
from token_dashboard.ledger import Ledger
from token_dashboard.model.clock import Clock
from token_dashboard.model.period import local_date, zone

if TYPE_CHECKING:
    from token_dashboard.pricing.book import PriceBook


def judge_of(
    loaded: Loaded, ledger: Ledger, book: Callable[[], "PriceBook"], clock: Clock, tz: ZoneInfo
) -> Judge:
    """The judge of an operator; ``book`` is opened only where the highest price is asked for.

    Raises:
        ConfigError: a budget can't be used.
    """

    def dearest() -> int:
        return book().dearest(local_date(clock.now_ms(), zone("UTC")))

    budgets = BudgetJudge(ledger, budgets_of(loaded), dearest, tz)
    return Judge(ledger, _thresholds(loaded.settings), budgets, tz)


def _thresholds(settings: Settings) -> ThresholdsOf:
    def of(provider: str) -> Thresholds:
        given = settings.thresholds_for(provider)
        return Thresholds(
            balance=given.balance_usd,
            native_balance=given.balance.money if given.balance else None,
            daily_spend=given.daily_spend_usd,
            monthly_spend=given.monthly_spend_usd,
            runway_days=given.runway_days,
            window_percents=given.window_percent or (),
        )

    return of
