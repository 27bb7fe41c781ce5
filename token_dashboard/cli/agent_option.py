"""``--agent``: one of the agents whose logs we can read, or that the ledger knows from elsewhere."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from token_dashboard.cli.spoken import misused, spoken

if TYPE_CHECKING:
    from token_dashboard.ledger import Ledger

_Command = TypeVar("_Command", bound=Callable[..., Any])


async def check_agent(name: str, ledger: "Ledger") -> None:
    """Whether there is such an agent: imports and ``tokens log`` may name any.

    Raises:
        click.UsageError: there is none.
    """
    from token_dashboard.agents import _contract as agents
    from token_dashboard.config.nearness import nearest
    from token_dashboard.model.report import Dimension
    from token_dashboard.render.refusals import Refusal

    readable = {agent.id for agent in agents.discover()}
    if name in readable:
        return
    used = await ledger.usage.values(Dimension.AGENT)
    if name in used:
        return
    word = f'"{name}"'
    if near := nearest(name, sorted(readable.union(used))):
        raise misused(Refusal.AGENT_LIKE, word=word, near=near)
    if used:
        raise misused(Refusal.AGENTS_USED, word=word, known=spoken().listed(used))
    raise misused(Refusal.NO_AGENT, word=word)


async def agents_like(pattern: str, ledger: "Ledger") -> tuple[str, ...]:
    """The agents that are meant: one by its name, or those of the ledger that match (``claude-*``).

    Raises:
        click.UsageError: there is none.
    """
    from token_dashboard.engine.report_rows import matching
    from token_dashboard.model.report import Dimension

    found, _ = matching((pattern,), await ledger.usage.values(Dimension.AGENT))
    if not found:
        await check_agent(pattern, ledger)
    return found or (pattern,)


def agent_option(default: str | None) -> Callable[[_Command], _Command]:
    """The option; without a default it is all agents. Whether it is one is for ``check_agent`` to say."""
    return click.option(
        "--agent",
        default=default,
        show_default=default is not None,
        metavar="ID",
        help="Of this agent alone." if default is None else "Of this agent.",
    )
