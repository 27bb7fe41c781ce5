"""``tokens guard``: may a script, a hook or a job in CI go on?"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import click

from token_dashboard.cli.options import config_file, config_option, json_option, print_json
from token_dashboard.cli.running import run_async
from token_dashboard.cli.spoken import misused, unknown_provider
from token_dashboard.model.budget import Verdict
from token_dashboard.model.errors import TokenDashboardError
from token_dashboard.model.guard import Demand, DemandKind, Finding, GuardAnswer, GuardReason
from token_dashboard.model.money import parse_nanos

if TYPE_CHECKING:
    from token_dashboard.cli.compose import Product
    from token_dashboard.config.finding import Loaded

GO, STOP, UNKNOWN = 0, 1, 69
_CODES = {Verdict.GO: GO, Verdict.STOP: STOP, Verdict.UNKNOWN: UNKNOWN}
_ORDER = "token_dashboard.guard"
_AMOUNT = re.compile(r"\$?(\d+(?:\.\d+)?)\s*([A-Za-z]{3})?", re.ASCII)


class _InOrder(click.Command):
    """A limit belongs to what was named last before it, so the order of the options counts."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        given, _, order = self.make_parser(ctx).parse_args(list(args))
        values: dict[str, Iterator[Any]] = {
            name: iter(value) for name, value in given.items() if isinstance(value, list)
        }
        ctx.meta[_ORDER] = [
            (str(one.name), next(values[str(one.name)])) for one in order if str(one.name) in values
        ]
        return super().parse_args(ctx, args)


@click.command(
    cls=_InOrder,
    epilog="""\b
Examples:
  tokens guard --budget daily --min 1.00 && run-the-job
  tokens guard --balance openrouter --min 2
  tokens guard --window claude-oauth --max 90 --balance openrouter:work --min 5 --json
""",
)
@click.option("--budget", multiple=True, expose_value=False, metavar="NAME", help="A budget, by its name.")
@click.option(
    "--balance",
    multiple=True,
    expose_value=False,
    metavar="PROVIDER",
    help="A provider's balance, or one account's: openrouter:work.",
)
@click.option(
    "--window",
    multiple=True,
    expose_value=False,
    metavar="PROVIDER",
    help="A provider's usage windows, or one: claude-oauth/5h.",
)
@click.option(
    "--min",
    multiple=True,
    expose_value=False,
    metavar="AMOUNT",
    help="For the budget or balance before it: at least so much has to be left (2, 1.50, 20CNY). More than"
    " nothing has to be in any case.",
)
@click.option(
    "--max",
    multiple=True,
    expose_value=False,
    metavar="PERCENT",
    help="For the window before it: stop when so much of it is used. 100 unless told.",
)
@click.option("--fail-open", is_flag=True, help="Go when nobody knows.")
@json_option
@config_option
@click.pass_context
def command(ctx: click.Context, fail_open: bool, as_json: bool) -> None:
    """Whether enough money is left to go on.

    Says why in one line.

    Several demands may be made at once: all have to be met.

    Exit code: 0 go, 1 stop, 69 not known (with --fail-open 0), 64 wrong usage.
    """
    demands = _demands(ctx.meta[_ORDER])
    ctx.exit(run_async(_guard(demands, is_open=fail_open, as_json=as_json)))


def _demands(order: Sequence[tuple[str, str]]) -> list[Demand]:
    from token_dashboard.render.refusals import Refusal

    demands: list[Demand] = []
    for name, value in order:
        last = demands[-1] if demands else None
        if name in {"budget", "balance", "window"}:
            demands.append(_named(DemandKind(name), value))
        elif last is None or (last.kind is DemandKind.WINDOW) is not (name == "max"):
            raise misused(Refusal.MAX_BEHIND_WINDOW if name == "max" else Refusal.MIN_BEHIND_MONEY)
        else:
            demands[-1] = _limited(last, value)
    if not demands:
        raise misused(Refusal.NOTHING_TO_GUARD)
    return demands


def _named(kind: DemandKind, value: str) -> Demand:
    subject, window = value, None
    if kind is DemandKind.WINDOW and "/" in value:
        subject, _, window = value.partition("/")
    return Demand(kind=kind, subject=subject, window=window)


def _limited(demand: Demand, value: str) -> Demand:
    from dataclasses import replace

    from token_dashboard.render.refusals import Refusal

    if demand.kind is DemandKind.WINDOW:
        try:
            percent = Decimal(value.removesuffix("%"))
        except InvalidOperation:
            percent = Decimal(-1)
        if not 0 <= percent <= 1000:
            raise misused(Refusal.NO_GUARD_PERCENTAGE, word=repr(value))
        return replace(demand, most_percent=percent)
    found = _AMOUNT.fullmatch(value)
    try:
        nanos = parse_nanos(found[1] if found else "")
    except ValueError:  # or more than any amount can be
        found = None
    if found is None:
        raise misused(Refusal.NO_GUARD_AMOUNT, word=repr(value))
    currency = found[2].upper() if found[2] else "USD" if value.startswith("$") else None
    return replace(demand, least_nanos=nanos, currency=currency)


async def _guard(demands: Sequence[Demand], *, is_open: bool, as_json: bool) -> int:
    from token_dashboard.render.language import language

    spoken = "en"
    try:
        from token_dashboard.cli.compose import load

        loaded = load(config_file())
        spoken = loaded.settings.language
        answer = await _answer(demands, loaded)
    except TokenDashboardError as error:
        failed = Finding(
            kind=None, subject="", verdict=Verdict.UNKNOWN, reason=GuardReason.FAILED, sentence=str(error)
        )
        from token_dashboard.model.clock import SystemClock

        answer = GuardAnswer.of([failed], SystemClock().now_ms())
    if as_json:
        from token_dashboard.render import wire

        print_json(wire.guard(answer))
    else:
        from token_dashboard.render.terminal.guard import guard_line

        click.echo(guard_line(answer, language(spoken)))
    code = _CODES[answer.verdict]
    return GO if code == UNKNOWN and is_open else code


async def _answer(demands: Sequence[Demand], loaded: "Loaded") -> GuardAnswer:
    from token_dashboard.cli.compose import compose
    from token_dashboard.cli.progress import scan_progress
    from token_dashboard.cli.refresh import look
    from token_dashboard.engine.guard import guard, is_due

    async with compose(loaded) as product:
        await _check_names(demands, product)
        wanted = {one.subject.partition(":")[0] for one in demands if one.kind is not DemandKind.BUDGET}
        if wanted and is_due(demands, await product.dashboard.cached()):
            await look(product, provider=wanted.pop() if len(wanted) == 1 else None)
        elif any(one.kind is DemandKind.BUDGET for one in demands):
            with scan_progress() as progress:
                await product.scanner.scan(progress)
        return await guard(demands, product.dashboard)


async def _check_names(demands: Sequence[Demand], product: "Product") -> None:
    """A slip of the pen must not pass for something that isn't known."""
    from token_dashboard.render.refusals import Refusal

    budgets = await product.dashboard.budgets.known()
    providers = product.accounts.provider_ids
    for demand in demands:
        if demand.kind is DemandKind.BUDGET:
            if demand.subject not in budgets:
                why = Refusal.NO_BUDGET if budgets else Refusal.NO_BUDGETS
                raise misused(why, word=repr(demand.subject), known=", ".join(budgets))
        elif (provider := demand.subject.partition(":")[0]) not in providers:
            raise unknown_provider(provider, providers)
