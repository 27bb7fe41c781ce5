"""``--agent``: one of the agents whose logs we can read."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from token_dashboard.cli.spoken import unfit

_Command = TypeVar("_Command", bound=Callable[..., Any])


def known_agent(name: str) -> str:
    """The id of an agent.

    Raises:
        click.BadParameter: there is none of this name.
    """
    from token_dashboard.agents import _contract as agents
    from token_dashboard.config.nearness import nearest
    from token_dashboard.render.refusals import Refusal

    ids = sorted(agent.id for agent in agents.discover())
    if name in ids:
        return name
    near = nearest(name, ids)
    raise unfit(Refusal.AGENT_LIKE if near else Refusal.NO_AGENT, word=f'"{name}"', near=near or "")


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
