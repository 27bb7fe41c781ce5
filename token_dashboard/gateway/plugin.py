"""token-dashboard as a plugin of a chat gateway: what ``plugin.json`` names, with the code behind it."""

from token_dashboard.engine.dashboard import Dashboard
from token_dashboard.engine.poller import Poller
from token_dashboard.gateway.commands import Commands
from token_dashboard.gateway.host import READ, ChatHost, Command, Host, Method, Service, Tool
from token_dashboard.gateway.methods import TOKEN_USAGE_INPUT, Methods


def register(host: Host, dashboard: Dashboard, poller: Poller) -> None:
    """Tells people in chat what is left, spent and used, tells programs, keeps looking, tells the agent."""
    register_chat(host, dashboard)
    register_methods(host, dashboard)
    host.register_service(Service(id="token-dashboard-poller", run=poller.run))
    register_tool(host, dashboard)


def register_chat(host: ChatHost, dashboard: Dashboard) -> None:
    """The two commands."""
    commands = Commands(dashboard)
    host.register_command(
        Command(
            name="tokens",
            description="Balances, windows, today's and this month's usage, alerts",
            arguments="[account or agent | refresh | help]",
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


def register_methods(host: Host, dashboard: Dashboard) -> None:
    """The three methods."""
    methods = Methods(dashboard)
    for name, description, handler in (
        ("status", "How things stand; may ask providers", methods.status),
        ("cached", "How things stood last; never uses the network", methods.cached),
        ("providers", "Every provider known, configured or not", methods.providers),
    ):
        host.register_gateway_method(
            Method(name=f"token-dashboard.{name}", description=description, scope=READ, handler=handler)
        )


def register_tool(host: Host, dashboard: Dashboard) -> None:
    """The agent's tool."""
    host.register_tool(
        Tool(
            name="token_usage",
            description="What this bot has used and spent, and what is left",
            input_schema=TOKEN_USAGE_INPUT,
            handler=Methods(dashboard).token_usage,
        )
    )
