"""``tokens compare``: two periods beside each other."""

import re
from datetime import date, timedelta

import click

from token_dashboard.cli.days_option import last_option
from token_dashboard.cli.options import config_file, config_option, json_option, print_json
from token_dashboard.cli.running import run_async
from token_dashboard.cli.spoken import misused, unfit
from token_dashboard.model.comparison import Span

_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_DEFAULT_DAYS = 7
_FIRST, _LAST = date(1971, 1, 1), date(2199, 12, 31)


def _periods(_ctx: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> tuple[Span, ...]:
    return tuple(map(_period, values))


def _period(value: str) -> Span:
    """``2026-10``, ``2026-10-12`` or ``2026-10-01..2026-10-15``."""
    try:
        span = _month(value) if _MONTH.fullmatch(value) else _days(value)
    except ValueError:
        span = None
    if span is None or not _FIRST <= span.since <= span.until <= _LAST:
        from token_dashboard.render.refusals import Refusal

        raise unfit(Refusal.NO_PERIOD, word=repr(value))
    return span


def _month(text: str) -> Span:
    first = date.fromisoformat(f"{text}-01")
    return Span(since=first, until=(first + timedelta(days=31)).replace(day=1) - timedelta(days=1))


def _days(text: str) -> Span:
    since, _, until = text.partition("..")
    return Span(since=date.fromisoformat(since), until=date.fromisoformat(until or since))


@click.command(
    epilog="""\b
Examples:
  tokens compare --last 7d
  tokens compare 2026-10 2026-11
  tokens compare 2026-11-01..2026-11-07 2026-11-08..2026-11-14 --json
"""
)
@click.argument("periods", nargs=-1, callback=_periods, metavar="[EARLIER LATER]")
@last_option("These days with as many before them; 7d if no periods are given.")
@json_option
@config_option
def command(periods: tuple[Span, ...], last: int | None, as_json: bool) -> None:
    """What changed between two periods, and what changed most.

    A period is a month (2026-10), a day (2026-10-12) or days (2026-10-01..2026-10-15). Both are compared for
    the same number of days, and until the same time of day while the later one still runs.
    """
    from token_dashboard.render.refusals import Refusal

    if len(periods) not in {0, 2}:
        raise misused(Refusal.TWO_PERIODS_NEEDED)
    if periods and last is not None:
        raise misused(Refusal.PERIODS_AND_LAST)
    run_async(_compare(periods, last or _DEFAULT_DAYS, as_json=as_json))


async def _compare(periods: tuple[Span, ...], last: int, *, as_json: bool) -> None:
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.cli.console import Console
    from token_dashboard.cli.progress import scan_progress
    from token_dashboard.engine.comparisons import Comparisons, before
    from token_dashboard.model.period import zone
    from token_dashboard.render.language import language
    from token_dashboard.render.refusals import Refusal

    async with compose(load(config_file())) as product:
        with scan_progress() as progress:
            await product.dashboard.scan(progress)
        today = product.dashboard.today()
        later = Span(since=today - timedelta(days=last - 1), until=today)
        earlier, later = periods or (before(later), later)
        if max(earlier.since, later.since) > today:
            raise misused(Refusal.PERIOD_TO_COME)
        comparisons = Comparisons(product.ledger, zone(product.dashboard.time_zone), product.clock)
        answer = await comparisons.comparison(earlier, later)
        if as_json:
            from token_dashboard.render import wire

            print_json(wire.answer(answer))
        else:
            from token_dashboard.render.terminal.comparison import print_comparison

            print_comparison(Console(), answer, language(product.loaded.settings.language))
