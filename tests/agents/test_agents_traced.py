"""Where in a log each event stands: found by reading it again, one record at a time."""

import json
from functools import reduce
from pathlib import Path

import pytest
import zstd_here as zstd
from agent_homes import copy_fixture, figures, kind_of, read

from token_dashboard.agents._contract import AgentLog, discover
from token_dashboard.agents._traced import places_in, records_in, rejects_in
from token_dashboard.agents.claude_code import AGENT as CLAUDE
from token_dashboard.agents.codex import AGENT as CODEX
from token_dashboard.model.errors import AgentLogError
from token_dashboard.model.usage import UsageEvent, merge


def all_places(agent: AgentLog, path: str) -> list[tuple[UsageEvent, object]]:
    return list(places_in(agent, path, lambda _: True))


def merged(records: list[UsageEvent]) -> list[UsageEvent]:
    """One event a request, whoever owns it."""
    by_key: dict[int, list[UsageEvent]] = {}
    for one in records:
        by_key.setdefault(one.key, []).append(one)
    return sorted(figures(reduce(merge, some) for some in by_key.values()))


@pytest.mark.parametrize("agent", discover(), ids=lambda agent: agent.id)
def test_every_event_of_every_agent_has_a_place_in_its_file(agent: AgentLog, tmp_path: Path) -> None:
    home = copy_fixture(agent, tmp_path)
    reader = read(agent, home)
    assert reader.records != []
    located = []
    for path in reader.cursors:
        size = Path(path).stat().st_size
        for event, place in places_in(agent, path, lambda _: True):
            located.append(event)
            assert place.path == path
            if kind_of(Path(path)) == "database":
                assert place.table
                assert place.row is not None
            else:
                assert 0 <= place.start < place.end <= size
                assert (place.line is None) == (kind_of(Path(path)) in {"document", "other"})
    assert merged(located) == merged(reader.records)


def test_the_bytes_of_a_place_are_the_line_that_tells_the_request(tmp_path: Path) -> None:
    home = copy_fixture(CLAUDE, tmp_path)
    for path in read(CLAUDE, home).cursors:
        text = Path(path).read_bytes()
        for event, place in places_in(CLAUDE, path, lambda _: True):
            told = json.loads(text[place.start : place.end])
            assert text[: place.end].count(b"\n") in {place.line, (place.line or 0) - 1}
            assert json.dumps(event.output_tokens) in json.dumps(told)


def test_a_line_of_a_compressed_file_is_told_by_its_number(tmp_path: Path) -> None:
    home = copy_fixture(CODEX, tmp_path)
    [plain] = [path for path in home.rglob("*.jsonl") if all_places(CODEX, str(path))][:1]
    lines = [place.line for _, place in places_in(CODEX, str(plain), lambda _: True)]
    packed = plain.with_suffix(".jsonl.zst")
    packed.write_bytes(zstd.compress(plain.read_bytes()))
    found = [place for _, place in places_in(CODEX, str(packed), lambda _: True)]
    assert [place.line for place in found] == lines
    assert {(place.start, place.end) for place in found} == {(0, packed.stat().st_size)}


def test_only_what_is_wanted_is_given(tmp_path: Path) -> None:
    home = copy_fixture(CLAUDE, tmp_path)
    reader = read(CLAUDE, home)
    wanted = reader.records[0].key
    found = [one for path in reader.cursors for one in records_in(CLAUDE, path, lambda key: key == wanted)]
    assert {one.key for one in found} == {wanted}


def test_a_line_that_cannot_be_read_has_a_place_too(tmp_path: Path) -> None:
    log = tmp_path / "s1.jsonl"
    broken = b'{"type":"assistant","message":{"usage":{"input_tokens":"x"}}}\n'
    log.write_bytes(b'{"type":"user"}\n' + broken)
    [place] = rejects_in(CLAUDE, str(log))
    assert (place.line, place.start, place.end) == (2, 16, 16 + len(broken))


def test_a_file_that_is_gone_is_said(tmp_path: Path) -> None:
    with pytest.raises(AgentLogError):
        places_in(CLAUDE, str(tmp_path / "gone.jsonl"), lambda _: True)
