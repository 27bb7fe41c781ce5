"""The requests in an export of Cursor's usage (CSV).

The columns are told by their names. Cursor has counted input in two ways: beside what was written to the
cache, or with it. ``Total Tokens`` says which one a row follows. A row has no id: its time, to the
millisecond, its model and its user name it, so that it counts once however many exports hold it.
"""

import csv
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from hashlib import blake2b

from token_dashboard.agents._contract import Scan
from token_dashboard.agents._figures import cost_nanos, moment_ms
from token_dashboard.agents._regular_file import opened
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.money import Nanos
from token_dashboard.model.scan import Reject
from token_dashboard.model.usage import MAX_TOKENS, UsageEvent, event_key

_AGENT = "cursor"
_LARGEST_BYTES = 256 << 20
_WITH_WRITES, _WITHOUT_WRITES = "Input (w/ Cache Write)", "Input (w/o Cache Write)"
_NEEDED = {"Date", "Model", _WITH_WRITES, _WITHOUT_WRITES, "Cache Read", "Output Tokens"}


def read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    """All rows of an export, anew each time that it is another one; see ``AgentLog.read``."""
    with opened(file.path) as (source, now):
        text = (source.read(now.size) or b"") if now.size <= _LARGEST_BYTES else None
    digest = blake2b(repr(now.size).encode() if text is None else text, digest_size=16).digest()
    behind = Cursor(now, now.size, 0, digest)
    if cursor is not None and cursor.tail == digest:
        yield Scan(cursor=behind, events=[], rejects=[], bytes_read=0)
        return
    found: list[UsageEvent | Reject]
    if text is None:
        found = [Reject(path=file.path, line=0, reason=f"larger than {_LARGEST_BYTES >> 20} MiB")]
    else:
        found = list(_rows(text.removeprefix(b"\xef\xbb\xbf"), file.path))
    yield Scan(
        cursor=behind,
        events=[one for one in found if isinstance(one, UsageEvent)],
        rejects=[one for one in found if isinstance(one, Reject)],
        bytes_read=now.size,
        is_restart=True,
    )


def _rows(text: bytes, path: str) -> Iterator[UsageEvent | Reject]:
    names: list[str] | None = None
    for number, line in enumerate(text.decode("utf-8", "replace").split("\n"), 1):
        if not line or line.isspace():
            continue
        try:
            if names is None:
                names = _names(line)
            else:
                yield from _events(names, line)
        except ValueError as error:
            yield Reject(path=path, line=number, reason=str(error))
            if names is None:
                return


def _names(line: str) -> list[str]:
    names = _values(line)
    if missing := _NEEDED.difference(names):
        raise ValueError(f"no export of Cursor's usage: it has no column {min(missing)}")
    return names


def _values(line: str) -> list[str]:
    try:
        (values,) = csv.reader([line.rstrip("\r")], strict=True)
    except csv.Error as error:
        raise ValueError(str(error)) from None
    return [value.strip() for value in values]


def _events(names: list[str], line: str) -> Iterator[UsageEvent]:
    values = _values(line)
    if len(values) != len(names):
        raise ValueError("another number of values than of columns")
    row = dict(zip(names, values, strict=True))
    with_writes, without_writes = _count(row, _WITH_WRITES), _count(row, _WITHOUT_WRITES)
    cache_read, output_tokens = _count(row, "Cache Read"), _count(row, "Output Tokens")
    cache_creation = _cache_creation(row, with_writes, without_writes, cache_read + output_tokens)
    input_tokens = without_writes + cache_creation + cache_read
    if not input_tokens + output_tokens:
        return
    yield UsageEvent(
        key=event_key(_AGENT, f"{row['Date']}:{row['Model']}:{row.get('User', '')}"),
        time_ms=moment_ms(row["Date"]),
        source="import",
        agent=_AGENT,
        provider=_AGENT,
        model=row["Model"] or None,
        input_tokens=input_tokens,
        cache_read_input_tokens=cache_read,
        cache_creation_input_tokens=cache_creation,
        output_tokens=output_tokens,
        recorded_cost_nanos=_cost(row.get("Cost", "")),
    )


def _cache_creation(row: Mapping[str, str], with_writes: int, without_writes: int, rest: int) -> int:
    """What was written to the cache: all of the first column, or what it has more than the second one."""
    more = max(0, with_writes - without_writes)
    if not row.get("Total Tokens"):
        return more
    total = _count(row, "Total Tokens", 4 * MAX_TOKENS)
    for written in (with_writes, more):
        if without_writes + written + rest == total:
            return written
    raise ValueError("the columns don't add up to Total Tokens")


def _count(row: Mapping[str, str], name: str, most: int = MAX_TOKENS) -> int:
    text = row[name].replace(",", "")
    if not (text.isascii() and text.isdigit()) or len(text) > 12 or int(text) > most:
        raise ValueError(f"{name} is no count of tokens")
    return int(text)


def _cost(text: str) -> Nanos | None:
    """The amount, where the column holds one and not ``Included`` or ``-``."""
    try:
        amount = Decimal(text.replace("$", "").replace(",", ""))
    except InvalidOperation:
        return None
    return cost_nanos(amount) if amount.is_finite() else None
