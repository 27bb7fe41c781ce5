"""Reading what is new in tables of another program's database, a bounded piece at a time."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from token_dashboard.agents._contract import Scan
from token_dashboard.agents._singly import is_singly
from token_dashboard.agents._sqlite_file import Answer, Row, Taken, Value, ask, seen
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.record import record
from token_dashboard.model.scan import Reject
from token_dashboard.model.usage import UsageEvent

ROWS_PER_PIECE = 1000
MARGIN_MS = 60 * 60 * 1000
"""How far behind the newest row seen a reading begins: clocks go back, and writers end out of order."""


@record
class Table:
    """A table of usage, and what is found in its rows."""

    name: str
    row: type[msgspec.Struct]
    """The columns as fields. ``msgspec.field(name="session.directory")`` names a column of the joined table.
    A field with a default may be missing."""
    find: Callable[[Any], Iterable[UsageEvent]]
    """What is found in a row; raises ``ValueError`` for one that cannot be what it claims to be."""
    updated: str | None = None
    """A column that tells in epoch milliseconds when a row was last written. Without it and ``overlap``, a
    change of the database makes all rows be read."""
    overlap: int | None = None
    """For rows that are only ever added: how many before the last one seen are read again."""
    where: str | None = None
    """A condition in SQL for the rows that matter."""
    joined: tuple[str, str] | None = None
    """Another table, and the condition of a left join; left out where there is no such table."""


class _Progress(NamedTuple):
    """How far a table was read."""

    newest_ms: int = 0
    """The latest time at which a row was written."""
    top: int = 0
    """The highest row id."""
    row: int = -1
    """Where a reading that is under way stands; -1 between readings, for the first id may be 0."""


class _State(msgspec.Struct):
    """What a cursor remembers."""

    shape: int = 0
    """SQLite's count of changes of the schema. ``vacuum`` is one, too: it may give rows other ids."""
    tables: dict[str, _Progress] = {}


def read_tables(file: LogFile, cursor: Cursor | None, tables: Iterable[Table]) -> Iterator[Scan]:
    """What is new in some tables since a cursor; the cursor's ``offset`` is the size that was seen.

    Rows are asked for again while they are younger than ``MARGIN_MS``, so an event may come twice. A database
    that cannot be read as one, or lacks what is needed, is one reject, which is void when it is read again.

    Raises:
        AgentLogError: the file cannot be opened, or its program holds it for too long.
    """
    now = seen(file.path)
    state = _State()
    is_restart = True
    try:
        (shape,) = ask(file.path, "select schema_version from pragma_schema_version", (), _number).rows
        state = _state_of(cursor, now, shape)
        is_restart = not state.tables
        offset = 0 if cursor is None or is_restart else cursor.offset
        for table in tables:
            for progress, page in _pages(now, table, state.tables.get(table.name, _Progress())):
                state.tables[table.name] = progress
                for rows in [[row] for row in page] if is_singly() else [page]:
                    found = [one for row in rows for one in row.found]
                    place = (table.name, rows[0].number) if rows else None
                    # Only behind the last piece has the file been read as it is; see `_growing_file`.
                    behind = _cursor(now._replace(mtime_ns=0), offset, state)
                    yield _scan(behind, found, is_restart=is_restart, row=place)
                    is_restart = False
    except ValueError as error:
        found = [Reject(path=file.path, line=0, reason=str(error))]
        yield _scan(Cursor(now, now.size, 0, b""), found, is_restart=is_restart)
    else:
        unread = max(0, now.size - offset)
        yield _scan(_cursor(now, now.size, state), [], is_restart=is_restart, bytes_read=unread)


def _cursor(file: LogFile, offset: int, state: _State) -> Cursor:
    return Cursor(file, offset, 0, b"", msgspec.json.encode(state).decode())


def _scan(
    cursor: Cursor,
    found: list[UsageEvent | Reject],
    *,
    is_restart: bool,
    bytes_read: int = 0,
    row: tuple[str, int] | None = None,
) -> Scan:
    return Scan(
        cursor=cursor,
        events=[one for one in found if isinstance(one, UsageEvent)],
        rejects=[one for one in found if isinstance(one, Reject)],
        bytes_read=bytes_read,
        is_restart=is_restart,
        row=row,
    )


def _state_of(cursor: Cursor | None, now: LogFile, shape: int) -> _State:
    """How far the tables were read; nothing when they are others, or rows may have other ids."""
    if cursor is not None and (now.device, now.inode) == (cursor.file.device, cursor.file.inode):
        try:
            state = msgspec.json.decode(cursor.state or "{}", type=_State)
        except ValueError:
            pass
        else:
            if state.shape == shape:
                return state
    return _State(shape=shape)


