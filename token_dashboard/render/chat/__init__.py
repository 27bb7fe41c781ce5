"""Replies in a chat and messages to the owner: plain text that Markdown renderers leave as it is.

Every reply aims at a phone: at most 20 lines of 42 columns, worst first. Details are one word further.
"""

from token_dashboard.render.chat.account import account, provider
from token_dashboard.render.chat.agent import agent
from token_dashboard.render.chat.alert import alert
from token_dashboard.render.chat.burn import burn
from token_dashboard.render.chat.guide import help, unknown_argument, welcome  # noqa: A004 - named after /tokens help
from token_dashboard.render.chat.tokens import tokens

__all__ = ["account", "agent", "alert", "burn", "help", "provider", "tokens", "unknown_argument", "welcome"]
