"""``tokens plan``: whether a plan pays."""

import click

from token_dashboard.cli.agent_option import agent_option, check_agent
from token_dashboard.cli.options import config_file, config_option, json_option, print_json
from token_dashboard.cli.running import run_async
from token_dashboard.cli.spoken import misused, unfit
from token_dashboard.model.money import Money, parse_nanos


def _paid(
    _ctx: click.Context, _parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[tuple[str | None, Money], ...]:
    return tuple(map(_plan_price, values))


def _plan_price(value: str) -> tuple[str | None, Money]:
    """``100``, or ``claude-code=100``: the agent and US dollars."""
    agent, _, amount = value.rpartition("=")
    try:
        nanos = parse_nanos(amount)
    except ValueError:
        nanos = 0
    if nanos <= 0:
        from token_dashboard.render.refusals import Refusal

        raise unfit(Refusal.NO_PLAN_PRICE, word=repr(value))
    return agent or None, Money(nanos)


@click.command(
    epilog="""\b
Examples:
  tokens plan --paid 100
  tokens plan --paid 100 --day 15 --agent claude-code
  tokens plan --paid claude-code=200 --paid codex=20 --json
"""
)
@click.option(
    "--paid",
    callback=_paid,
    multiple=True,
    required=True,
    metavar="[AGENT=]DOLLARS",
    help="What the plan costs a month, in US dollars; may be given once for each agent.",
)
@click.option(
    "--day",
    "billing_day",
    type=click.IntRange(1, 31),
    default=1,
    show_default=True,
    help="The day of the month on which it is billed.",
)
@agent_option(None)
@json_option
@config_option
def command(
    paid: tuple[tuple[str | None, Money], ...], billing_day: int, agent: str | None, as_json: bool
) -> None:
    """Whether a plan pays, by billing month.

    What its use would have cost at list prices stands beside what the plan costs.
    """
    plans = {own or agent: money for own, money in paid}
    if len(plans) < len(paid):
        from token_dashboard.render.refusals import Refusal

        raise misused(Refusal.SAME_PLAN)
    run_async(_plan(plans, billing_day, as_json=as_json))


async def _plan(plans: dict[str | None, Money], billing_day: int, *, as_json: bool) -> None:
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.cli.console import Console
    from token_dashboard.cli.progress import scan_progress
    from token_dashboard.engine.plan_values import PlanReports
    from token_dashboard.model.period import zone
    from token_dashboard.render.language import language

    async with compose(load(config_file())) as product:
        for agent in filter(None, plans):
            await check_agent(agent, product.ledger)
        with scan_progress() as progress:
            await product.dashboard.scan(progress)
        reports = PlanReports(product.ledger, zone(product.dashboard.time_zone), product.clock)
        answer = await reports.values(plans, billing_day)
        if as_json:
            from token_dashboard.render import wire

            print_json(wire.answer(answer))
        else:
            from token_dashboard.render.terminal.plan import print_plans

            names = dict(product.dashboard.names)
            print_plans(Console(), answer, names, language(product.loaded.settings.language))
