"""What ``tokens report`` and the commands that are reports too have in common: options, formats, the way."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from token_dashboard.cli.days_option import DAY
from token_dashboard.cli.options import config_file, config_option
from token_dashboard.cli.report_output import show
from token_dashboard.cli.running import run_async
from token_dashboard.cli.spoken import misused, reason_of, unfit
from token_dashboard.cli.zone_option import zone_option
from token_dashboard.model.period import zone
from token_dashboard.model.report import TIMES, CostBasis, Dimension, Order
from token_dashboard.model.report_request import ReportRequest
from token_dashboard.model.stretch import WEEKDAYS, Named, Stretch, last, named, year

if TYPE_CHECKING:
    from token_dashboard.model.exchange import Exchange

_Command = TypeVar("_Command", bound=Callable[..., Any])
_Options = Mapping[str, Any]

_FILTERS = tuple(one for one in Dimension if one not in TIMES)
_FORMATS = ("as_json", "csv", "markdown", "html", "xlsx")
_FOR_PROGRAMS = ("as_json", "csv", "xlsx")
_FLAGS = (Named.TODAY, Named.WEEK, Named.MONTH, Named.LAST_MONTH)
_THIS_YEAR = "this"
_MOST_ROWS = 1_000_000_000
_YEAR = re.compile(r"[0-9]{1,9}")
_CURRENCY = re.compile(r"[A-Za-z]{3}")


def report_command(
    name: str,
    about: str,
    *,
    by: Sequence[Dimension] = (),
    leads: Sequence[Dimension] = (),
    periods: Named | None = None,
    rows: int | None = None,
    examples: Sequence[str] = (),
) -> click.Command:
    """A command that prints a report.

    Args:
        name: what is typed.
        about: the sentence of its help.
        by: what it groups by unless told.
        leads: what it groups by in any case, before what it is told.
        periods: the period that it is about unless told, which ``--period`` changes.
        rows: how many a person is shown unless told; programs get all.
        examples: command lines for its help.
    """

    def run(**options: Any) -> None:
        chosen = options["by"] if options["by"] is not None else by
        groups = tuple(dict.fromkeys((*leads, *chosen)))
        _check(options)
        if options["limit"] is None and not any(options[one] for one in _FOR_PROGRAMS):
            options["limit"] = rows
        run_async(_report(groups, periods, options))

    told = "\n".join(f"  {example}" for example in examples)
    command = _with_options(run, [one.value for one in by], periods)
    return click.command(name=name, help=about, epilog=f"\b\nExamples:\n{told}" if told else None)(command)


def _with_options(run: _Command, by: Sequence[str], periods: Named | None) -> _Command:
    names = ", ".join(sorted(Dimension))
    options = [
        click.option(
            "--by",
            callback=_dimensions,
            metavar="DIMENSIONS",
            default=",".join(by) or None,
            show_default=True,
            help=f"Group by these, with commas between: {names}.",
        ),
        *([_period_option(periods)] if periods else []),
        *(click.option(f"--{one}", is_flag=True, help=_FLAG_HELP[one]) for one in _FLAGS),
        click.option("--since", type=DAY, metavar="YYYY-MM-DD", help="From this local day on."),
        click.option("--until", type=DAY, metavar="YYYY-MM-DD", help="To this local day, included."),
        click.option(
            "--year", is_flag=False, flag_value=_THIS_YEAR, metavar="[YYYY]", help="This year, or that one."
        ),
        click.option("--last", metavar="LENGTH", help="36h back from now, or 7d or 4w that end today."),
        zone_option,
        click.option(
            "--start-of-week",
            type=click.Choice(WEEKDAYS, case_sensitive=False),
            default=WEEKDAYS[0],
            help="The day on which weeks begin.",
        ),
        *(
            click.option(f"--{one}", f"only_{one}", multiple=True, metavar="NAME", help=_filter_help(one))
            for one in _FILTERS
        ),
        click.option(
            *("--cost", "cost_basis"),
            type=click.Choice([one.value for one in CostBasis]),
            default=CostBasis.COMPUTED.value,
            show_default=True,
            help="What is meant by cost: tokens times list price, what the logs say was charged, or"
            " automatically the logged cost of each request that has a plausible one, else the computed.",
        ),
        click.option(
            "--currency",
            callback=_currency,
            metavar="CODE",
            help="Show costs in this currency too, e.g. EUR.",
        ),
        click.option(
            "--sort",
            type=click.Choice([one.value for one in Order]),
            help="Cost, tokens and requests begin with the most; time with the oldest.",
        ),
        click.option("--reverse", is_flag=True, help="The other way round."),
        click.option("--limit", type=click.IntRange(1, _MOST_ROWS), metavar="N", help="The first N rows."),
        click.option("--breakdown", "-b", is_flag=True, help="Each row by model, too."),
        click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else."),
        click.option("--csv", is_flag=True, help="Print CSV and nothing else."),
        click.option("--markdown", is_flag=True, help="Print a Markdown table."),
        click.option("--html", is_flag=True, help="Print a page for a browser."),
        click.option(
            "--xlsx",
            type=click.Path(path_type=Path, dir_okay=False),
            metavar="FILE",
            help="Write an Excel workbook.",
        ),
    ]
    for option in reversed(options):
        run = option(run)
    return config_option(run)


_FLAG_HELP = {
    Named.TODAY: "Today.",
    Named.WEEK: "This week so far.",
    Named.MONTH: "This month so far.",
    Named.LAST_MONTH: "The month before.",
}


def _period_option(usual: Named) -> Callable[[_Command], _Command]:
    allowed = [one.value for one in Named if one is not Named.TODAY]
    return click.option("--period", type=click.Choice(allowed), show_default=usual.value, help="Which days.")


def _filter_help(dimension: Dimension) -> str:
    if dimension is Dimension.MODEL:
        return "Only this one, or those that match: 'claude-*'. Each of these may be given several times."
    return f"Only this {dimension}."


def _dimensions(
    _ctx: click.Context, _parameter: click.Parameter, value: str | None
) -> tuple[Dimension, ...] | None:
    if value is None:
        return None
    names = [name.strip().lower() for name in value.split(",") if name.strip()]
    for name in names:
        if name not in list(Dimension):
            allowed = ", ".join(sorted(Dimension))
            from token_dashboard.render.refusals import Refusal

            raise unfit(Refusal.NO_DIMENSION, word=f'"{name}"', known=allowed)
    return tuple(dict.fromkeys(Dimension(name) for name in names))


def _currency(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and _CURRENCY.fullmatch(value) is None:
        from token_dashboard.render.refusals import Refusal

        raise unfit(Refusal.NO_CURRENCY, word=repr(value))
    return value


def _check(options: _Options) -> None:
    """What two options together can't mean."""
    periods = [f"--{one}" for one in _FLAGS if options[one.replace("-", "_")]]
    periods += [f"--{name}" for name in ("period", "year", "last") if options.get(name) is not None]
    if days := [f"--{name}" for name in ("since", "until") if options[name]]:
        periods.append(" with ".join(days))
    formats = [f"--{name.removeprefix('as_')}" for name in _FORMATS if options[name]]
    is_backwards = options["since"] and options["until"] and options["since"] > options["until"]
    if len(periods) < 2 and len(formats) < 2 and not is_backwards:
        return
    from token_dashboard.render.refusals import Refusal

    if len(periods) > 1:
        raise misused(Refusal.PERIODS_DIFFER, one=periods[0], other=periods[1])
    if is_backwards:
        raise misused(Refusal.SINCE_AFTER_UNTIL)
    raise misused(Refusal.SEVERAL_FORMATS, formats=", ".join(formats))


