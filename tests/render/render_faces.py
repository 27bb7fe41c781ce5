"""Every face by name, so that each has its snapshot and each keeps the rules of all."""

from collections.abc import Callable
from dataclasses import replace

from render_sample_accounts import HIGH_SPEND, HOUR, LOW_BALANCE, MINUTE, NOW, WINDOW_USED, ZONE
from render_sample_answers import (
    AGENTS,
    BURNS,
    CHECKS,
    NO_REPORT,
    NOBODYS_AGENTS,
    NOBODYS_PROVIDERS,
    PRICES,
    PROVIDERS,
    QUIET_SCAN,
    REPORT,
    SCAN,
)
from render_sample_page import CREDITS, OVER, alerts
from render_sample_providers import DETAILS, EVERYTHING, NOBODYS, OURS, SILENT, THEIRS
from render_sample_status import IN_DEBT, STATUS, STATUSES, UNPRICED
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from token_dashboard.model.alert import Alert, AlertState, Delivery
from token_dashboard.render import chat
from token_dashboard.render.language import Language
from token_dashboard.render.terminal.doctor import print_checks, print_scan
from token_dashboard.render.terminal.inventory import print_agents, print_providers
from token_dashboard.render.terminal.prices import print_prices
from token_dashboard.render.terminal.provider import print_account, print_provider, print_test
from token_dashboard.render.terminal.report import print_report
from token_dashboard.render.terminal.status import print_status

LANGUAGES = ("en", "de", "zh_Hans")


class TextFile(SingleFileSnapshotExtension):
    """A snapshot as the text that a person sees, one file each."""

    _write_mode = WriteMode.TEXT
    file_extension = "txt"


def _message(alert: Alert) -> Callable[[Language], str]:
    return lambda language: chat.alert(alert, language, NOW, name="OpenRouter", time_zone=ZONE)


def _over(alert: Alert) -> Alert:
    return replace(alert, state=AlertState.RESOLVED, resolved_ms=NOW)


UNDELIVERED = Delivery(target=None, waiting=1, failed_ms=NOW - 2 * HOUR, restarted_ms=NOW - 5 * MINUTE)
NAMES = {"openrouter": "OpenRouter", "deepseek": "DeepSeek"}

