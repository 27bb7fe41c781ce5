"""``tokens ledger export`` and ``tokens ledger import``: usage as files for other programs, and back."""

import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from token_dashboard.cli.days_option import DAY
from token_dashboard.cli.options import config_file, config_option, json_option
from token_dashboard.cli.running import run_async
from token_dashboard.cli.spoken import misused, refused, spoken

if TYPE_CHECKING:
    from token_dashboard.cli.compose import Product
    from token_dashboard.ledger.upkeep import Upkeep
    from token_dashboard.model.imported import Imported
    from token_dashboard.model.period import Period
    from token_dashboard.model.usage import UsageEvent

    _Pages = AsyncIterator[Sequence[UsageEvent]]

_TEXTS = ("jsonl", "csv", "sql")
_KEYS = 2**63


@click.command(
    epilog="""\b
Examples:
  tokens ledger export > usage.jsonl
  tokens ledger export --format csv --since 2026-11-01 -o november.csv
  tokens ledger export --format focus --since 2026-11-01 --until 2026-11-30 -o focus.csv
"""
)
@click.option(
    "--format",
    "form",
    type=click.Choice([*_TEXTS, "parquet", "focus"]),
    default="jsonl",
    show_default=True,
    help="JSON lines, CSV, SQL or Parquet, a row for each request; or FOCUS, a row for each day and model.",
)
@click.option("--since", type=DAY, metavar="YYYY-MM-DD", help="From this local day on.")
@click.option("--until", type=DAY, metavar="YYYY-MM-DD", help="To this local day, included.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="Write here (mode 0600) instead of to standard output.",
)  # fmt: skip
@config_option
def export(form: str, since: datetime | None, until: datetime | None, output: Path | None) -> None:
    """Write what was used for other programs.

    Requests whose detail was deleted are in the totals alone: FOCUS rows have them, the others don't.
    """
    from token_dashboard.render.refusals import Refusal

    if since and until and since > until:
        raise misused(Refusal.SINCE_AFTER_UNTIL)
    if form == "parquet" and output is None:
        raise misused(Refusal.PARQUET_IS_NO_TEXT)
    run_async(_export(form, _date(since), _date(until), output))


@click.command(
    "import",
    epilog="""\b
Examples:
  tokens ledger import usage.jsonl
  ssh other tokens ledger export | tokens ledger import -
""",
)
@click.argument("file", type=click.Path(allow_dash=True))
@json_option
@config_option
@click.pass_context
def import_(ctx: click.Context, file: str, as_json: bool) -> None:
    """Bring in FILE, as `tokens ledger export` wrote it.

    With - it reads standard input. Each line is an object by schemas/usage-event.schema.json; a program of
    yours may write it too. Doing so twice adds nothing.

    Exit code: 1 if any line could not be taken; the others are stored.
    """
    from token_dashboard.cli.import_answers import tell

    ctx.exit(tell(run_async(_import(file)), as_json=as_json))


def _date(moment: datetime | None) -> date | None:
    return moment.replace(tzinfo=UTC).date() if moment else None


async def _export(form: str, since: date | None, until: date | None, output: Path | None) -> None:
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.engine.garbage import uncollected
    from token_dashboard.ledger.upkeep import Upkeep

    async with compose(load(config_file())) as product:
        period, upkeep = await _period(product, since, until), Upkeep.of(product.ledger)
        if form == "focus":
            await _export_focus(product, period, output)
            return
        missing = await upkeep.without_detail(period)
        with uncollected():
            if form == "parquet" and output is not None:
                written = await _export_parquet(upkeep, period, output)
            else:
                written = await _export_text(form, upkeep, period, output)
    if output is not None:
        from token_dashboard.render.terminal.keeping import requests_passed

        click.echo(f"{output}: {requests_passed(written, spoken())}", err=True)
    if missing > 0:
        from token_dashboard.render.terminal.keeping import without_detail

        click.echo(without_detail(missing, spoken()), err=True)


