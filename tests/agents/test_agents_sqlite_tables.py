"""Tables of other programs' databases: what is read again, what is passed over, what is missing."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from token_dashboard.agents import _sqlite_file, _sqlite_tables
from token_dashboard.agents._contract import Scan
from token_dashboard.agents._sqlite_tables import Table, read_tables
from token_dashboard.agents._walk import regular, with_wal
from token_dashboard.model.cursor import Cursor
from token_dashboard.model.errors import AgentLogError
from token_dashboard.model.usage import UsageEvent, event_key

TIME_MS = 1_795_176_000_000


class Row(msgspec.Struct):
    id: str
    tokens: int
    note: str | None = None
    folder: str | None = msgspec.field(default=None, name="session.folder")


def find(row: Row) -> Iterator[UsageEvent]:
    if row.tokens < 0:
        raise ValueError("fewer than no tokens")
    yield UsageEvent(event_key("x", row.id), TIME_MS, "log", "x", None, row.folder, row.tokens)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "program" / "it's 100% #1?.db"
    path.parent.mkdir()
    run(path, "pragma journal_mode = wal")
    run(path, "create table request (id text primary key, tokens integer, updated integer, note text)")
    return path


def run(path: Path, sql: str, *rows: tuple[Any, ...]) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as program:
        program.executemany(sql, rows) if rows else program.execute(sql)


def add(path: Path, *rows: tuple[Any, ...]) -> None:
    run(path, "insert or replace into request (id, tokens, updated) values (?, ?, ?)", *rows)


def scan(path: Path, cursor: Cursor | None = None, **table: Any) -> list[Scan]:
    [file] = map(with_wal, regular([path]))
    shape = {"name": "request", "row": Row, "find": find, "updated": "updated", **table}
    return list(read_tables(file, cursor, [Table(**shape)]))


def found(pieces: list[Scan]) -> list[int]:
    return [event.input_tokens for piece in pieces for event in piece.events]


def refused(pieces: list[Scan]) -> list[tuple[int, str]]:
    return [(reject.line, reject.reason) for piece in pieces for reject in piece.rejects]


def test_a_table_is_read_in_pieces(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_sqlite_tables, "ROWS_PER_PIECE", 10)
    add(path, *((f"r{n}", n, TIME_MS) for n in range(25)))
    pieces = scan(path)
    assert [len(piece.events) for piece in pieces] == [10, 10, 5, 0]
    assert [piece.is_restart for piece in pieces] == [True, False, False, False]
    assert sum(piece.bytes_read for piece in pieces) == pieces[-1].cursor.file.size


def test_a_reading_that_stops_goes_on_where_it_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_sqlite_tables, "ROWS_PER_PIECE", 10)
    add(path, *((f"r{n}", n, TIME_MS + n) for n in range(25)))
    first = scan(path)[0]
    assert first.cursor.file != regular([path])[0]
    rest = scan(path, first.cursor)
    assert found(rest) == list(range(10, 25))
    assert [piece.is_restart for piece in rest] == [False, False, False]


def test_a_reading_of_changed_rows_that_stops_misses_none_of_them(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_sqlite_tables, "ROWS_PER_PIECE", 10)
    add(path, *((f"r{n}", n, TIME_MS) for n in range(25)))
    cursor = scan(path)[-1].cursor
    run(path, "update request set tokens = tokens + 100, updated = ?", (TIME_MS + 1,))
    run(path, "update request set updated = ? where rowid < 5", (TIME_MS + 10 * _sqlite_tables.MARGIN_MS,))
    first = scan(path, cursor)[0]
    assert set(range(110, 125)) <= set(found(scan(path, first.cursor)))


def test_only_what_is_new_is_read_again(path: Path) -> None:
    add(path, *((f"r{n}", n, TIME_MS + n * 1_000_000) for n in range(100)))
    cursor = scan(path)[-1].cursor
    add(path, ("new", 500, TIME_MS), ("r3", 600, TIME_MS + 100_000_000))
    assert found(scan(path, cursor)) == [96, 97, 98, 99, 500, 600]


def test_a_row_of_the_far_future_hides_no_later_one(path: Path) -> None:
    add(path, ("now", 2, TIME_MS), ("future", 1, 2**62))
    cursor = scan(path)[-1].cursor
    run(path, "update request set tokens = 3, updated = updated + 1 where id = 'now'")
    assert 3 in found(scan(path, cursor))


def test_without_a_time_of_change_every_row_is_read_again(path: Path) -> None:
    add(path, ("a", 1, None), ("b", 2, None))
    cursor = scan(path, updated=None)[-1].cursor
    add(path, ("a", 3, None))
    assert sorted(found(scan(path, cursor, updated=None))) == [2, 3]


def test_of_rows_that_are_only_added_a_few_are_read_again(path: Path) -> None:
    add(path, *((f"r{n}", n, None) for n in range(50)))
    cursor = scan(path, updated=None, overlap=2)[-1].cursor
    add(path, ("new", 99, None))
    assert found(scan(path, cursor, updated=None, overlap=2)) == [48, 49, 99]


@pytest.mark.parametrize("overlap", [None, 2])
def test_a_row_of_the_id_nought_is_one_like_others(path: Path, overlap: int | None) -> None:
    run(path, "insert into request (rowid, id, tokens) values (?, ?, ?)", (0, "a", 1), (1, "b", 2))
    first = scan(path, updated=None, overlap=overlap)
    assert found(first) == [1, 2]
    run(path, "update request set tokens = 3 where id = 'a'")
    assert found(scan(path, first[-1].cursor, updated=None, overlap=overlap)) == [3, 2]


def test_rows_that_were_taken_out_make_it_start_anew(path: Path) -> None:
    add(path, *((f"r{n}", n, TIME_MS + n) for n in range(10)))
    cursor = scan(path)[-1].cursor
    run(path, "delete from request where rowid > 3")
    add(path, ("new", 77, 5))
    assert 77 in found(scan(path, cursor))


def test_rows_that_were_given_other_ids_hide_no_new_one(path: Path) -> None:
    run(path, "drop table request")
    run(path, "create table request (id text, tokens integer, updated integer)")  # no key holds its row ids
    add(path, *((f"r{n}", n, None) for n in range(500)))
    cursor = scan(path, updated=None, overlap=2)[-1].cursor
    run(path, "delete from request where rowid < 400")
    run(path, "vacuum")
    add(path, *((f"new{n}", 1000 + n, None) for n in range(450)))
    assert set(range(1000, 1450)) <= set(found(scan(path, cursor, updated=None, overlap=2)))


def test_another_database_in_its_place_is_read_from_its_start(path: Path, tmp_path: Path) -> None:
    add(path, *((f"r{n}", n, TIME_MS + n) for n in range(10)))
    cursor = scan(path)[-1].cursor
    other = tmp_path / "other.db"
    run(other, "create table request (id text primary key, tokens integer, updated integer, note text)")
    add(other, *((f"other{n}", 100 + n, 7) for n in range(12)))
    other.replace(path)
    pieces = scan(path, cursor)
    assert (len(found(pieces)), pieces[0].is_restart) == (12, True)


def test_a_row_that_is_too_long_is_a_reject_and_its_neighbours_count(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_sqlite_file, "LARGEST_VALUE_BYTES", 100_000)
    add(path, *((f"r{n}", n, TIME_MS) for n in range(6)))
    run(path, "update request set note = ? where tokens in (2, 3, 5)", ("x" * 200_000,))
    pieces = scan(path)
    assert found(pieces) == [0, 1, 4]
    assert refused(pieces) == [(number, "a row that is too long") for number in (3, 4, 6)]


def test_a_bad_row_is_a_reject_with_its_number(path: Path) -> None:
    add(path, ("a", 1, TIME_MS), ("b", -2, TIME_MS), ("c", "many", TIME_MS), ("d", 4, TIME_MS))
    pieces = scan(path)
    assert found(pieces) == [1, 4]
    assert refused(pieces) == [
        (2, "fewer than no tokens"),
        (3, "Expected `int`, got `str` - at `$.tokens`"),
    ]


def test_one_that_is_deleted_while_it_is_read_is_an_error_that_names_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_sqlite_tables, "ROWS_PER_PIECE", 2)
    add(path, *((f"r{n}", n, TIME_MS) for n in range(5)))
    [file] = map(with_wal, regular([path]))
    pieces = read_tables(file, None, [Table(name="request", row=Row, find=find)])
    next(pieces)
    path.unlink()
    with pytest.raises(AgentLogError) as caught:
        list(pieces)
    assert caught.value.params["path"] == str(path)


class TestShape:
    def test_a_joined_table_that_is_not_there_is_left_out(self, path: Path) -> None:
        add(path, ("a", 1, TIME_MS))
        joined = ("session", "session.id = request.id")
        assert scan(path, joined=joined)[0].events[0].model is None
        run(path, "create table session (id text, folder text)")
        run(path, "insert into session values ('a', '/home/ada')")
        assert scan(path, joined=joined)[0].events[0].model == "/home/ada"

    def test_a_column_that_may_be_missing_may(self, path: Path) -> None:
        run(path, "alter table request drop column note")
        add(path, ("a", 1, TIME_MS))
        assert found(scan(path)) == [1]

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ("alter table request drop column tokens", "its table request has no column tokens"),
            ("alter table request drop column updated", "its table request has no column updated"),
            ("drop table request", "it has no table request"),
        ],
    )
    def test_what_is_needed_and_missing_is_named_until_it_is_there(
        self, path: Path, change: str, reason: str
    ) -> None:
        run(path, change)
        pieces = scan(path)
        assert refused(pieces) == [(0, reason)]
        run(path, "drop table if exists request")
        run(path, "create table request (id text primary key, tokens integer, updated integer)")
        add(path, ("a", 1, TIME_MS))
        again = scan(path, pieces[-1].cursor)
        assert (found(again), again[0].is_restart) == ([1], True)

    def test_a_condition_chooses_rows(self, path: Path) -> None:
        add(path, ("a", 1, TIME_MS), ("b", 2, TIME_MS))
        assert found(scan(path, where="tokens > 1")) == [2]


def test_a_cursor_of_another_shape_begins_anew(path: Path) -> None:
    add(path, ("a", 1, TIME_MS))
    cursor = scan(path)[-1].cursor._replace(state='{"tables": "far"}')
    assert found(scan(path, cursor)) == [1]


def test_what_is_written_while_it_is_read_as_unchanging_is_read_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(path, ("a", 1, TIME_MS))
    writes: list[Callable[[], None]] = [
        lambda: add(path, ("a", 2, TIME_MS)),
        lambda: add(path, ("a", 3, TIME_MS)),
    ]

    def take(row: tuple[Any, ...]) -> Any:
        if writes:
            writes.pop()()
        return row

    answer = _sqlite_file.ask(str(path), "select tokens from request", (), take)
    assert answer.rows == [(2,)]


def test_what_stands_in_a_wal_that_was_copied_along_is_read(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    with closing(sqlite3.connect(path)) as program:
        program.execute("insert into request (id, tokens, updated) values ('a', 1, 1)")
        program.commit()
        copy.write_bytes(path.read_bytes())
        Path(f"{copy}-wal").write_bytes(Path(f"{path}-wal").read_bytes())
    assert found(scan(copy)) == [1]


def test_a_program_that_writes_all_the_time_loses_no_row(path: Path) -> None:
    stop = threading.Event()

    def work() -> None:
        insert = "insert into request (id, tokens, updated) values (?, 1, ?)"
        try:
            with closing(sqlite3.connect(path)) as program:
                for number in range(400):
                    with program:
                        program.execute(insert, (f"r{number}", number))
        finally:
            stop.set()

    program = threading.Thread(target=work)
    program.start()
    cursor, keys = None, set()
    is_last = False
    while not is_last:
        is_last = stop.is_set()
        pieces = scan(path, cursor)
        keys |= {event.key for piece in pieces for event in piece.events}
        cursor = pieces[-1].cursor
        assert refused(pieces) == []
    program.join()
    assert len(keys) == 400
