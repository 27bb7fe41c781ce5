"""Makes the checked-in price book from published lists: ``python scripts/build_price_book.py``.

Reads the newest genai-prices and LiteLLM (downloaded with pip, or taken ``--from`` a folder of wheels) and
the hand-kept ``overlay.json``, and unites them with the book that is checked in: a model never leaves the
book, and a price never changes without a date from which the new one holds.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import genai_source
import litellm_source
from price_sources import wheel_member

from token_dashboard.model.money import parse_nanos
from token_dashboard.pricing.document import FORMAT, Document, digest, faults
from token_dashboard.pricing.names import undated
from token_dashboard.pricing.rows import ALWAYS, Period, Row
from token_dashboard.pricing.shelf import Index

DATA = Path(__file__).parent.parent / "token_dashboard" / "pricing" / "data"
FIRST_PARTY = frozenset(
    "anthropic cohere deepseek google minimax mistral moonshot openai qwen xai zai".split()  # noqa: SIM905 - a list of words
)
_SEARCH = {"anthropic": 10_000_000, "openai": 10_000_000}
"""Nanos a web search costs at vendors that have one fee for all models."""
_CLASSES = ("input", "cacheRead", "cacheCreation", "cacheCreation1h", "output")

Vendors = dict[str, list[Row]]


def gather(rows: Iterable[tuple[str, Row]], overlay: list[dict[str, Any]]) -> Vendors:
    """The rows of all sources, earlier ones first in right: a later row for a known name is dropped."""
    vendors: Vendors = {}
    for patch in overlay:
        if "prices" in patch or "unlisted" in patch:
            vendors.setdefault(patch["vendor"], []).append(_overlay_row(patch))
    taken = {(patch["vendor"], name) for patch in overlay for name in patch.get("also", ())}
    taken |= {(vendor, row["id"]) for vendor, kept in vendors.items() for row in kept}
    indexes: dict[tuple[str, str], Index] = {}
    for vendor, row in rows:
        if (vendor, row["id"]) in taken:
            continue
        source = (vendor, row["source"])
        others = indexes.setdefault(
            source, Index([r for r in vendors.get(vendor, []) if r["source"] != row["source"]])
        )
        if others.find([row["id"], undated(row["id"])]) is not None:
            continue
        row["also"] = [name for name in row.get("also", ()) if (vendor, name) not in taken]
        taken |= {(vendor, name) for name in _names(row)}
        for period in row["prices"]:
            if vendor in _SEARCH:
                period.setdefault("search", _SEARCH[vendor])
        vendors.setdefault(vendor, []).append(row)
    for patch in overlay:
        if "prices" not in patch and "unlisted" not in patch:
            _apply(patch, vendors)
    return vendors


def unite(old: Document | None, new: Vendors, from_date: str | None) -> tuple[Vendors, list[str]]:
    """The new rows with everything that the old document knew, and what stands against it.

    A row that no source lists any more stays, stamped with the day it was last seen. A price that changed
    without a date gets ``from_date``; without one it is named in the list of what stands against.
    """
    conflicts: list[str] = []
    for vendor, rows in (old or {"vendors": {}})["vendors"].items():
        kept = new.setdefault(vendor, [])
        by_name = {name: row for row in kept for name in _names(row)}
        for known in rows:
            row = by_name.get(known["id"])
            if row is None:
                lost = [name for name in known.get("also", ()) if name not in by_name]
                kept.append(known | {"also": lost, "seen": known.get("seen", old["as_of"] if old else "")})
                continue
            row["also"] = sorted({*row.get("also", ()), *(n for n in _names(known) if n not in by_name)})
            row["starts"] = sorted({*row.get("starts", ()), *known.get("starts", ())})
            if not _join(known, row, from_date):
                conflicts.append(f"{vendor}/{row['id']}")
    return new, conflicts


def _join(known: Row, row: Row, from_date: str | None) -> bool:
    """Give a row the price history of its former self; ``False`` when its price changed without a date."""
    before, now = known.get("prices"), row.get("prices")
    if before is None or now is None or now[: len(before)] == before:
        return before is None or now is not None
    if _price(now[-1]) == _price(before[-1]):
        row["prices"] = before
        return True
    if from_date is None or from_date <= before[-1].get("from", ALWAYS):
        return False
    row["prices"] = [*before, {"from": from_date} | _price(now[-1])]
    return True


def _price(period: Period) -> Period:
    return {key: value for key, value in period.items() if key != "from"}


def document(
    vendors: Vendors, *, as_of: str, sources: dict[str, str], resellers: Iterable[str] = ()
) -> Document:
    """A document in its one order, so that equal data make equal files."""
    tidy = {
        vendor: sorted(map(_tidy, vendors[vendor]), key=lambda row: str(row["id"]))
        for vendor in sorted(vendors)
    }
    head: Document = {"format": FORMAT, "as_of": as_of, "sources": dict(sorted(sources.items()))}
    if names := sorted(resellers):
        head["resellers"] = names
    return head | {"digest": digest(tidy), "vendors": tidy}


def text(book: Document) -> str:
    """The file of a document: one row a line."""
    vendors = ",\n".join(
        f"{json.dumps(vendor)}: [\n"
        + ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows)
        + "\n]"
        for vendor, rows in book["vendors"].items()
    )
    head = ",\n".join(f"{json.dumps(key)}: {json.dumps(book[key])}" for key in book if key != "vendors")
    return f'{{\n{head},\n"vendors": {{\n{vendors}\n}}\n}}\n'


def _tidy(row: Row) -> Row:
    """A row with its keys in one order, its names sorted, and nothing empty."""
    order = ("id", "also", "starts", "unlisted", "prices", "source", "seen")
    names = {key: sorted(row[key]) for key in ("also", "starts") if row.get(key)}
    named = {key: value for key, value in row.items() if key not in {"also", "starts"}} | names
    return {key: named[key] for key in order if key in named}


def _names(row: Row) -> list[str]:
    return [row["id"], *row.get("also", ())]


def _overlay_row(patch: dict[str, Any]) -> Row:
    row = {key: patch[key] for key in ("id", "also", "starts", "unlisted") if key in patch}
    if "prices" in patch:
        row["prices"] = [_overlay_period(period) for period in patch["prices"]]
    return row | {"source": f"{patch['source']}, {patch['date']}"}


def _overlay_period(written: dict[str, Any]) -> Period:
    period: Period = {"from": written["from"]} if "from" in written else {}
    period["rates"] = _dollars(written["usd"])
    if "over" in written:
        period["over"] = [[limit, _dollars(usd)] for limit, usd in written["over"]]
    if "services" in written:
        period["services"] = written["services"]
    if "peak" in written:
        peak = written["peak"]
        period["peak"] = {
            "minutes": peak["minutes"],
            "weekends": peak["weekends"],
            "rates": _dollars(peak["usd"]),
        }
    return period


def _dollars(usd: dict[str, str]) -> list[int | None]:
    return [parse_nanos(usd[name]) if name in usd else None for name in _CLASSES]


def _apply(patch: dict[str, Any], vendors: Vendors) -> None:
    """Add to a row of the sources: names, service tiers, prompt tiers."""
    row = next((row for row in vendors.get(patch["vendor"], ()) if row["id"] == patch["id"]), None)
    if row is None:
        raise SystemExit(f"overlay.json: no source has {patch['vendor']}/{patch['id']}")
    row["also"] = sorted({*row.get("also", ()), *patch.get("also", ())})
    row["starts"] = sorted({*row.get("starts", ()), *patch.get("starts", ())})
    for period in row["prices"]:
        if "services" in patch:
            period["services"] = period.get("services", {}) | patch["services"]
        if "over" in patch:
            period["over"] = [[limit, _dollars(usd)] for limit, usd in patch["over"]]
    row["source"] = f"{row['source']} with {patch['source']}, {patch['date']}"


def _wheels(folder: Path | None, into: Path) -> dict[str, Path]:
    if folder is None:
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "-d",
            str(into),
            *("genai-prices", "litellm"),
        ]
        subprocess.run(command, check=True)  # noqa: S603 - pip itself
        folder = into
    return {name: max(folder.glob(f"{name}-*.whl")) for name in ("genai_prices", "litellm")}


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    arguments.add_argument(
        "--from", dest="folder", type=Path, help="folder with the two wheels, instead of pip"
    )
    arguments.add_argument("--from-date", help="YYYY-MM-DD from which undated new prices hold")
    arguments.add_argument(
        "--as-of", default=datetime.now(UTC).date().isoformat(), help="the lists' date (today)"
    )
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        wheels = _wheels(options.folder, Path(scratch))
        data_py = wheel_member(wheels["genai_prices"], "genai_prices/data.py").decode()
        prices_json = wheel_member(wheels["litellm"], "litellm/model_prices_and_context_window_backup.json")
    overlay = json.loads((DATA / "overlay.json").read_bytes())["rows"]
    found = gather([*genai_source.rows(data_py), *litellm_source.rows(prices_json)], overlay)
    sources = {name: wheel.name.split("-")[1] for name, wheel in wheels.items()}
    resellers = {*genai_source.VENDORS.values(), *litellm_source.VENDORS.values(), "vertex"} - FIRST_PARTY
    books, conflicts = {}, []
    for name, is_first_party in (("first_party.json", True), ("resellers.json", False)):
        file = DATA / name
        old = json.loads(file.read_bytes()) if file.exists() else None
        part = {vendor: rows for vendor, rows in found.items() if (vendor in FIRST_PARTY) is is_first_party}
        vendors, against = unite(old, part, options.from_date)
        books[file] = document(
            vendors, as_of=options.as_of, sources=sources, resellers=resellers if is_first_party else ()
        )
        conflicts += [
            *(f"{row}: the price changed; give --from-date" for row in against),
            *faults(books[file]),
        ]
    if conflicts:
        print("\n".join(conflicts), file=sys.stderr)
        return 1
    for file, book in books.items():
        file.write_text(text(book))
        print(
            f"{file.name}: {sum(map(len, book['vendors'].values()))} models, {file.stat().st_size // 1000} kB"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
