"""What holds for every agent, whoever wrote it: its fixture home read whole, in pieces, among bad lines."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from agent_homes import (
    FIXTURES,
    KEEPS_EVERY_REQUEST,
    Reader,
    copy_fixture,
    file_at,
    log_paths,
    read,
    rewrite,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from token_dashboard.agents._contract import AgentLog, discover
from token_dashboard.model.errors import AgentLogError
from token_dashboard.model.usage import MAX_TOKENS, UsageEvent

every_agent = pytest.mark.parametrize("agent", discover(), ids=lambda agent: agent.id)
each_mischief = pytest.mark.parametrize("mischief", KEEPS_EVERY_REQUEST)


@pytest.fixture
def home(agent: AgentLog, tmp_path: Path) -> Path:
    return copy_fixture(agent, tmp_path)


@pytest.fixture
def path(agent: AgentLog, home: Path) -> Path:
    """The log file that was written last."""
    return log_paths(agent, home)[-1]


@every_agent
def test_has_a_fixture_home_with_logs(agent: AgentLog) -> None:
    assert list(agent.find(FIXTURES / agent.id)) != []


@every_agent
def test_reads_its_fixture_home_as_the_snapshot_says(
    agent: AgentLog, home: Path, snapshot: SnapshotAssertion
) -> None:
    reader = read(agent, home)
    assert reader.rejects == []
    assert [_said(event) for event in reader.requests] == snapshot


@every_agent
def test_counts_parts_within_wholes(agent: AgentLog, home: Path) -> None:
    for event in read(agent, home).requests:
        cached = event.cache_read_input_tokens + event.cache_creation_input_tokens
        assert 0 <= cached <= event.input_tokens <= 3 * MAX_TOKENS
        assert 0 <= event.cache_creation_1h_input_tokens <= event.cache_creation_input_tokens
        assert 0 <= event.reasoning_output_tokens <= event.output_tokens <= MAX_TOKENS
        assert event.list_cost_nanos is None
        assert (event.source, event.agent) == ("log", agent.id)


@every_agent
def test_a_second_scan_opens_nothing(agent: AgentLog, home: Path) -> None:
    reader = read(agent, home)
    assert reader.scan() == []
    assert reader.opened == []


@every_agent
def test_a_touched_file_has_nothing_new(agent: AgentLog, home: Path, path: Path) -> None:
    reader = read(agent, home)
    os.utime(path, (1_800_000_000, 1_800_000_000))
    assert reader.scan() == []
    assert (reader.opened, reader.bytes_read) == ([str(path)], 0)


@every_agent
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


@every_agent
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


@every_agent
def test_an_appended_line_costs_its_own_bytes_only(agent: AgentLog, home: Path, path: Path) -> None:
    filler = json.dumps({"padding": "x" * 4000}).encode() + b"\n"
    rewrite(path, lambda content: content + filler * 2000)
    reader = read(agent, home)
    rewrite(path, lambda content: content + filler)
    reader.scan()
    assert reader.bytes_read == len(filler)


@every_agent
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
    assert found == [e for piece in agent.read(list(agent.find(home))[-1], None) for e in piece.events]


@every_agent
def test_a_file_put_in_the_place_of_another_is_read_and_counts_once(
    agent: AgentLog, home: Path, path: Path
) -> None:
    reader = read(agent, home)
    before = reader.requests
    copy = path.with_name("copy")
    copy.write_bytes(path.read_bytes())
    copy.replace(path)
    reader.scan()
    assert reader.bytes_read == path.stat().st_size
    assert reader.requests == before


@every_agent
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


@every_agent
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0, 1), removed=st.integers(0, 40), inserted=st.binary(max_size=40))
def test_no_damage_makes_it_raise_or_count_what_cannot_be(
    agent: AgentLog, path: Path, place: float, removed: int, inserted: bytes
) -> None:
    content = path.read_bytes()
    start = int(place * len(content))
    try:
        path.write_bytes(content[:start] + inserted + content[start + removed :])
        for piece in agent.read(file_at(path), None):
            for event in piece.events:
                cached = event.cache_read_input_tokens + event.cache_creation_input_tokens
                assert 0 <= cached <= event.input_tokens <= 3 * MAX_TOKENS
    finally:
        path.write_bytes(content)


@every_agent
def test_a_reject_names_the_line_and_shows_nothing_of_it(agent: AgentLog, home: Path, path: Path) -> None:
    rewrite(path, lambda content: content + b'{"message": "my secret prompt\n\n"my secret prompt"\n')
    lines = path.read_bytes().split(b"\n")
    reader = read(agent, home)
    assert [reject.line for reject in reader.rejects] == [len(lines) - 3, len(lines) - 1]
    assert all(reject.reason and "secret" not in reject.reason for reject in reader.rejects)


@every_agent
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


@every_agent
def test_a_file_that_became_a_fifo_is_refused_and_does_not_hang(
    agent: AgentLog, home: Path, path: Path
) -> None:
    file = list(agent.find(home))[-1]
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(AgentLogError, match="not a regular file"):
        list(agent.read(file, None))


@every_agent
def test_a_file_that_is_gone_is_an_error_that_names_it(agent: AgentLog, home: Path, path: Path) -> None:
    file = list(agent.find(home))[-1]
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


def _said(event: UsageEvent) -> dict[str, object]:
    """What an event says, without what it leaves unsaid."""
    owner = {name: value for name, value in event.attribution._asdict().items() if value is not None}
    return {
        **{name: value for name, value in event._asdict().items() if value not in (None, 0)},
        "attribution": owner,
    }
