"""token-dashboard as a plugin of a chat gateway: what ``plugin.json`` names, with the code behind it."""

from token_dashboard.engine.dashboard import Dashboard
from token_dashboard.engine.poller import Poller
from token_dashboard.gateway.commands import Commands
from token_dashboard.gateway.host import READ, WRITE, ChatHost, Command, Host, Method, Page, Service, Tool
from token_dashboard.gateway.methods import Methods
from token_dashboard.gateway.tool import INPUT, UsageTool


def register(host: Host, dashboard: Dashboard, poller: Poller) -> None:
    """Tells people, programs and the agent what is left, spent and used, keeps looking, shows a page."""
    register_chat(host, dashboard)
    register_methods(host, dashboard)
    host.register_service(Service(id="token-dashboard-poller", run=poller.run))
    register_tool(host, dashboard)
    register_page(host, dashboard)


def register_chat(host: ChatHost, dashboard: Dashboard) -> None:
    """What people type."""
    commands = Commands(dashboard, host)
    host.register_command(
        Command(
            name="tokens",
            description="Balances, windows, today's and this month's usage, alerts",
            arguments="[account or agent | alerts | ack | snooze | refresh | help]",
            handler=commands.tokens,
        )
    )
    host.register_command(
        Command(
            name="burn",
            description="How fast money and tokens go, and when each balance is gone",
            arguments="[help]",
            handler=commands.burn,
        )
    )
    host.register_command(
        Command(
            name="budget",
            description="What may be spent, what is left of it, and when it begins anew",
            arguments="[set | add | raise | remove | help]",
            handler=commands.budget,
        )
    )


def register_methods(host: Host, dashboard: Dashboard) -> None:
    """What programs ask."""
    methods = Methods(dashboard, host)
    for name, description, scope, handler in (
        ("status", "How things stand; may ask providers", READ, methods.status),
        ("cached", "How things stood last; never uses the network", READ, methods.cached),
        ("providers", "Every provider known, configured or not", READ, methods.providers),
        ("testProvider", "Ask one provider now, and tell each request that went out", WRITE, methods.test),
        ("history", "Usage of a stretch of days, grouped and filtered", READ, methods.history),
        (
            "report",
            "Usage of any time, grouped, filtered, in order, in another currency",
            READ,
            methods.report,
        ),
        ("sessions", "Usage by session: when, where, with which models", READ, methods.sessions),
        ("alerts", "What the owner is warned of, and how messages to the owner fare", READ, methods.alerts),
        ("alerts.ack", "Say no more of an alert unless it grows worse or ends", WRITE, methods.acknowledge),
        ("budgets", "How each budget stands", READ, methods.budgets),
        (
            "forecast",
            "When balances and windows are used up, and what the month will cost",
            READ,
            methods.forecast,
        ),
    ):
        host.register_gateway_method(
            Method(name=f"token-dashboard.{name}", description=description, scope=scope, handler=handler)
        )


def register_tool(host: Host, dashboard: Dashboard) -> None:
    """The agent's tool."""
    host.register_tool(
        Tool(
            name="token_usage",
            description="What this bot has used and spent, and what is left",
            input_schema=INPUT,
            handler=UsageTool(dashboard).answer,
        )
    )


def register_page(host: Host, dashboard: Dashboard) -> None:
    """The page of the gateway's web interface."""
    from token_dashboard.gateway.page import DashboardPage  # noqa: PLC0415 - costs 7 ms, and prompts show no page

    host.register_page(Page(handler=DashboardPage(dashboard, host).answer))
