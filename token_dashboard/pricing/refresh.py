"""Putting a downloaded price book into use."""

import os
import tempfile
from datetime import date
from pathlib import Path

from token_dashboard.pricing.document import Document, PriceBookInvalid, parse


def install(raw: bytes, into: Path, *, name: str, newest: date) -> Document:
    """Check a downloaded book of the vendors' own lists and put it in the place of the former one, at once.

    ``name`` is what the book is called in errors, ``newest`` the day of the prices in use. The file is the
    owner's alone (0600), as is the folder where it has to be made.

    Raises:
        PriceBookInvalid: cut short, changed on its way, of another shape, or older than ``newest``; the
            former book stays in use.
        OSError: the file cannot be written; the former book stays in use.
    """
    document = parse(raw, name)
    if str(document["as_of"]) < newest.isoformat():
        reason = f"its prices are of {document['as_of']}, older than those in use ({newest.isoformat()})"
        raise PriceBookInvalid(name=name, reason=reason)
    into.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=into.parent, prefix=f".{into.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(into)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    return document
