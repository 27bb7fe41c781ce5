"""A report as an Excel workbook of one sheet, where XlsxWriter is installed (extra ``xlsx``)."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from importlib import import_module
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

from token_dashboard.model.period import zone
from token_dashboard.model.report import Report
from token_dashboard.render.report.flat import Value, rows, titles

_LONGEST_TEXT = 32_767
"""What Excel takes in one cell."""
_WIDEST_PIXELS = 340
_FORMATS = {
    int: "#,##0",
    Decimal: "#,##0.00####",
    date: "yyyy-mm-dd",
    datetime: "yyyy-mm-dd hh:mm",
}


def report_xlsx(report: Report) -> bytes:
    """The columns of the CSV, the first row held in place; moments are told by the report's clock.

    Raises:
        ModuleNotFoundError: XlsxWriter isn't installed.
    """
    library = import_module("xlsxwriter")
    written = BytesIO()
    with library.Workbook(written, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Usage")
        formats = {kind: book.add_format({"num_format": shown}) for kind, shown in _FORMATS.items()}
        head = book.add_format({"bold": True})
        for column, title in enumerate(titles(report)):
            sheet.write_string(0, column, title, head)
        local = zone(report.time_zone)
        for number, row in enumerate(rows(report), 1):
            for column, value in enumerate(row):
                _write(sheet, number, column, value, formats, local)
        sheet.freeze_panes(1, 0)
        sheet.autofit(_WIDEST_PIXELS)
    return written.getvalue()


def _write(
    sheet: Any, row: int, column: int, value: Value, formats: Mapping[type, object], local: ZoneInfo
) -> None:
    """One cell of the value's own kind: no text becomes a formula, a link or a number."""
    if isinstance(value, str):
        kept = "".join(one if one.isprintable() else " " for one in value[:_LONGEST_TEXT])
        sheet.write_string(row, column, kept)
    elif isinstance(value, datetime):
        moment = value.astimezone(local).replace(tzinfo=None)  # a cell knows no zone
        sheet.write_datetime(row, column, moment, formats[datetime])
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, formats[date])
    elif value is not None:
        sheet.write_number(row, column, value, formats[type(value)])
