"""What holds for every log of JSON lines: read in pieces, among bad lines, at the cost of its new bytes."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from agent_homes import copy_fixture, every_log, file_at, newest, read, rewrite

from token_dashboard.agents._contract import AgentLog


def between_lines(*bad: bytes) -> Callable[[bytes], bytes]:
    """Bad lines before, between and after the good ones of a file."""
    block = b"".join(line + b"\n" for line in bad)
    return lambda content: block + b"".join(line + block for line in content.splitlines(keepends=True))


def spaced(content: bytes) -> bytes:
    """The same objects, written with a space after each colon and comma."""
    return b"".join(json.dumps(json.loads(line)).encode() + b"\n" for line in content.splitlines())


def with_strange_strings(content: bytes) -> bytes:
    """Bad UTF-8, half a surrogate pair and control bytes in a text that nobody reads."""
    strange = b'{"strangeText":"\xff\xfe \xc3( \\ud83d \x01\x00 \\\\ud800 \\ud83d\\ude00",'
    return b"".join(strange + line.removeprefix(b"{") for line in content.splitlines(keepends=True))


def with_a_line_of(size: int) -> Callable[[bytes], bytes]:
    long = b'{"padding":"' + b"x" * size + b'"}\n'
    return lambda content: content.replace(b"\n", b"\n" + long, 1)


GARBAGE = b'{"type":"assist'
NUL_BYTES = b"\x00" * 512
NO_OBJECTS = (b"[]", b"null", b'"a string"', b"12", b"true")

KEEPS_EVERY_REQUEST: dict[str, tuple[Callable[[bytes], bytes], int]] = {
    "byte order mark": (lambda content: b"\xef\xbb\xbf" + content, 0),
    "CRLF": (lambda content: content.replace(b"\n", b"\r\n"), 0),
    "blank lines": (between_lines(b"", b"  \t", b"\r"), 0),
    "spaces after colons": (spaced, 0),
    "no final newline": (lambda content: content.removesuffix(b"\n"), 0),
    "strange strings": (with_strange_strings, 0),
    "a line of 60 MB": (with_a_line_of(60_000_000), 0),
    "torn lines": (between_lines(GARBAGE), 1),
    "lines of NUL": (between_lines(NUL_BYTES), 1),
    "bad UTF-8 alone": (between_lines(b"\xff\xfe\x80"), 1),
    "no objects": (between_lines(*NO_OBJECTS), len(NO_OBJECTS)),
    "deep nesting": (between_lines(b"[" * 100_000), 1),
}
"""What loses no request when it is done to a file; and the rejects it makes beside each good line."""

every_log_of_lines = every_log("lines")
each_mischief = pytest.mark.parametrize("mischief", KEEPS_EVERY_REQUEST)


@pytest.fixture
def home(agent: AgentLog, tmp_path: Path) -> Path:
    return copy_fixture(agent, tmp_path)


@pytest.fixture
def path(agent: AgentLog, kind: str, home: Path) -> Path:
    return newest(agent, home, kind)


@every_log_of_lines
def test_an_appended_half_line_waits_for_its_end(agent: AgentLog, home: Path, path: Path) -> None:
    whole = read(agent, home).requests
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]))
    reader = read(agent, home)
    for part in (lines[-1][:1], lines[-1][1:40], lines[-1][40:-2]):
        with path.open("ab") as log:
            log.write(part)
        assert reader.scan() == []
    with path.open("ab") as log:
        log.write(lines[-1][-2:])
    reader.scan()
    assert (reader.requests, reader.rejects) == (whole, [])


@every_log_of_lines
@pytest.mark.parametrize("has_line_end", [True, False], ids=["ended lines", "open lines"])
def test_a_file_read_at_each_of_its_lines_gives_what_it_gives_at_once(
    agent: AgentLog, home: Path, path: Path, has_line_end: bool
) -> None:
    whole = read(agent, home)
    lines = path.read_bytes().splitlines()
    path.write_bytes(b"")
    reader = read(agent, home)
    for line in lines:
        with path.open("ab") as log:
            log.write(line + b"\n" if has_line_end else b"\n" + line)
        reader.scan()
        assert reader.bytes_read == len(line) + 1
    assert reader.requests == whole.requests
    assert reader.cursors[str(path)].lines == len(lines) + (not has_line_end)


@every_log_of_lines
def test_an_appended_line_costs_its_own_bytes_only(agent: AgentLog, home: Path, path: Path) -> None:
    filler = json.dumps({"padding": "x" * 4000}).encode() + b"\n"
    rewrite(path, lambda content: content + filler * 2000)
    reader = read(agent, home)
    rewrite(path, lambda content: content + filler)
    reader.scan()
    assert reader.bytes_read == len(filler)


@every_log_of_lines
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda content: b"\n".join(content.split(b"\n")[:1]) + b"\n", id="truncated"),
        pytest.param(lambda content: content.replace(b"2026-", b"2025-"), id="rewritten at the same length"),
        pytest.param(lambda content: b'{"type":"summary"}\n' + content, id="rewritten longer"),
    ],
)
def test_a_changed_file_is_read_from_its_start(
    agent: AgentLog, home: Path, path: Path, change: Callable[[bytes], bytes]
) -> None:
    rewrite(path, lambda content: b"garbage\n" + content)
    reader = read(agent, home)
    assert [reject.line for reject in reader.rejects] == [1]
    rewrite(path, lambda content: change(content.removeprefix(b"garbage\n")))
    os.utime(path, (1_800_000_000, 1_800_000_000))
    found = reader.scan()
    assert reader.bytes_read == path.stat().st_size
    assert reader.rejects == []
    assert found == [e for piece in agent.read(file_at(path), None) for e in piece.events]


@every_log_of_lines
@each_mischief
def test_bad_neighbours_take_no_request_along(agent: AgentLog, home: Path, path: Path, mischief: str) -> None:
    expected = read(agent, home).requests
    change, rejects_per_line = KEEPS_EVERY_REQUEST[mischief]
    lines = len(path.read_bytes().splitlines())
    rewrite(path, change)
    reader = read(agent, home)
    assert reader.requests == expected
    assert len(reader.rejects) == rejects_per_line * (lines + 1)
    assert {reject.path for reject in reader.rejects} <= {str(path)}


@every_log_of_lines
def test_a_reject_names_the_line_and_shows_nothing_of_it(agent: AgentLog, home: Path, path: Path) -> None:
    rewrite(path, lambda content: content + b'{"message": "my secret prompt\n\n"my secret prompt"\n')
    lines = path.read_bytes().split(b"\n")
    reader = read(agent, home)
    assert [reject.line for reject in reader.rejects] == [len(lines) - 3, len(lines) - 1]
    assert all(reject.reason and "secret" not in reject.reason for reject in reader.rejects)
