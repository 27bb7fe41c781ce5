"""Compressed logs: read as a whole or not at all, in bounded memory, up to where they are damaged."""

from pathlib import Path

import msgspec
import pytest
import zstd_here as zstd
from agent_homes import file_at

from token_dashboard.agents import _compressed_file
from token_dashboard.agents._jsonl import JsonLines, Piece
from token_dashboard.agents._zstd import decompressed
from token_dashboard.model.cursor import Cursor
from token_dashboard.model.errors import AgentLogError


class Line(msgspec.Struct):
    number: int
    text: str = ""


LINES = JsonLines(Line, lambda _: True)


def text_of(count: int, width: int = 700) -> bytes:
    return b"".join(b'{"number":%d,"text":"%s"}\n' % (n, b"x" * width) for n in range(count))


def read(path: Path, cursor: Cursor | None = None) -> list[Piece[Line]]:
    return list(LINES.pieces(file_at(path), cursor))


def numbers(pieces: list[Piece[Line]]) -> list[int]:
    return [line.number for piece in pieces for line in piece.lines]


def refused(pieces: list[Piece[Line]]) -> list[tuple[int, str]]:
    return [(reject.line, reject.reason) for piece in pieces for reject in piece.rejects]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rollout.jsonl.zst"


def test_its_lines_come_in_pieces_with_their_numbers(path: Path) -> None:
    path.write_bytes(zstd.compress(text_of(8000)))
    pieces = read(path)
    assert numbers(pieces) == list(range(8000))
    assert [number for piece in pieces for number in piece.numbers] == list(range(1, 8001))
    assert len(pieces) > 4
    assert [piece.block.is_restart for piece in pieces] == [True] + [False] * (len(pieces) - 1)
    assert sum(piece.block.bytes_read for piece in pieces) == path.stat().st_size


def test_several_frames_are_one_file(path: Path) -> None:
    text = text_of(100)
    path.write_bytes(zstd.compress(text[:5000]) + zstd.compress(text[5000:]))
    assert numbers(read(path)) == list(range(100))


def test_a_second_reading_has_nothing_new(path: Path) -> None:
    path.write_bytes(zstd.compress(text_of(10)))
    cursor = read(path)[-1].block.cursor
    [again] = read(path, cursor)
    assert (again.lines, again.block.bytes_read, again.block.is_restart) == ([], 0, False)
    assert again.block.cursor == cursor


def test_a_reading_that_stopped_in_its_middle_begins_anew(path: Path) -> None:
    path.write_bytes(zstd.compress(text_of(8000)))
    first = read(path)[0].block.cursor
    assert first.file != file_at(path)
    assert numbers(read(path, first)) == list(range(8000))


def test_one_that_is_cut_off_gives_the_lines_before_and_a_reject_until_it_is_whole(path: Path) -> None:
    whole = zstd.compress(text_of(8000))
    path.write_bytes(whole[: len(whole) // 2])
    pieces = read(path)
    assert refused(pieces) == [(0, "its compressed data end too early")]
    assert numbers(pieces) == list(range(len(numbers(pieces))))
    path.write_bytes(whole)
    assert numbers(read(path, pieces[-1].block.cursor)) == list(range(8000))


def test_what_is_not_compressed_is_a_reject(path: Path) -> None:
    path.write_bytes(text_of(3))
    assert refused(read(path)) == [(0, "it is not compressed with Zstandard, or damaged")]


@pytest.mark.parametrize("long", [5_000_000, 9_000_000])
def test_a_line_that_is_too_long_is_passed_over_without_being_held(
    path: Path, monkeypatch: pytest.MonkeyPatch, long: int
) -> None:
    monkeypatch.setattr(_compressed_file, "LONGEST_LINE_BYTES", 2 << 20)
    bomb = b'{"number":1,"text":"' + b"x" * long + b'"}\n'
    path.write_bytes(zstd.compress(b'{"number":0}\n' + bomb + b'{"number":2}\n'))
    pieces = read(path)
    assert (numbers(pieces), refused(pieces)) == ([0, 2], [(2, "longer than 2 MiB")])
    assert [number for piece in pieces for number in piece.numbers] == [1, 3]


def test_one_that_is_gone_is_an_error(path: Path) -> None:
    path.write_bytes(b"")
    file = file_at(path)
    path.unlink()
    with pytest.raises(AgentLogError):
        list(LINES.pieces(file, None))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (zstd.compress(b"x" * 100_001), "decompressed, it is longer than 0 MiB"),
        (zstd.compress(b"x" * 1000)[:-3], "its compressed data end too early"),
        (b"x" * 1000, "it is not compressed with Zstandard"),
        (b"", "its compressed data end too early"),
    ],
)
def test_a_value_is_bounded_and_whole_or_refused(data: bytes, reason: str) -> None:
    assert decompressed(zstd.compress(b"x" * 100_000), 100_000) == b"x" * 100_000
    with pytest.raises(ValueError, match=reason):
        decompressed(data, 100_000)
