"""``tokens history``: how balances, usage windows and spend of accounts were."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from token_dashboard.cli.days_option import Days, asked_days, days_options
from token_dashboard.cli.options import config_file, config_option, json_option, print_json
from token_dashboard.cli.running import run_async
from token_dashboard.cli.spoken import misused

if TYPE_CHECKING:
    from token_dashboard.cli.compose import Product
    from token_dashboard.engine.account_reports import AccountReports
    from token_dashboard.model.account_history import Reading

_DAYS = 7
_COLUMNS = ("provider", "account", "kind", "name", "unit", "firstAt", "lastAt", "value")

_provider = click.option("--provider", metavar="ID", help="Of this provider alone.")


@click.group(
    epilog="""\b
Examples:
  tokens history report --last 7d
  tokens history stats --provider claude-oauth --last 4w
  tokens history export --csv --since 2026-11-01
"""
)
@config_option
def command() -> None:
    """How balances, usage windows and spend of accounts were.

    Without days the last seven.
    """


@command.command(
    epilog="""\b
Examples:
  tokens history report --last 7d
  tokens history report --provider openrouter --json
"""
)
@_provider
@days_options
@json_option
@config_option
def report(
    provider: str | None, since: datetime | None, until: datetime | None, last: int | None, as_json: bool
) -> None:
    """Each figure day by day: lowest, highest and last."""
    run_async(_report(provider, asked_days(since, until, last), as_json=as_json))


@command.command(
    epilog="""\b
Examples:
  tokens history stats --last 4w
  tokens history stats --provider claude-oauth --json
"""
)
@_provider
@days_options
@json_option
@config_option
def stats(
    provider: str | None, since: datetime | None, until: datetime | None, last: int | None, as_json: bool
) -> None:
    """Lowest, mean, median, 90th percentile and highest figures."""
    run_async(_stats(provider, asked_days(since, until, last), as_json=as_json))


@command.command(
    epilog="""\b
Examples:
  tokens history export --last 30d > readings.json
  tokens history export --csv --since 2026-11-01
"""
)
@_provider
@days_options
@click.option("--csv", "as_csv", is_flag=True, help="CSV, not JSON.")
@json_option
@config_option
def export(
    provider: str | None,
    since: datetime | None,
    until: datetime | None,
    last: int | None,
    as_csv: bool,
    as_json: bool,
) -> None:
    """All that was seen of accounts.

    Each figure from when it was first seen to when it was last confirmed.
    """
    if as_csv and as_json:
        from token_dashboard.render.refusals import Refusal

        raise misused(Refusal.NOT_BOTH, one="--csv", other="--json")
    run_async(_export(provider, asked_days(since, until, last), as_csv=as_csv))


@command.command(
    epilog="""\b
Examples:
  tokens ledger purge --before 2026-01-01
""",
    hidden=True,
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
)
def purge() -> None:
    """Not here: tokens ledger purge deletes usage; what accounts told is kept."""
    from token_dashboard.render.refusals import Refusal

    raise misused(Refusal.PURGE_IS_LEDGERS)


async def _report(provider: str | None, days: Days, *, as_json: bool) -> None:
    async with _reports(provider, days) as (product, reports, first, last):
        answer = await reports.days(first, last, provider)
        if as_json:
            from token_dashboard.render import wire

            print_json(wire.answer(answer))
        else:
            from token_dashboard.cli.console import Console
            from token_dashboard.render.language import language
            from token_dashboard.render.terminal.account_history import print_days

            words = language(product.loaded.settings.language)
            print_days(Console(), answer, product.dashboard.names, words)


async def _stats(provider: str | None, days: Days, *, as_json: bool) -> None:
    async with _reports(provider, days) as (product, reports, first, last):
        answer = await reports.stats(first, last, provider)
        if as_json:
            from token_dashboard.render import wire

            print_json(wire.answer(answer))
        else:
            from token_dashboard.cli.console import Console
            from token_dashboard.render.language import language
            from token_dashboard.render.terminal.account_history import print_stats

            words = language(product.loaded.settings.language)
            print_stats(Console(), answer, product.dashboard.names, words)


async def _export(provider: str | None, days: Days, *, as_csv: bool) -> None:
    from token_dashboard.render import wire

    async with _reports(provider, days) as (_, reports, first, last):
        answer = await reports.readings(first, last, provider)
        if as_csv:
            _print_csv(answer.readings)
        else:
            print_json(wire.answer(answer))


def _print_csv(readings: "Sequence[Reading]") -> None:
    import csv
    import sys

    from token_dashboard.model.money import Money
    from token_dashboard.render.export.formats import harmless
    from token_dashboard.render.wire import moment

    writer = csv.writer(sys.stdout)
    writer.writerow(_COLUMNS)
    for one in readings:
        figure = one.figure
        whose = (figure.provider, figure.account, figure.kind.value, figure.name, figure.unit)
        value = one.value.amount if isinstance(one.value, Money) else f"{one.value:f}"
        writer.writerow((*map(harmless, whose), moment(one.first_ms), moment(one.last_ms), value))
    sys.stdout.flush()  # so that a reader who has left is noticed here


@asynccontextmanager
async def _reports(
    provider: str | None, days: Days
) -> "AsyncIterator[tuple[Product, AccountReports, date, date]]":
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.config.nearness import hint
    from token_dashboard.engine.account_reports import AccountReports
    from token_dashboard.model.period import zone

    async with compose(load(config_file())) as product:
        ids = sorted(one.id for one in await product.dashboard.providers())
        if provider is not None and provider not in ids:
            told = f'no provider is called "{provider}"; {hint(provider, ids)}'
            raise click.BadParameter(told, param_hint="'--provider'")
        reports = AccountReports(product.ledger, zone(product.dashboard.time_zone))
        yield product, reports, *days.within(product.dashboard.today(), _DAYS)
