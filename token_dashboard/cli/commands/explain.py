"""``tokens explain``: a figure opened down to the events under it."""

import asyncio
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from token_dashboard.cli.days_option import DAY, Day
from token_dashboard.cli.options import config_file, config_option, json_option, print_json
from token_dashboard.model.period import zone

if TYPE_CHECKING:
    from token_dashboard.cli.compose import Product
    from token_dashboard.engine.figure import Figure

_SHOWN = 20


def _zone(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> ZoneInfo | None:
    try:
        return zone(value) if value else None
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


@click.command(
    epilog="""\b
Examples:
  tokens explain 'claude-opus-4-5 2026-11-20'
  tokens explain codex today --limit 5
  tokens explain --model gpt-5.2 --month 2026-11 --verify
  tokens explain --session 0198c2f4 --json
"""
)
@click.argument("words", metavar="[FIGURE]...", nargs=-1)
@click.option("--model", metavar="NAME", help="Only this model.")
@click.option("--agent", metavar="ID", help="Only this agent.")
@click.option("--provider", metavar="ID", help="Only this provider.")
@click.option("--project", metavar="FOLDER", help="Only this project.")
@click.option("--session", metavar="ID", help="Only this session; its beginning is enough.")
@click.option("--day", type=DAY, metavar="YYYY-MM-DD", help="Only this local day.")
@click.option("--month", type=Day(["%Y-%m"]), metavar="YYYY-MM", help="Only this local month.")
@click.option("--time-zone", callback=_zone, metavar="ZONE", help="Days of this zone, e.g. Europe/Berlin.")
@click.option(
    "--limit",
    type=click.IntRange(0),
    metavar="N",
    help=f"Show the last N events: {_SHOWN} unless told, with --json all. The sums are always over all.",
)
@click.option("--verify", is_flag=True, help="Make the figure anew from its sources, and compare.")
@json_option
@config_option
@click.pass_context
def command(
    ctx: click.Context,
    words: tuple[str, ...],
    model: str | None,
    agent: str | None,
    provider: str | None,
    project: str | None,
    session: str | None,
    day: datetime | None,
    month: datetime | None,
    time_zone: ZoneInfo | None,
    limit: int | None,
    verify: bool,
    as_json: bool,
) -> None:
    """Open a figure: each event, the bytes of the file it was read from, and its price.

    FIGURE is a day (2026-11-20, today, yesterday), a month (2026-11) or week, and names that reports show: a
    model, an agent, a project, a session.

    With --verify nothing new is read into the ledger first: logs are read again and compared with what is
    stored. Exit code: 0 equal, 1 not, and the first difference is named.
    """
    if day is not None and month is not None:
        raise click.UsageError("--day and --month can't both be given.")
    given = {"model": model, "agent": agent, "provider": provider, "project": project, "session": session}
    if not words and day is None and month is None and not any(given.values()):
        raise click.UsageError("Which figure? Name a day, a model, an agent …, as in: tokens explain today")
    only = {name: text for name, text in given.items() if text}
    asked = [word for text in words for word in text.split()]
    ctx.exit(
        asyncio.run(_explain(asked, only, day, month, time_zone, limit, is_verified=verify, as_json=as_json))
    )


async def _explain(
    words: list[str],
    only: dict[str, str],
    day: datetime | None,
    month: datetime | None,
    tz: ZoneInfo | None,
    limit: int | None,
    *,
    is_verified: bool,
    as_json: bool,
) -> int:
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.cli.console import ScanProgress
    from token_dashboard.engine.explaining import explain
    from token_dashboard.engine.sources import Sources
    from token_dashboard.engine.verification import verify
    from token_dashboard.pricing.pricer import Pricer

    async with compose(load(config_file())) as product:
        if not is_verified or await product.scanner.scanned_ms() is None:
            with ScanProgress() as progress:
                await product.scanner.scan(progress)
        tz = tz or zone(product.loaded.settings.time_zone)
        figure = await _figure(product, words, only, day, month, tz)
        sources = Sources(product.ledger, [one.agent for one in product.scanner.agents])
        shown = limit if limit is not None or as_json else _SHOWN
        found = await explain(product.ledger, sources, product.book, figure, tz, shown)
        checked = None
        if is_verified:
            checked = await verify(product.ledger, sources, Pricer(product.book), figure)
        if as_json:
            from token_dashboard.render import proof

            print_json(proof.explanation(found, checked))
        else:
            from token_dashboard.cli.console import Console
            from token_dashboard.render.language import language
            from token_dashboard.render.terminal.explanation import print_explanation

            print_explanation(Console(), found, checked, language(product.loaded.settings.language))
        return 0 if found.adds_up and (checked is None or checked.is_equal) else 1


async def _figure(
    product: "Product",
    words: list[str],
    only: dict[str, str],
    day: datetime | None,
    month: datetime | None,
    tz: ZoneInfo,
) -> "Figure":
    from token_dashboard.engine.figure import UnclearFigure, figure_of, month_of
    from token_dashboard.model.period import local_date
    from token_dashboard.model.report import Dimension

    days = None
    if day is not None:
        days = (_date(day), _date(day))
    elif month is not None:
        days = month_of(_date(month))
    given = {Dimension(name): text for name, text in only.items()}
    try:
        return await figure_of(product.ledger, words, given, days, tz, local_date(product.clock.now_ms(), tz))
    except UnclearFigure as error:
        raise click.UsageError(str(error)) from None


def _date(moment: datetime) -> date:
    return moment.replace(tzinfo=UTC).date()