async def _period(product: "Product", since: date | None, until: date | None) -> "Period":
    from datetime import timedelta

    from token_dashboard.engine.history import within_calendars
    from token_dashboard.model.period import BUCKET_MS, Period, start_of, zone

    tz = zone(product.loaded.settings.time_zone)
    first_ms, last_ms = await product.ledger.usage.span()
    return Period(
        start_of(within_calendars(since), tz) if since else (first_ms or 0) // BUCKET_MS * BUCKET_MS,
        start_of(within_calendars(until) + timedelta(days=1), tz) if until else (last_ms or 0) + 1,
    )


async def _export_focus(product: "Product", period: "Period", output: Path | None) -> None:
    from token_dashboard.model.period import zone
    from token_dashboard.model.report import Dimension
    from token_dashboard.render.export.focus import focus_csv

    tz = zone(product.loaded.settings.time_zone)
    by = (Dimension.DAY, Dimension.PROVIDER, Dimension.MODEL)
    rows = await product.ledger.usage.rows(period, by, tz) if period.start_ms < period.end_ms else ()
    with _written(output) as write:
        write(focus_csv(rows, tz))
    if output is not None:
        from token_dashboard.render.terminal.keeping import rows_written

        click.echo(f"{output}: {rows_written(len(rows), spoken())}", err=True)


async def _export_text(form: str, upkeep: "Upkeep", period: "Period", output: Path | None) -> int:
    from token_dashboard.render.export.formats import FORMATS

    requests, texts = 0, FORMATS[form]
    with _watched(upkeep, period, output) as pages, _written(output) as write:
        write(texts.head)
        async for page in pages:
            write(texts.page(page))
            requests += len(page)
        write(texts.tail)
    return requests


async def _export_parquet(upkeep: "Upkeep", period: "Period", output: Path) -> int:
    from token_dashboard.render.export.parquet import parquet_file

    requests = 0
    try:
        with _watched(upkeep, period, output) as pages, _whole(output) as part, parquet_file(part) as write:
            async for page in pages:
                write(page)
                requests += len(page)
    except ModuleNotFoundError:
        from token_dashboard.render.refusals import Refusal

        raise refused(Refusal.NEEDS_PYARROW) from None
    return requests


@contextmanager
def _watched(upkeep: "Upkeep", period: "Period", output: Path | None) -> "Iterator[_Pages]":
    """The requests of a period, page by page; a bar tells how far that is unless they fill the terminal."""
    from token_dashboard.cli.progress import counted, requests_progress
    from token_dashboard.ledger.again import by_first_keys

    pages = upkeep.events(period)
    if output is None and sys.stdout.isatty():
        yield by_first_keys(upkeep, pages)
        return
    with requests_progress() as tell:
        # They come in the order of their keys, of which as many are in each part of the numbers there are.
        counting = counted(pages, lambda requests, last: tell(requests, last.key, _KEYS))
        yield by_first_keys(upkeep, counting)


@contextmanager
def _whole(output: Path) -> Iterator[Path]:
    """A private file that takes the name when it is whole; what is no file, as a pipe, is written itself."""
    if output.exists() and not output.is_file():
        yield output
        return
    part = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(output)) from error
    try:
        yield part
        part.replace(output)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _written(output: Path | None) -> Iterator[Callable[[str], object]]:
    if output is None:
        yield lambda text: click.echo(text, nl=False)
        return
    with _whole(output) as part, part.open("w", encoding="utf-8", newline="") as file:
        yield file.write


async def _import(file: str) -> "Imported":
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.cli.import_answers import STANDARD_INPUT, bring, lines_in
    from token_dashboard.engine.imports.importing import batches_of
    from token_dashboard.engine.imports.rows import claims_in

    with lines_in(file) as lines:
        async with compose(load(config_file())) as product:
            name = STANDARD_INPUT if file == "-" else file
            return await bring(product, batches_of(claims_in(lines, name)), lines)
