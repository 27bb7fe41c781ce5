"""What the threads of Zed's agent used so far: one event each, which a fuller reading replaces.

``cumulative_token_usage`` adds up every request. ``request_token_usage`` keeps the latest request of each
turn and counts only where there is no sum. The event is dated by the thread's beginning and bears its
latest model. Threads that were imported from somebody who shared them were paid elsewhere.
"""

from collections.abc import Iterator

import msgspec

from token_dashboard.agents._contract import Scan
from token_dashboard.agents._figures import Count, moment_ms
from token_dashboard.agents._json import Typed
from token_dashboard.agents._sqlite_tables import Table, read_tables
from token_dashboard.agents._zstd import decompressed
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.usage import UsageEvent, event_key

_AGENT = "zed"
_LARGEST_THREAD_BYTES = 64 << 20


class _Row(msgspec.Struct, gc=False):
    id: str
    data_type: str
    data: object
    """A blob, or in some versions a text."""
    updated_at: str | None = None
    created_at: str | None = None
    parent_id: str | None = None
    folder_paths: str | None = None
    folder_paths_order: str | None = None


class _Usage(msgspec.Struct, gc=False):
    """Anthropic's names: ``input_tokens`` leaves the cached parts out."""

    input_tokens: Count = None
    output_tokens: Count = None
    cache_read_input_tokens: Count = None
    cache_creation_input_tokens: Count = None


class _Model(msgspec.Struct):
    provider: str | None = None
    model: str | None = None


class _Thread(msgspec.Struct):
    cumulative_token_usage: _Usage | None = None
    request_token_usage: dict[str, _Usage] | list[_Usage] | None = None
    model: _Model | None = None
    imported: bool | None = None


_THREAD = Typed(_Thread)


def read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    """The sums of all threads; see ``AgentLog.read``."""
    return read_tables(file, cursor, [_THREADS])


def _events(row: _Row) -> Iterator[UsageEvent]:
    thread = _THREAD.decode(_json(row))
    if thread.imported:
        return
    fresh, output, cache_read, cache_creation = _counts(thread)
    input_tokens = fresh + cache_read + cache_creation
    if not input_tokens + output:
        return
    began = row.created_at or row.updated_at
    if not began:
        raise ValueError("usage without a time")
    model = thread.model or _Model()
    yield UsageEvent(
        key=event_key(_AGENT, row.id),
        time_ms=moment_ms(began),
        source="log",
        agent=_AGENT,
        provider=model.provider or None,
        model=model.model or None,
        input_tokens=input_tokens,
        cache_read_input_tokens=cache_read,
        cache_creation_input_tokens=cache_creation,
        output_tokens=output,
        is_sidechain=bool(row.parent_id),
        attribution=Attribution(session=row.id, project=_project(row)),
        requests=None,
    )


def _json(row: _Row) -> bytes:
    data = row.data.encode() if isinstance(row.data, str) else row.data
    if not isinstance(data, bytes):
        raise ValueError("a thread without data")  # noqa: TRY004 - one error for every bad row
    if row.data_type == "zstd":
        return decompressed(data, _LARGEST_THREAD_BYTES)
    if row.data_type == "json":
        return data
    raise ValueError("a thread that is neither JSON nor compressed JSON")


def _counts(thread: _Thread) -> tuple[int, int, int, int]:
    """Input that wasn't cached, output, and cached input that was read and written."""
    total = _parts(thread.cumulative_token_usage or _Usage())
    turns = thread.request_token_usage
    if any(total) or not turns:
        return total
    fresh, output, read, written = zip(
        *map(_parts, turns.values() if isinstance(turns, dict) else turns), strict=True
    )
    return sum(fresh), sum(output), sum(read), sum(written)


def _parts(usage: _Usage) -> tuple[int, int, int, int]:
    return (
        usage.input_tokens or 0,
        usage.output_tokens or 0,
        usage.cache_read_input_tokens or 0,
        usage.cache_creation_input_tokens or 0,
    )


def _project(row: _Row) -> str | None:
    """The first of a thread's folders: they are sorted by name, beside the places they were opened in."""
    folders = [path for path in (row.folder_paths or "").split("\n") if path]
    places = [place.strip() for place in (row.folder_paths_order or "").split(",")]
    if len(places) == len(folders) and "0" in places:
        return folders[places.index("0")]
    return folders[0] if folders else None


_THREADS = Table(name="threads", row=_Row, find=_events)
