"""Times as logs write them."""

import re
from datetime import UTC, datetime

_SHAPE = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EARLIEST_MS = 1_577_836_800_000  # 2020-01-01: no coding agent wrote a log before
LATEST_MS = 4_102_444_800_000  # 2100-01-01


def parse_ms(text: str) -> int:
    """UTC epoch milliseconds of an RFC 3339 time with an offset, ``2026-11-20T12:34:56.789Z``.

    Raises:
        ValueError: another shape, or a time at which no log can have been written.
    """
    is_usual = len(text) == 24 and text[10] == "T" and text[23] == "Z" and text[4] == text[7] == "-"
    if not is_usual and not _SHAPE.fullmatch(text):
        raise ValueError("the timestamp is no RFC 3339 time with an offset")
    try:
        since = datetime.fromisoformat(text if is_usual else text.upper()) - _EPOCH
    except (ValueError, OverflowError):
        raise ValueError("the timestamp is no RFC 3339 time with an offset") from None
    time_ms = since.days * 86_400_000 + since.seconds * 1000 + since.microseconds // 1000
    if not EARLIEST_MS <= time_ms < LATEST_MS:
        raise ValueError("the timestamp lies outside the years 2020 to 2099")
    return time_ms
