"""What holds for every agent, whoever wrote it, and for each kind of file that it leaves."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from agent_homes import (
    FIXTURES,
    Reader,
    assert_possible,
    copy_fixture,
    every_log,
    file_at,
    newest,
    read,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from token_dashboard.agents._contract import AgentLog, discover
from token_dashboard.model.cursor import LogFile
from token_dashboard.model.errors import AgentLogError
from token_dashboard.model.usage import UsageEvent

STRANGE_VALUES = (
    *(
        "null",
        "true",
        "-1",
        "0",
        "1e999",
        "-0.5",
        "1e-9",
        "NaN",
        "Infinity",
        "123456789012345678901234567890",
    ),
    *(
        '""',
        '"NaN"',
        '"\\ud800"',
        "[]",
        "{}",
        "[null]",
        '"2026-13-45T99:99:99Z"',
        "1795176000",
        "253402300800000",
    ),
)
"""As they would stand in JSON, some in no JSON of a standard's."""

every_agent = pytest.mark.parametrize("agent", discover(), ids=lambda agent: agent.id)


@pytest.fixture
def home(agent: AgentLog, tmp_path: Path) -> Path:
    return copy_fixture(agent, tmp_path)


@pytest.fixture
def path(agent: AgentLog, kind: str, home: Path) -> Path:
    return newest(agent, home, kind)


@every_agent
def test_has_a_fixture_home(agent: AgentLog) -> None:
    assert [path for path in (FIXTURES / agent.id).rglob("*") if path.is_file()] != []


@every_agent
def test_reads_its_fixture_home_as_the_snapshot_says(
    agent: AgentLog, home: Path, snapshot: SnapshotAssertion
) -> None:
    reader = read(agent, home)
    assert reader.rejects == []
    assert len(reader.requests) > 1
    assert [_said(event) for event in reader.requests] == snapshot


@every_agent
def test_counts_parts_within_wholes_and_leaves_prices_to_others(agent: AgentLog, home: Path) -> None:
    events = read(agent, home).requests
    assert_possible(events)
    assert {event.list_cost_nanos for event in events} == {None}
    assert {event.agent for event in events if event.source == "log"} <= {agent.id}


@every_agent
def test_a_second_scan_opens_nothing(agent: AgentLog, home: Path) -> None:
    reader = read(agent, home)
    assert reader.scan() == []
    assert reader.opened == []


def test_looking_for_logs_imports_no_decoder() -> None:
    looking = (
        "import sys; from pathlib import Path; from token_dashboard.agents._contract import discover\n"
        "found = [file for agent in discover() for file in agent.find(Path(sys.argv[1]) / agent.id)]\n"
        "assert found; print({'msgspec', 'sqlite3', 'backports.zstd', 'compression.zstd'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", looking, FIXTURES], capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"


@every_log()
def test_a_touched_file_has_nothing_new(agent: AgentLog, home: Path, path: Path) -> None:
    reader = read(agent, home)
    before = reader.requests
    os.utime(path, (1_800_000_000, 1_800_000_000))
    reader.scan()
    assert (reader.opened, reader.bytes_read) == ([str(path)], 0)
    assert (reader.requests, reader.rejects) == (before, [])


@every_log()
def test_a_file_put_in_the_place_of_another_is_read_and_counts_once(
    agent: AgentLog, home: Path, path: Path
) -> None:
    reader = read(agent, home)
    before = reader.requests
    copy = path.with_name("copy")
    copy.write_bytes(path.read_bytes())
    copy.replace(path)
    reader.scan()
    assert reader.opened == [str(path)]
    assert (reader.requests, reader.rejects) == (before, [])


@every_log()
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0, 1), removed=st.integers(0, 40), inserted=st.binary(max_size=40))
def test_no_damage_makes_it_fail_or_count_what_cannot_be(
    agent: AgentLog, path: Path, place: float, removed: int, inserted: bytes
) -> None:
    content = path.read_bytes()
    start = int(place * len(content))
    try:
        path.write_bytes(content[:start] + inserted + content[start + removed :])
        assert_possible(_events_of(agent, path))
    finally:
        path.write_bytes(content)


