"""One book document in use: what the package brought, what a refresh added, and an index of its names."""

from collections.abc import Collection, Iterable
from pathlib import Path

from token_dashboard.pricing import names
from token_dashboard.pricing.document import FORMAT, Document, read
from token_dashboard.pricing.rows import Row


class Index:
    """The names of one vendor's rows; where two rows claim a name, the first has it."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._ids: dict[str, Row] = {}
        starts: dict[str, Row] = {}
        for row in rows:
            for name in (row["id"], *row.get("also", ())):
                self._ids.setdefault(name, row)
            for start in row.get("starts", ()):
                starts.setdefault(names.plain(start), row)
        for start, row in starts.items():
            self._ids.setdefault(start, row)
        for name, row in tuple(self._ids.items()):
            self._ids.setdefault(names.plain(name), row)
        self._starts = sorted(starts.items(), key=lambda item: -len(item[0]))

    def find(self, spellings: Collection[str]) -> Row | None:
        """The row that a name means: by an id, first spelling first; else by the longest beginning."""
        for name in spellings:
            row = self._ids.get(name) or self._ids.get(names.plain(name))
            if row is not None:
                return row
        for start, row in self._starts:
            if any(names.is_version_of(names.plain(name), start) for name in spellings):
                return row
        return None


class Shelf:
    """Rows by vendor and name. The files are read at the first question."""

    def __init__(self, bundled: Path, refreshed: Path | None = None) -> None:
        self._bundled = bundled
        self._refreshed = refreshed
        self._documents: tuple[Document, ...] = ()
        self._fresh: Document | None = None
        self._indexes: dict[str, Index] = {}

    @property
    def as_of(self) -> str:
        """The ISO date of the newest document."""
        return str(self._newest_first()[0]["as_of"])

    @property
    def is_refreshed(self) -> bool:
        """Whether the newest document came with a refresh."""
        return self._newest_first()[0] is self._fresh

    def was_fetched(self, row: Row) -> bool:
        """Whether a row came with a refresh, rather than with the package."""
        vendors = {} if self._fresh is None else self._fresh["vendors"]
        return any(row is one for rows in vendors.values() for one in rows)

    @property
    def vendors(self) -> tuple[str, ...]:
        return tuple(
            dict.fromkeys(vendor for document in self._newest_first() for vendor in document["vendors"])
        )

    @property
    def resellers(self) -> frozenset[str]:
        """The vendors whose rows stand on the other shelf, so that it is opened for them only."""
        return frozenset(name for document in self._newest_first() for name in document.get("resellers", ()))

    def rows(self) -> tuple[Row, ...]:
        """Every row of the newest document."""
        return tuple(row for rows in self._newest_first()[0]["vendors"].values() for row in rows)

    def find(self, vendor: str, model: str) -> Row | None:
        """The row of a vendor that a logged name means."""
        if vendor not in self._indexes:
            self._indexes[vendor] = Index(
                [row for document in self._newest_first() for row in document["vendors"].get(vendor, ())]
            )
        return self._indexes[vendor].find(tuple(dict.fromkeys(names.spellings(model))))

    def _newest_first(self) -> tuple[Document, ...]:
        if not self._documents:
            documents = [read(self._bundled)]
            if self._refreshed is not None:
                try:
                    refreshed = read(self._refreshed)
                except (OSError, ValueError):
                    refreshed = {}  # never made, or damaged since: the package's own prices go on
                if refreshed.get("format") == FORMAT:
                    self._fresh = refreshed
                    documents.append(refreshed)
            self._documents = tuple(sorted(documents, key=lambda document: document["as_of"], reverse=True))
        return self._documents
