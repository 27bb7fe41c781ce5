"""What holds for every log that is a database: it is read while its program works with it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from agent_homes import assert_possible, copy_fixture, every_log, figures, newest, read
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from token_dashboard.agents._contract import AgentLog
from token_dashboard.model.errors import AgentLogError

every_database = every_log("database")
BAD_UTF_8 = b"\xff \xc3("
STRANGE_VALUES = (
    *(None, -1, 0, 2**62, 1e300, -0.5, float("inf"), b"\x00", BAD_UTF_8),
    *("", "text", "NaN", "null", "[]", "{}", "2026-13-45T99:99:99Z"),
)


@contextmanager
def working_with(path: Path) -> Iterator[sqlite3.Connection]:
    """The program, with its database open."""
    with closing(sqlite3.connect(path, isolation_level=None)) as program:
        program.execute("pragma journal_mode = wal")
        program.execute("pragma wal_autocheckpoint = 0")
        yield program


def names_beside(path: Path) -> set[str]:
    return {file.name for file in path.parent.iterdir()}


def tables(program: sqlite3.Connection) -> list[str]:
    named = "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by rowid"
    return [name for (name,) in program.execute(named)]


def columns(program: sqlite3.Connection, table: str) -> list[str]:
    return [name for (name,) in program.execute("select name from pragma_table_info(?)", (table,))]


def taken_out(program: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    """All rows, which are gone from the tables then."""
    rows = {}
    for table in tables(program):
        rows[table] = program.execute(f'select rowid, * from "{table}" order by rowid').fetchall()
        program.execute(f'delete from "{table}"')
    return rows


def put_in(program: sqlite3.Connection, table: str, row: tuple[object, ...]) -> None:
    names = ", ".join(["rowid", *(f'"{name}"' for name in columns(program, table))])
    marks = ", ".join("?" * len(row))
    program.execute(f'insert into "{table}" ({names}) values ({marks})', row)


@pytest.fixture
def home(agent: AgentLog, tmp_path: Path) -> Path:
    return copy_fixture(agent, tmp_path)


@pytest.fixture
def path(agent: AgentLog, kind: str, home: Path) -> Path:
    return newest(agent, home, kind)


@every_database
def test_nothing_is_left_in_its_folder(agent: AgentLog, home: Path, path: Path) -> None:
    before = names_beside(path)
    read(agent, home)
    assert names_beside(path) == before
    with working_with(path) as program:
        program.execute("begin immediate")
        during = names_beside(path)
        read(agent, home)
        assert names_beside(path) == during
    assert names_beside(path) == before


@every_database
def test_rows_are_read_before_they_are_in_the_database_itself(
    agent: AgentLog, home: Path, path: Path
) -> None:
    expected = figures(read(agent, home).requests)
    with working_with(path) as program:
        reader = read(agent, home)
        for table, rows in taken_out(program).items():
            for row in rows:
                put_in(program, table, row)
        assert Path(f"{path}-wal").stat().st_size > 0
        reader.records.clear()
        reader.cursors.clear()
        reader.scan()
    assert (figures(reader.requests), reader.rejects) == (expected, [])


@every_database
def test_rows_that_come_one_by_one_give_what_they_give_at_once(
    agent: AgentLog, home: Path, path: Path
) -> None:
    expected = read(agent, home)
    with working_with(path) as program:
        kept = taken_out(program)
        reader = read(agent, home)
        for table, rows in kept.items():
            for row in rows:
                put_in(program, table, row)
                reader.scan()
    assert reader.totals == expected.totals


@every_database
def test_what_its_program_has_not_committed_is_not_seen(agent: AgentLog, home: Path, path: Path) -> None:
    expected = figures(read(agent, home).requests)
    with working_with(path) as program:
        program.execute("begin immediate")
        for table in tables(program):
            program.execute(f'delete from "{table}"')
        assert figures(read(agent, home).requests) == expected


@every_database
def test_no_lock_is_left_between_two_pieces(agent: AgentLog, home: Path, path: Path) -> None:
    [file] = [file for file in agent.find(home) if file.path == str(path)]
    with working_with(path) as program:
        pieces = agent.read(file, None)
        next(pieces)
        assert program.execute("pragma wal_checkpoint(truncate)").fetchone()[0] == 0
        assert list(pieces) != []


@every_database
def test_one_that_its_program_holds_alone_is_read_later(agent: AgentLog, home: Path, path: Path) -> None:
    expected = figures(read(agent, home).requests)
    with closing(sqlite3.connect(path, isolation_level=None)) as program:
        program.execute("pragma journal_mode = delete")
        program.execute("begin exclusive")
        with pytest.raises(AgentLogError, match="busy"):
            read(agent, home)
    assert figures(read(agent, home).requests) == expected


@every_database
@pytest.mark.parametrize(
    "other", [b"\0" * 4096, bytes(range(256)) * 16, b"SQLite format 3\0" + b"\x07" * 4000]
)
def test_an_encrypted_or_damaged_one_is_one_reject_until_it_changes(
    agent: AgentLog, home: Path, path: Path, other: bytes
) -> None:
    expected = figures(read(agent, home).requests)
    content = path.read_bytes()
    path.write_bytes(other)
    reader = read(agent, home)
    assert [(reject.path, reject.line) for reject in reader.rejects] == [(str(path), 0)]
    path.write_bytes(content)
    reader.scan()
    assert (figures(reader.requests), reader.rejects) == (expected, [])


@every_database
def test_one_without_tables_is_a_reject_that_names_what_is_missing(
    agent: AgentLog, home: Path, path: Path
) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as program:
        program.execute("create table something (id integer primary key)")
    [reject] = read(agent, home).rejects
    assert reject.reason.startswith("it has no table ")


@every_database
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_strange_value_makes_it_fail_or_count_what_cannot_be(
    agent: AgentLog, home: Path, path: Path, data: st.DataObject
) -> None:
    content = path.read_bytes()
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as program:
            table = data.draw(st.sampled_from(tables(program)))
            column = data.draw(st.sampled_from(columns(program, table)))
            value = data.draw(st.sampled_from(STRANGE_VALUES))
            number = data.draw(st.integers(0, 20))
            rows = f'(select rowid from "{table}" limit 1 offset {number})'
            new = "cast(? as text)" if value == BAD_UTF_8 else "?"
            try:
                program.execute(f'update "{table}" set "{column}" = {new} where rowid = {rows}', (value,))
            except sqlite3.IntegrityError:
                return
        assert_possible(read(agent, home).requests)
    finally:
        path.write_bytes(content)