@every_log("lines", "document")
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), value=st.sampled_from(STRANGE_VALUES))
def test_no_strange_value_makes_it_fail_or_count_what_cannot_be(
    agent: AgentLog, kind: str, path: Path, seed: int, value: str
) -> None:
    content = path.read_bytes()
    dice = random.Random(seed)
    texts = content.splitlines() if kind == "lines" else [content]
    number = dice.randrange(len(texts))
    try:
        texts[number] = _with_a_value(texts[number], value, dice)
        path.write_bytes(b"\n".join(texts) + b"\n")
        assert_possible(_events_of(agent, path))
    finally:
        path.write_bytes(content)


@every_log()
def test_an_empty_file_holds_nothing(agent: AgentLog, home: Path, path: Path) -> None:
    path.write_bytes(b"")
    assert _events_of(agent, path) == []


@every_log()
def test_fifos_folders_loops_and_closed_doors_are_passed_over(
    agent: AgentLog, home: Path, path: Path
) -> None:
    expected = read(agent, home).requests
    os.mkfifo(path.with_name(f"fifo{path.suffix}"))
    path.with_name(f"folder{path.suffix}").mkdir()
    path.with_name(f"dangling{path.suffix}").symlink_to(home / "nowhere")
    (path.parent / "loop").symlink_to(home, target_is_directory=True)
    (path.parent / "0self").symlink_to("0self")
    path.with_name(f"again{path.suffix}").symlink_to(path)
    reader = read(agent, home)
    assert (reader.requests, reader.rejects) == (expected, [])
    assert len(reader.opened) == len(set(map(os.path.realpath, reader.opened)))


@every_log()
def test_a_file_that_became_a_fifo_is_refused_and_does_not_hang(
    agent: AgentLog, home: Path, path: Path
) -> None:
    file = _found(agent, home, path)
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(AgentLogError, match="not a regular file"):
        list(agent.read(file, None))


@every_log()
def test_a_file_that_is_gone_is_an_error_that_names_it(agent: AgentLog, home: Path, path: Path) -> None:
    file = _found(agent, home, path)
    path.unlink()
    with pytest.raises(AgentLogError) as caught:
        list(agent.read(file, None))
    assert caught.value.params["path"] == str(path)


@every_agent
def test_a_home_that_does_not_exist_has_no_logs(agent: AgentLog, tmp_path: Path) -> None:
    assert list(agent.find(tmp_path / "nowhere")) == []
    assert all(not home.exists() for home in agent.homes({}, tmp_path / "nobody"))


@every_agent
@pytest.mark.parametrize(
    "order",
    [
        pytest.param(reversed, id="newest first"),
        pytest.param(lambda files: sorted(files, key=lambda file: file.size), id="smallest first"),
        pytest.param(lambda files: [*files, *files], id="each twice"),
    ],
)
def test_the_order_of_files_changes_no_figure(
    agent: AgentLog, home: Path, order: Callable[[list[object]], list[object]]
) -> None:
    expected = read(agent, home)
    reader = Reader(agent, home)
    reader.scan(order)
    assert reader.totals == expected.totals
    assert [(e.key, e.time_ms) for e in reader.requests] == [(e.key, e.time_ms) for e in expected.requests]


@every_agent
def test_a_copied_home_adds_nothing(agent: AgentLog, home: Path, tmp_path: Path) -> None:
    reader = read(agent, home)
    expected = reader.totals
    reader.home = copy_fixture(agent, tmp_path / "another machine")
    assert reader.scan() != []
    assert reader.totals == expected


def _found(agent: AgentLog, home: Path, path: Path) -> LogFile:
    [file] = [file for file in agent.find(home) if file.path == str(path)]
    return file


def _events_of(agent: AgentLog, path: Path) -> list[UsageEvent]:
    return [event for piece in agent.read(file_at(path), None) for event in piece.events]


def _with_a_value(text: bytes, value: str, dice: random.Random) -> bytes:
    """A JSON text in which one of all its members, however deep, has another value."""
    document = json.loads(text)
    places: list[tuple[Any, Any]] = []
    waiting = [document]
    while waiting:
        node = waiting.pop()
        keys = node if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
        places += [(node, key) for key in keys]
        waiting += [node[key] for key in keys]
    if places:
        node, key = dice.choice(places)
        node[key] = "a strange value"
    return json.dumps(document).replace('"a strange value"', value).encode()


def _said(event: UsageEvent) -> dict[str, object]:
    """What an event says, without what it leaves unsaid."""
    owner = {name: value for name, value in event.attribution._asdict().items() if value is not None}
    usual = UsageEvent._field_defaults
    said = {name: value for name, value in event._asdict().items() if value != usual.get(name)}
    return {**said, "attribution": owner}
