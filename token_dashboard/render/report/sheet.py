"""A report as an Excel workbook of one sheet, where XlsxWriter is installed (extra ``xlsx``)."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from importlib import import_module
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

from token_dashboard.model.money import decimal_text
from token_dashboard.model.period import zone
from token_dashboard.model.report import Report
from token_dashboard.render.report.flat import Column, columns
from token_dashboard.render.wire import moment

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
        told = columns(report)
        for place, column in enumerate(told):
            sheet.write_string(0, place, column.title, head)
        local = zone(report.time_zone)
        for number, row in enumerate(zip(*(_cells(column, local) for column in told), strict=True), 1):
            for place, value in enumerate(row):
                _write(sheet, number, place, value, formats)
        sheet.freeze_panes(1, 0)
        sheet.autofit(_WIDEST_PIXELS)
    return written.getvalue()


def _cells(column: Column, local: ZoneInfo) -> Iterable[Any]:
    """The values as cells hold them: units of money, and moments by a clock, because a cell knows no zone."""
    if column.kind is Decimal:
        return [None if nanos is None else Decimal(decimal_text(nanos)) for nanos in column.values]
    if column.kind is datetime:
        return [
            datetime.fromisoformat(moment(one)).astimezone(local).replace(tzinfo=None)
            if isinstance(one, int)
            else one
            for one in column.values
        ]
    return column.values


def _write(sheet: Any, row: int, column: int, value: Any, formats: Mapping[type, object]) -> None:
    """One cell of the value's own kind: no text becomes a formula, a link or a number."""
    if isinstance(value, str):
        kept = value[:_LONGEST_TEXT]
        if not kept.isprintable():
            kept = "".join(one if one.isprintable() else " " for one in kept)
        sheet.write_string(row, column, kept)
    elif isinstance(value, datetime):
        sheet.write_datetime(row, column, value, formats[datetime])
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, formats[date])
    elif value is not None:
        sheet.write_number(row, column, value, formats[type(value)])