REPLIES: dict[str, Callable[[Language], str]] = {
    **{
        f"tokens {name}": lambda language, status=status: chat.tokens(status, language)
        for name, status in STATUSES.items()
    },
    **{
        f"burn {name}": lambda language, burn=burn: chat.burn(burn, language, NAMES)
        for name, burn in BURNS.items()
    },
    "account with everything": lambda language: chat.account(STATUS, "openrouter", language),
    "account that failed": lambda language: chat.account(STATUS, "openai", language),
    "account that is stale": lambda language: chat.account(STATUS, "deepseek", language),
    "account with windows": lambda language: chat.account(STATUS, "claude", language),
    "account in debt": lambda language: chat.account(IN_DEBT, "openrouter", language),
    "account of every kind": lambda language: chat.account(EVERYTHING, "venice", language),
    "account whose vendor fails": lambda language: chat.account(THEIRS, "deepseek", language),
    "account whose vendor is fine": lambda language: chat.account(OURS, "deepseek", language),
    "account whose vendor is unclear": lambda language: chat.account(NOBODYS, "deepseek", language),
    "account with logs": lambda language: chat.account(
        replace(STATUS, accounts=(replace(STATUS.accounts[0], provider="openai"),)), "openai", language
    ),
    "tokens while a vendor fails": lambda language: chat.tokens(THEIRS, language),
    "account that is not set up": lambda language: chat.account(STATUS, "mistral", language),
    "provider to set up": lambda language: chat.provider(PROVIDERS[0], language),
    "provider switched off": lambda language: chat.provider(
        replace(PROVIDERS[2], is_enabled=False), language
    ),
    "agent": lambda language: chat.agent(STATUS, "claude-code", language),
    "agent unused": lambda language: chat.agent(STATUS, "codex", language),
    "agent unpriced": lambda language: chat.agent(
        replace(UNPRICED, agents=(replace(UNPRICED.agents[1], today=UNPRICED.today, month=REPORT.total),)),
        "claude-code",
        language,
    ),
    "alerts": lambda language: chat.alerts(
        alerts(LOW_BALANCE, HIGH_SPEND, resolved=(OVER, _over(LOW_BALANCE))), language, NAMES
    ),
    "alerts none": lambda language: chat.alerts(alerts(), language, NAMES, Delivery(target=None)),
    "alerts waiting": lambda language: chat.alerts(alerts(LOW_BALANCE), language, NAMES, UNDELIVERED),
    "alerts for the owner": lambda language: chat.alerts(
        alerts(), language, NAMES, Delivery(target="telegram 424242"), tells_target=True
    ),
    **{f"alerts here {aim}": lambda language, aim=aim: chat.alerts_here(aim, language) for aim in chat.Aim},
    "alerts here refused": lambda language: chat.alerts_refused("groups are not written to.", language),
    "tokens of credits": lambda language: chat.tokens(CREDITS, language),
    "tokens undelivered": lambda language: chat.tokens(STATUS, language, UNDELIVERED),
    "tokens beside a table": lambda language: chat.tokens(STATUS, language, has_table=True),
    "help": lambda language: chat.help(language, ["openrouter", "claude"], ["claude-code"]),
    "help with nothing": lambda language: chat.help(language, [], []),
    "unknown word near": lambda language: chat.unknown_argument(
        "OpenRuoter", language, ["openrouter", "help"]
    ),
    "unknown word": lambda language: chat.unknown_argument("banana", language, ["openrouter", "help"]),
    "welcome nothing": lambda language: chat.welcome(NOBODYS_AGENTS, NOBODYS_PROVIDERS, language),
    "welcome something": lambda language: chat.welcome(AGENTS, PROVIDERS, language),
}
"""Replies in a chat, which keep to a phone's width."""

MESSAGES: dict[str, Callable[[Language], str]] = {
    "low balance": _message(LOW_BALANCE),
    "high spend": _message(HIGH_SPEND),
    "window used": _message(WINDOW_USED),
    "low balance over": _message(_over(LOW_BALANCE)),
    "high spend over": _message(_over(HIGH_SPEND)),
    "window used over": _message(_over(WINDOW_USED)),
    "low balance without a zone": lambda language: chat.alert(LOW_BALANCE, language, NOW),
    "window used without a zone": lambda language: chat.alert(WINDOW_USED, language, NOW),
}
"""Messages to the owner."""

PAGES: dict[str, Callable[..., None]] = {
    **{
        f"status {name}": lambda console, language, status=status: print_status(console, status, language)
        for name, status in STATUSES.items()
    },
    "report": lambda console, language: print_report(console, REPORT, language),
    "report of nothing": lambda console, language: print_report(console, NO_REPORT, language),
    "providers": lambda console, language: print_providers(console, PROVIDERS, NOW, language),
    "providers with silent keys": lambda console, language: print_providers(
        console, PROVIDERS, NOW, language, SILENT
    ),
    **{
        f"provider {name}": lambda console, language, detail=detail: print_provider(console, detail, language)
        for name, detail in DETAILS.items()
    },
    **{
        f"provider test {name}": lambda console, language, detail=detail: print_test(
            console, detail, language
        )
        for name, detail in DETAILS.items()
    },
    "account of every kind": lambda console, language: print_account(console, EVERYTHING, "venice", language),
    "account whose vendor fails": lambda console, language: print_account(
        console, THEIRS, "deepseek", language
    ),
    "status while a vendor fails": lambda console, language: print_status(console, THEIRS, language),
    "agents": lambda console, language: print_agents(console, AGENTS, NOW, language),
    "doctor": lambda console, language: print_checks(console, CHECKS, language),
    "prices": lambda console, language: print_prices(console, PRICES, language),
    "scan": lambda console, language: print_scan(console, SCAN, language),
    "scan of nothing": lambda console, language: print_scan(console, QUIET_SCAN, language),
}
"""Pages for a terminal: what prints them to a console."""
