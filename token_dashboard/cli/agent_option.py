"""``--agent``: one of the agents whose logs we can read."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

_Command = TypeVar("_Command", bound=Callable[..., Any])


def known_agent(name: str) -> str:
    """The id of an agent.

    Raises:
        click.BadParameter: there is none of this name.
    """
    from token_dashboard.agents import _contract as agents
    from token_dashboard.config.nearness import hint

    ids = sorted(agent.id for agent in agents.discover())
    if name in ids:
        return name
    raise click.BadParameter(f'no agent is called "{name}"; {hint(name, ids)}')


def agent_option(default: str | None) -> Callable[[_Command], _Command]:
    """The option; without a default it is all agents."""
    return click.option(
        "--agent",
        default=default,
        show_default=default is not None,
        callback=lambda _ctx, _parameter, name: None if name is None else known_agent(name),
        metavar="ID",
        help="Of this agent alone." if default is None else "Of this agent.",
    )
