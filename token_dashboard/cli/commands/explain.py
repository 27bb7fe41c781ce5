"""``tokens explain``: a figure opened down to the events under it."""

import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import nullcontext
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

import click

from token_dashboard.cli.days_option import DAY, Day, Days, asked_days
from token_dashboard.cli.options import config_file, config_option, json_option
from token_dashboard.cli.running import run_async
from token_dashboard.cli.spoken import misused, reason_of
from token_dashboard.model.period import zone
from token_dashboard.model.report import TIMES, Dimension
from token_dashboard.model.stretch import FIRST_YEAR, LAST_YEAR

if TYPE_CHECKING:
    from token_dashboard.cli.compose import Product
    from token_dashboard.engine.figure import Figure
    from token_dashboard.model.explanation import ExplainedEvent, Explanation, Verification

    _Pages = AsyncIterator[Sequence[ExplainedEvent]]

_Command = TypeVar("_Command", bound=Callable[..., Any])

_SHOWN = 20


def _zone(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> ZoneInfo | None:
    try:
        return zone(value) if value else None
    except ValueError as error:
        raise click.BadParameter(f"{reason_of(error)}.") from error


def _filters(command: _Command) -> _Command:
    """An option for each thing that a figure can be kept to."""
    for one in reversed(Dimension):
        if one not in TIMES:
            more = "; its beginning is enough" if one is Dimension.SESSION else ""
            command = click.option(f"--{one}", metavar="NAME", help=f"Only this {one}{more}.")(command)
    return command


@click.command(
    epilog="""\b
Examples:
  tokens explain 'claude-opus-4-5 2026-11-20'
  tokens explain codex today --limit 5
  tokens explain --model gpt-5.2 --month 2026-11 --verify
  tokens explain --session 0198c2f4 --json
  tokens explain --user ann --since 2026-11-16 --until 2026-11-22
"""
)
@click.argument("words", metavar="[FIGURE]...", nargs=-1)
@_filters
@click.option("--day", type=DAY, metavar="YYYY-MM-DD", help="Only this local day.")
@click.option("--month", type=Day(["%Y-%m"]), metavar="YYYY-MM", help="Only this local month.")
@click.option("--since", type=DAY, metavar="YYYY-MM-DD", help="From this local day on.")
@click.option("--until", type=DAY, metavar="YYYY-MM-DD", help="To this local day, included.")
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
    /,
    words: tuple[str, ...],
    day: datetime | None,
    month: datetime | None,
    since: datetime | None,
    until: datetime | None,
    time_zone: ZoneInfo | None,
    limit: int | None,
    verify: bool,
    as_json: bool,
    **given: str | None,
) -> None:
    """Open a figure down to its events, with the source and price of each.

    FIGURE is a day (2026-11-20, today, yesterday), an hour (2026-11-20T14), week, month (2026-11) or year,
    and names that reports show: a model, an agent, a project, a session, a branch, a person.

    With --verify nothing new is read into the ledger first: logs are read again and compared with what is
    stored. Exit code: 0 equal, 1 not, and the first difference is named.
    """
    from token_dashboard.render.refusals import Refusal

    if day is not None and month is not None:
        raise misused(Refusal.NOT_BOTH, one="--day", other="--month")
    if (day or month) and (since or until):
        raise misused(Refusal.SINCE_BESIDE_DAY)
    days = _days(day, month, asked_days(since, until, None))
    if not words and days is None and not any(given.values()):
        raise misused(Refusal.WHICH_FIGURE)
    only = {Dimension(name): text for name, text in given.items() if text}
    asked = [word for text in words for word in text.split()]
    ctx.exit(run_async(_explain(asked, only, days, time_zone, limit, is_verified=verify, as_json=as_json)))


def _days(day: datetime | None, month: datetime | None, stretch: Days) -> tuple[date, date] | None:
    """The first and the last day that the options name."""
    if day is not None:
        return _date(day), _date(day)
    if month is not None:
        from token_dashboard.engine.figure import month_of

        return month_of(_date(month))
    if stretch.since is None and stretch.until is None:
        return None
    return stretch.since or date(FIRST_YEAR, 1, 1), stretch.until or date(LAST_YEAR, 12, 31)


async def _explain(
    words: list[str],
    only: dict[Dimension, str],
    days: tuple[date, date] | None,
    tz: ZoneInfo | None,
    limit: int | None,
    *,
    is_verified: bool,
    as_json: bool,
) -> int:
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.cli.ledger_keeping import phases
    from token_dashboard.cli.progress import scan_progress
    from token_dashboard.engine.explaining import explain, opened, summed
    from token_dashboard.engine.sources import Sources
    from token_dashboard.engine.verification import verify
    from token_dashboard.model.keeping import Phase

    async with compose(load(config_file())) as product:
        if not is_verified or await product.scanner.scanned_ms() is None:
            with scan_progress() as progress:
                await product.scanner.scan(progress)
        tz = tz or zone(product.loaded.settings.time_zone)
        figure = await _figure(product, words, only, days, tz)
        book, pricer = product.prices.book, product.prices.pricer
        sources = Sources(product.ledger, [one.agent for one in product.scanner.agents])
        checked = None
        with phases() as tell:
            tell(Phase.CHECKING, 0, None)
            if as_json:
                found = await summed(product.ledger, figure, tz)
            else:
                shown = _SHOWN if limit is None else limit
                found = await explain(product.ledger, sources, book, figure, tz, shown)
            if is_verified:
                checked = await verify(product.ledger, sources, pricer, figure, adds_up=found.adds_up)
        if as_json:
            await _write(found, checked, opened(product.ledger, sources, book, figure, limit), limit)
        else:
            from token_dashboard.cli.console import Console
            from token_dashboard.render.language import language
            from token_dashboard.render.terminal.explanation import print_explanation

            print_explanation(Console(), found, checked, language(product.loaded.settings.language))
        return 0 if found.adds_up and (checked is None or checked.is_equal) else 1


async def _write(
    found: "Explanation", checked: "Verification | None", pages: "_Pages", limit: int | None
) -> None:
    """JSON, page by page; a bar tells how far that is unless it fills the terminal."""
    from token_dashboard.cli.progress import counted, requests_progress
    from token_dashboard.render import proof

    of_all = found.detail.requests if limit is None else min(limit, found.detail.requests)
    with nullcontext() if sys.stdout.isatty() else requests_progress() as tell:
        watched = pages if tell is None else counted(pages, lambda passed, _: tell(passed, passed, of_all))
        async for text in proof.explanation(found, checked, watched):
            click.echo(text, nl=False)
    click.echo()


async def _figure(
    product: "Product",
    words: list[str],
    only: dict[Dimension, str],
    days: tuple[date, date] | None,
    tz: ZoneInfo,
) -> "Figure":
    from token_dashboard.engine.figure import UnclearFigure, figure_of
    from token_dashboard.model.period import local_date

    try:
        return await figure_of(product.ledger, words, only, days, tz, local_date(product.clock.now_ms(), tz))
    except UnclearFigure as error:
        raise click.UsageError(reason_of(error)) from None


def _date(moment: datetime) -> date:
    return moment.replace(tzinfo=UTC).date()