def _stretch(options: _Options, usual: Named | None, today: date, week_start: int) -> Stretch:
    for flag in _FLAGS:
        if options[flag.replace("-", "_")]:
            return named(flag, today, week_start)
    try:
        if options["year"] is not None:
            return named(Named.YEAR, today) if options["year"] == _THIS_YEAR else year(_year(options["year"]))
        if options["last"] is not None:
            return last(options["last"], today)
    except ValueError as error:
        raise click.UsageError(f"{reason_of(error)}.") from None
    if options["since"] or options["until"]:
        return Stretch(since=_date(options["since"]), until=_date(options["until"]))
    return named(Named(options.get("period") or usual or Named.ALL), today, week_start)


def _year(written: str) -> int:
    if _YEAR.fullmatch(written) is None:
        raise ValueError(f"{written!r} is no year; write one like 2026")
    return int(written)


def _date(moment: datetime | None) -> date | None:
    return moment.replace(tzinfo=UTC).date() if moment else None


async def _report(by: Sequence[Dimension], usual: Named | None, options: _Options) -> None:
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.cli.progress import scan_progress
    from token_dashboard.config.display import exchange_of
    from token_dashboard.engine.garbage import uncollected
    from token_dashboard.engine.history import History

    async with compose(load(config_file())) as product:
        settings = product.loaded.settings
        exchanges = partial(exchange_of, product.loaded)
        history = History(product.ledger, zone(settings.time_zone), product.clock, exchanges)
        exchange = history.exchange(options["currency"])
        with scan_progress() as progress:
            await product.scanner.scan(progress)
        week_start = WEEKDAYS.index(options["start_of_week"].lower())
        stretch = _stretch(options, usual, history.today(options["time_zone"]), week_start)
        request = _request(by, stretch, week_start, options, exchange)
        with uncollected():
            try:
                report = await history.answer(request)
            except ValueError as error:
                raise click.UsageError(f"{reason_of(error)}.") from None
            show(report, options, settings.language)


def _request(
    by: Sequence[Dimension],
    stretch: Stretch,
    week_start: int,
    options: _Options,
    exchange: "Exchange | None",
) -> ReportRequest:
    return ReportRequest(
        by=tuple(by),
        stretch=stretch,
        only={one: options[f"only_{one}"] for one in _FILTERS if options[f"only_{one}"]},
        cost_basis=CostBasis(options["cost_basis"]),
        order=Order(options["sort"]) if options["sort"] else None,
        is_reversed=options["reverse"],
        limit=options["limit"],
        tz=options["time_zone"],
        week_start=week_start,
        has_parts=options["breakdown"],
        exchange=exchange,
    )
