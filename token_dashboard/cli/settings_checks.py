"""Checks what the settings say against what there is: providers, agents, budgets, channels, schedules."""

from token_dashboard.agents._contract import discover
from token_dashboard.cli.account_settings import check_accounts
from token_dashboard.cli.notify_settings import check_notify
from token_dashboard.cli.team import check_addresses
from token_dashboard.config.budgets import budgets_of
from token_dashboard.config.finding import Loaded
from token_dashboard.config.ids import check_ids
from token_dashboard.providers._finding import provider_ids


def check(loaded: Loaded) -> None:
    """Can everything be done as the settings say?

    Raises:
        ConfigError: names the setting, and what it may be.
    """
    check_ids(loaded, provider_ids=provider_ids(), agent_ids=[one.id for one in discover()])
    check_accounts(loaded)
    budgets_of(loaded)
    check_notify(loaded)
    check_addresses(loaded)