def _pages(file: LogFile, table: Table, progress: _Progress) -> Iterator[tuple[_Progress, list["_TakenRow"]]]:
    """What is new in a table since its progress, by row id."""
    query = _Query(file.path, table)
    if query.highest_row() < progress.top:
        progress = _Progress()  # rows were taken out, or this is an older copy: new rows may have old ids
    if table.overlap is not None and progress.row < 0:
        progress = progress._replace(row=max(-1, progress.top - table.overlap))
    newest_ms, latest_ms = progress.newest_ms, file.mtime_ns // 1_000_000 + MARGIN_MS
    limit = ROWS_PER_PIECE
    is_last = False
    while not is_last:
        page, is_cut = query.rows_behind(progress, limit)
        number = page[-1].number if page else progress.row
        if is_cut and limit == 1:
            number = query.next_row(progress)
            reject = Reject(path=file.path, line=number, reason="a row that is too long")
            page.append(_TakenRow(number, 0, [reject]))
        is_last = len(page) < limit and not is_cut
        # A row that is too long takes the one before it along, which had been fetched: ask for them singly.
        limit = 1 if is_cut else ROWS_PER_PIECE
        newest_ms = max([newest_ms, *(row.updated_ms for row in page if row.updated_ms <= latest_ms)])
        # A reading that stops in its middle goes on with what it was asked for: the newest comes at its end.
        progress = _Progress(
            newest_ms=newest_ms if is_last else progress.newest_ms,
            top=max(progress.top, number),
            row=-1 if is_last else number,
        )
        yield progress, page


class _TakenRow(NamedTuple):
    number: int
    updated_ms: int
    found: list[UsageEvent | Reject]


class _Query:
    """What is asked of a table.

    Raises:
        ValueError: the database lacks the table, or a column that is needed.
    """

    def __init__(self, path: str, table: Table) -> None:
        self._path = path
        self._table = table
        columns = {table.name: self._columns(table.name)}
        if not columns[table.name]:
            raise ValueError(f"it has no table {table.name}")
        if table.updated not in {None, *columns[table.name]}:
            raise ValueError(f"its table {table.name} has no column {table.updated}")
        joined = ""
        if table.joined is not None and (found := self._columns(table.joined[0])):
            columns[table.joined[0]] = found
            joined = f" left join {table.joined[0]} on {table.joined[1]}"
        self._names: list[str] = []
        for field in msgspec.structs.fields(table.row):
            owner, _, column = field.encode_name.rpartition(".")
            if column in columns.get(owner or table.name, ()):
                self._names.append(field.encode_name)
            elif field.required:
                raise ValueError(f"its table {owner or table.name} has no column {column}")
        self._from = f" from {table.name}{joined} where {table.name}.rowid > ?"
        if table.updated:
            updated = f"{table.name}.{table.updated}"
            self._from += f" and ({updated} >= ? or {table.name}.rowid > ? or {updated} is null)"
        if table.where:
            self._from += f" and ({table.where})"
        self._from += f" order by {table.name}.rowid limit "

    def highest_row(self) -> int:
        sql = f"select coalesce(max(rowid), 0) from {self._table.name}"  # noqa: S608 - a name of our own
        (number,) = self._ask(sql, (), _number).rows
        return number

    def rows_behind(self, progress: _Progress, limit: int) -> Answer[_TakenRow]:
        columns = ", ".join(
            name if "." in name else f"{self._table.name}.{name}"
            for name in [*self._names, "rowid", self._table.updated or "rowid"]
        )
        return self._ask(f"select {columns}{self._from}{limit}", self._bounds(progress), self._taken)

    def next_row(self, progress: _Progress) -> int:
        """The id of the next row, when that row itself cannot be read."""
        sql = f"select {self._table.name}.rowid{self._from}1"
        (number,) = self._ask(sql, self._bounds(progress), _number).rows
        return number

    def _bounds(self, progress: _Progress) -> tuple[int, ...]:
        is_bounded = self._table.updated is not None
        return (progress.row, *((progress.newest_ms - MARGIN_MS, progress.top) if is_bounded else ()))

    def _taken(self, row: Row) -> _TakenRow:
        *values, number, updated = row
        found: list[UsageEvent | Reject]
        try:
            typed = msgspec.convert(dict(zip(self._names, values, strict=True)), self._table.row)
            found = list(self._table.find(typed))
        except ValueError as error:
            found = [Reject(path=self._path, line=_number((number,)), reason=str(error))]
        updated_ms = updated if self._table.updated is not None and isinstance(updated, int) else 0
        return _TakenRow(_number((number,)), updated_ms, found)

    def _columns(self, table: str) -> frozenset[str]:
        return frozenset(self._ask("select name from pragma_table_info(?)", (table,), _name).rows)

    def _ask(self, sql: str, parameters: Sequence[Value], take: Callable[[Row], Taken]) -> Answer[Taken]:
        return ask(self._path, sql, parameters, take)


def _number(row: Row) -> int:
    (number,) = row
    if not isinstance(number, int):
        raise TypeError("a row id is a whole number")
    return number


def _name(row: Row) -> str:
    (name,) = row
    return str(name)
