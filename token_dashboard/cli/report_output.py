"""Prints a report in the format that was asked for, or writes it to a file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from token_dashboard.cli.options import print_json
from token_dashboard.model.report import Report


def show(report: Report, options: Mapping[str, Any], tag: str) -> None:
    """In the one format that was asked for, else as a table."""
    if options["as_json"]:
        from token_dashboard.render import wire

        print_json(wire.report(report))
    elif options["csv"]:
        from token_dashboard.render.report.flat import report_csv

        click.echo(report_csv(report), nl=False)
    elif options["xlsx"]:
        _write_workbook(report, options["xlsx"], tag)
    else:
        _show_words(report, options, tag)


def _write_workbook(report: Report, file: Path, tag: str) -> None:
    from token_dashboard.render.language import language
    from token_dashboard.render.report.sheet import report_xlsx
    from token_dashboard.render.terminal.keeping import rows_written

    try:
        file.write_bytes(report_xlsx(report))
    except ModuleNotFoundError:
        from token_dashboard.cli.spoken import refused
        from token_dashboard.render.refusals import Refusal

        raise refused(Refusal.NEEDS_XLSXWRITER) from None
    click.echo(f"{file}: {rows_written(len(report.rows), language(tag))}", err=True)


def _show_words(report: Report, options: Mapping[str, Any], tag: str) -> None:
    from token_dashboard.render.language import language

    if options["markdown"]:
        from token_dashboard.render.report.markdown import report_markdown

        click.echo(report_markdown(report, language(tag)), nl=False)
    elif options["html"]:
        from token_dashboard.render.report.page import report_html

        click.echo(report_html(report, language(tag)), nl=False)
    else:
        from token_dashboard.cli.console import Console
        from token_dashboard.render.terminal.report import print_report

        print_report(Console(), report, language(tag))
