"""``tokens reconcile``: the ledger against a vendor's own daily report."""

from decimal import Decimal, InvalidOperation

import click

from token_dashboard.cli.options import config_file, config_option, json_option, print_json
from token_dashboard.cli.running import run_async
from token_dashboard.cli.spoken import unfit, unknown_provider


def _percent(_ctx: click.Context, _parameter: click.Parameter, value: str) -> Decimal:
    try:
        percent = Decimal(value.removesuffix("%"))
    except InvalidOperation:
        percent = Decimal(-1)
    if not percent.is_finite() or not 0 <= percent <= 100:
        from token_dashboard.render.refusals import Refusal

        raise unfit(Refusal.NO_PERCENTAGE, word=repr(value))
    return percent


@click.command(
    epilog="""\b
Examples:
  tokens reconcile --provider openai
  tokens reconcile --provider anthropic --days 7 --tolerance 0.5%
  tokens reconcile --provider openrouter --json | jq '.parts'
"""
)
@click.option("--provider", required=True, metavar="ID", help="Whose books: openai, anthropic, openrouter …")
@click.option(
    "--days", type=click.IntRange(1, 366), default=30, show_default=True, help="How many, with today."
)
@click.option(
    "--tolerance",
    callback=_percent,
    default="1%",
    show_default=True,
    metavar="PERCENT",
    help="How much of the bill the parts of the gap may be.",
)
@json_option
@config_option
@click.pass_context
def command(ctx: click.Context, provider: str, days: int, tolerance: Decimal, as_json: bool) -> None:
    """Hold the ledger against a vendor's own report, and split the gap.

    Reads new logs and asks the vendor first. Exit code: 0 within the tolerance, 1 above it, or nothing to
    compare with.
    """
    ctx.exit(run_async(_reconcile(provider, days, tolerance, as_json=as_json)))


async def _reconcile(provider: str, days: int, tolerance: Decimal, *, as_json: bool) -> int:
    from datetime import UTC, datetime, timedelta

    from token_dashboard.cli.compose import compose, load
    from token_dashboard.cli.refresh import up_to_date
    from token_dashboard.engine.reconciling import reconcile

    async with compose(load(config_file())) as product:
        known = product.accounts.provider_ids
        if provider not in known:
            raise unknown_provider(provider, known, "--provider")
        status = await up_to_date(product, provider=provider)
        until = datetime.fromtimestamp(product.clock.now_ms() / 1000, UTC).date()
        since = until - timedelta(days=days - 1)
        found = await reconcile(product.ledger, product.prices.book, provider, since, until, tolerance)
        if as_json:
            from token_dashboard.render import proof

            print_json(proof.reconciliation(found))
        else:
            from token_dashboard.cli.console import Console
            from token_dashboard.render.language import language
            from token_dashboard.render.terminal.reconciliation import print_reconciliation

            spoken = language(product.loaded.settings.language)
            problems = [one.problem for one in status.accounts if one.provider == provider and one.problem]
            print_reconciliation(Console(), found, product.dashboard.names, problems, spoken)
        return 0 if found.days and found.is_within else 1
