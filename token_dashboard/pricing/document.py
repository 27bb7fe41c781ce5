"""Book documents: the JSON files that prices are kept in, checked in and downloaded alike.

``{"format": 1, "as_of": date, "sources": {name: version}, "digest": hex, "vendors": {vendor: [row, ...]}}``

The digest is over the vendors, so that a document that lost or changed a part is told from a whole one.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from token_dashboard.model.errors import TokenDashboardError
from token_dashboard.pricing.rows import ALWAYS, Row, sheet_of

FORMAT = 1
_DATE = re.compile(r"20\d\d-[01]\d-[0-3]\d")

Document: TypeAlias = dict[str, Any]


class PriceBookInvalid(TokenDashboardError):
    """A book document cannot be used. Params: ``name``, ``reason``."""

    key = "price_book_invalid"
    sentence = "The price book {name} cannot be used: {reason}. The one in use stays."


def digest(vendors: Mapping[str, list[Row]]) -> str:
    """The digest of a document's vendors, whatever their layout in the file."""
    compact = json.dumps(vendors, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(compact.encode()).hexdigest()


def read(path: Path) -> Document:
    """A document that was checked when it was written."""
    document: Document = json.loads(path.read_bytes())
    return document


def parse(raw: bytes, name: str) -> Document:
    """A document from outside, checked to its last rate.

    Raises:
        PriceBookInvalid: cut short, changed on its way, or of another shape.
    """
    try:
        document = json.loads(raw)
    except ValueError as error:
        raise PriceBookInvalid(name=name, reason="it is no whole JSON document") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise PriceBookInvalid(name=name, reason=f"it is not of format {FORMAT}")
    vendors = document.get("vendors")
    if not isinstance(vendors, dict) or not vendors or digest(vendors) != document.get("digest"):
        raise PriceBookInvalid(name=name, reason="its digest doesn't fit, so a part is missing or changed")
    try:
        fault = next(faults(document), None)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise PriceBookInvalid(name=name, reason="its rows are not of the shape of rows") from error
    if fault is not None:
        raise PriceBookInvalid(name=name, reason=fault)
    return document


def faults(document: Document) -> Iterator[str]:
    """Everything that is wrong with a document: rates, dates, names that are used twice."""
    if not _is_date(document.get("as_of")):
        yield "as_of is no date"
    for vendor, rows in document["vendors"].items():
        ids: set[str] = set()
        if not rows:
            yield f"{vendor} has no rows"
        for row in rows:
            where = f"{vendor}/{row.get('id')}"
            for name in (row.get("id"), *row.get("also", ())):
                if not isinstance(name, str) or name in ids:
                    yield f"{where} has a missing or repeated name {name}"
                ids.add(name)
            yield from (f"{where} {fault}" for fault in _row_faults(vendor, row))


def _row_faults(vendor: str, row: Row) -> Iterator[str]:
    if not isinstance(row.get("source"), str):
        yield "has no source"
    if ("prices" in row) == ("unlisted" in row) or not row.get("prices", [True]):
        yield "needs either prices or a reason for having none"
    dates = [period.get("from", ALWAYS) for period in row.get("prices", ())]
    if dates != sorted(set(dates)) or not all(date == ALWAYS or _is_date(date) for date in dates):
        yield "has from-dates out of order"
    for period in row.get("prices", ()):
        try:
            sheet = sheet_of(vendor, row, period)
        except (KeyError, TypeError, ValueError):
            yield "has a price that cannot be read"
            continue
        schedules = [sheet.base, *sheet.services.values(), *([sheet.peak.schedule] if sheet.peak else [])]
        figures = [sheet.web_search]
        for schedule in schedules:
            figures += [rate for rate in schedule.rates if rate is not None]
            for over, rates in schedule.tiers:
                figures += [over, *(rate for rate in rates if rate is not None)]
        if not all(type(figure) is int and figure >= 0 for figure in figures):
            yield "has a rate that is no whole number from 0 up"


def _is_date(value: object) -> bool:
    return isinstance(value, str) and _DATE.fullmatch(value) is not None
