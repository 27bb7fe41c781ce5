"""What holds for every log that is one JSON document: it is read as a whole, or refused until it changes."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from agent_homes import copy_fixture, every_log, newest, read, rewrite

from token_dashboard.agents._contract import AgentLog
from token_dashboard.agents._document import LARGEST_BYTES

every_document = every_log("document")


def in_windows_manner(content: bytes) -> bytes:
    return b"\xef\xbb\xbf" + json.dumps(json.loads(content), indent=1).replace("\n", "\r\n").encode()


def with_strange_strings(content: bytes) -> bytes:
    """Bad UTF-8, half a surrogate pair and control bytes in texts, where the document is an object."""
    strange = b'{"strangeText":"\xff\xfe \xc3( \\ud83d \x01\x00 \\\\ud800 \\ud83d\\ude00",'
    return strange + content.lstrip()[1:] if content.lstrip().startswith(b"{") else content


@pytest.fixture
def home(agent: AgentLog, tmp_path: Path) -> Path:
    return copy_fixture(agent, tmp_path)


@pytest.fixture
def path(agent: AgentLog, kind: str, home: Path) -> Path:
    return newest(agent, home, kind)


@every_document
@pytest.mark.parametrize("change", [in_windows_manner, with_strange_strings])
def test_how_it_is_written_changes_no_figure(
    agent: AgentLog, home: Path, path: Path, change: Callable[[bytes], bytes]
) -> None:
    expected = read(agent, home).requests
    rewrite(path, change)
    reader = read(agent, home)
    assert (reader.requests, reader.rejects) == (expected, [])


@every_document
@pytest.mark.parametrize("share", [0.02, 0.5, 0.98])
def test_a_half_written_one_is_a_reject_until_it_is_whole(
    agent: AgentLog, home: Path, path: Path, share: float
) -> None:
    expected = read(agent, home).requests
    content = path.read_bytes().rstrip()
    path.write_bytes(content[: int(len(content) * share)])
    reader = read(agent, home)
    assert [(reject.path, reject.line) for reject in reader.rejects] == [(str(path), 0)]
    path.write_bytes(content)
    reader.scan()
    assert (reader.requests, reader.rejects) == (expected, [])


@every_document
@pytest.mark.parametrize(
    "content",
    [b"\0" * 300, b"\xff\xfe\x80", b"null", b"[]", b"{}", b'"text"', b"[null]", b"12", b"[" * 100_000],
    ids=["NUL", "bad UTF-8", "null", "list", "object", "text", "list of null", "number", "deep nesting"],
)
def test_something_else_in_its_place_is_one_reject_at_most(
    agent: AgentLog, home: Path, path: Path, content: bytes
) -> None:
    path.write_bytes(content)
    reader = read(agent, home)
    assert {reject.path for reject in reader.rejects} <= {str(path)}
    assert len(reader.rejects) <= 1


@every_document
def test_one_that_is_too_large_is_refused_unread(agent: AgentLog, home: Path, path: Path) -> None:
    os.truncate(path, LARGEST_BYTES + 1)
    reader = read(agent, home)
    assert [(reject.line, reject.reason) for reject in reader.rejects] == [(0, "larger than 256 MiB")]


@every_document
def test_a_reject_shows_nothing_of_it(agent: AgentLog, home: Path, path: Path) -> None:
    path.write_bytes(b'{"my secret key": "my secret prompt\n\n"my secret prompt"')
    [reject] = read(agent, home).rejects
    assert reject.reason
    assert "secret" not in reject.reason
