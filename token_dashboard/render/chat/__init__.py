"""Replies in a chat and messages to the owner: plain text that Markdown renderers leave as it is.

Every reply aims at a phone: at most 20 lines of 42 columns, worst first. Details are one word further.
"""

from token_dashboard.render.chat.account import account, provider
from token_dashboard.render.chat.agent import agent
from token_dashboard.render.chat.alert import alert
from token_dashboard.render.chat.alerts import Aim, alerts, alerts_here, alerts_refused
from token_dashboard.render.chat.budgets import (
    budget,
    budget_is_configured,
    budget_removed,
    budgets,
    how_to_budget,
    only_the_owner_budgets,
    which_budget,
)
from token_dashboard.render.chat.burn import burn
from token_dashboard.render.chat.digest import digest
from token_dashboard.render.chat.guide import help, unknown_argument, welcome  # noqa: A004 - named after /tokens help
from token_dashboard.render.chat.notice import notice
from token_dashboard.render.chat.quieted import (
    acknowledged,
    how_to_quiet,
    no_such_alert,
    not_the_owner,
    snoozed,
)
from token_dashboard.render.chat.tokens import tokens

__all__ = [
    "Aim",
    "account",
    "acknowledged",
    "agent",
    "alert",
    "alerts",
    "alerts_here",
    "alerts_refused",
    "budget",
    "budget_is_configured",
    "budget_removed",
    "budgets",
    "burn",
    "digest",
    "help",
    "how_to_budget",
    "how_to_quiet",
    "no_such_alert",
    "not_the_owner",
    "notice",
    "only_the_owner_budgets",
    "provider",
    "snoozed",
    "tokens",
    "unknown_argument",
    "welcome",
    "which_budget",
]
