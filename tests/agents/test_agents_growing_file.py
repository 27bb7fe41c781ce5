"""Reading files that grow: in whatever parts a file was written, each line is read once under its number."""

import os
from pathlib import Path

import pytest
from agent_homes import file_at
from hypothesis import given, settings
from hypothesis import strategies as st

from token_dashboard.agents import _growing_file
from token_dashboard.agents._growing_file import Block, read_blocks
from token_dashboard.agents._walk import walk
from token_dashboard.model.cursor import Cursor

LINES = st.lists(st.text("ab {}", max_size=40).map(str.encode), max_size=30)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of a few bytes, so that small files have many borders."""
    monkeypatch.setattr(_growing_file, "BLOCK_BYTES", 16)
    monkeypatch.setattr(_growing_file, "LONGEST_LINE_BYTES", 64)


def blocks(path: Path, cursor: Cursor | None = None, *, is_whole: bool = False) -> list[Block]:
    return list(read_blocks(file_at(path), cursor, lambda _: is_whole))


def numbered(found: list[Block]) -> list[tuple[int, bytes]]:
    return [
        (number, line)
        for block in found
        for number, line in enumerate(block.text.splitlines(keepends=True), block.first_line)
    ]


@settings(max_examples=60)
@given(lines=LINES, data=st.data())
def test_a_file_that_grows_by_any_parts_gives_each_line_once(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes], data: st.DataObject
) -> None:
    content = b"".join(line + b"\n" for line in lines)
    path = tmp_path_factory.mktemp("grown") / "log"
    path.write_bytes(b"")
    cursor: Cursor | None = None
    found: list[Block] = []
    start = 0
    while start < len(content):
        end = data.draw(st.integers(start + 1, len(content)))
        with path.open("ab") as log:
            log.write(content[start:end])
        start = end
        found += blocks(path, cursor)
        cursor = found[-1].cursor
    assert numbered(found) == list(enumerate((line + b"\n" for line in lines), 1))
    assert sum(block.bytes_read for block in found) == len(content)


def test_a_line_beyond_all_measure_is_rejected_and_its_neighbours_stay(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"one\n" + b"x" * 1_000 + b"\nthree\n")
    found = blocks(path)
    assert numbered(found) == [(1, b"one\n"), (3, b"three\n")]
    assert [(r.line, r.path) for block in found for r in block.rejects] == [(2, str(path))]
    assert found[-1].cursor.lines == 3


def test_a_line_beyond_all_measure_waits_for_its_end(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"one\n" + b"x" * 1_000)
    found = blocks(path)
    assert (numbered(found), found[-1].cursor.offset) == ([(1, b"one\n")], 4)
    with path.open("ab") as log:
        log.write(b"\nthree\n")
    found = blocks(path, found[-1].cursor)
    assert numbered(found) == [(3, b"three\n")]


def test_an_open_last_line_counts_when_nothing_can_follow_it(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"one\ntwo")
    [*_, last] = blocks(path, is_whole=True)
    assert (last.cursor.offset, last.cursor.lines) == (7, 2)
    with path.open("ab") as log:
        log.write(b"\nthree\n")
    assert numbered(blocks(path, last.cursor)) == [(2, b"\n"), (3, b"three\n")]


def test_an_empty_file_gives_one_empty_block(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"")
    [block] = blocks(path)
    assert (block.text, block.is_restart, block.cursor.offset) == (b"", True, 0)


def test_only_the_first_block_of_a_reading_from_the_start_is_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"a line\n" * 10)
    assert [block.is_restart for block in blocks(path)] == [True, False, False, False, False]


def test_a_rewritten_beginning_is_noticed_though_the_end_stayed(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"first\n" + b"same line\n" * 500)
    cursor = blocks(path)[-1].cursor
    path.write_bytes(b"other\n" + b"same line\n" * 500)
    assert blocks(path, cursor)[0].is_restart


def test_a_walk_of_thousands_of_files_finds_each(tmp_path: Path) -> None:
    for folder in range(20):
        (tmp_path / str(folder)).mkdir()
        for name in range(50):
            (tmp_path / str(folder) / f"{name}.jsonl").touch()
            os.utime(tmp_path / str(folder) / f"{name}.jsonl", (name, folder))
    found = walk(tmp_path, ".jsonl")
    assert len({file.path for file in found}) == 1_000
    assert [file.mtime_ns for file in found] == sorted(file.mtime_ns for file in found)
