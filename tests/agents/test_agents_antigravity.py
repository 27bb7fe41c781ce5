"""Antigravity's requests, which its databases keep as protobuf messages."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from agent_homes import Reader, read
from foreign_homes import TIME_MS, clean, later, only, parts, refused, write_rows

from token_dashboard.agents.antigravity import AGENT
from token_dashboard.model.usage import UsageEvent

T = TIME_MS // 1000
FLASH, PRO = 1318, 1037
SCHEMA = """
create table steps (idx integer, metadata blob, step_payload blob, primary key (idx));
create table gen_metadata (idx integer, data blob, size integer, primary key (idx));
create table trajectory_metadata_blob (id text, data blob, primary key (id));
"""

Field = tuple[int, Any]


def varint(number: int) -> bytes:
    low, rest = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + varint(rest) if rest else bytes([low])


def message(*fields: Field) -> bytes:
    """Whole numbers as they are; texts, bytes and messages, which are lists of fields, by their length."""
    written = b""
    for field, value in fields:
        if isinstance(value, int):
            written += varint(field << 3) + varint(value)
        else:
            data = message(*value) if isinstance(value, list) else value
            data = data.encode() if isinstance(data, str) else data
            written += varint(field << 3 | 2) + varint(len(data)) + data
    return written


def used(response: str | None = "r-1", *, model: int = FLASH, **counts: int) -> list[Field]:
    numbers = {"sent": 2, "output": 3, "written": 4, "read": 5, "thinking": 9, "answer": 10}
    counts = counts or {"sent": 100, "read": 7, "written": 3, "output": 20, "thinking": 5, "answer": 15}
    fields: list[Field] = [
        (1, model),
        *((numbers[name], count) for name, count in counts.items()),
        (7, "bot-1"),
    ]
    return [*fields, (11, response)] if response else fields


def generation(
    usage: list[Field] | None = None,
    *,
    idx: int = 0,
    model: str | None = "gemini-3.8-flash",
    at: int | None = T,
    steps: Sequence[int] = (),
    failed: Sequence[list[Field]] = (),
) -> dict[str, Any]:
    chat: list[Field] = [(4, used() if usage is None else usage)]
    chat += [(9, [(4, [(1, at), (2, 250_000_000)])])] if at else [(9, [(2, 2**64 - 1)])]
    chat += [(17, [(1, "overloaded"), (2, attempt)]) for attempt in failed]
    chat += [(19, model)] if model else []
    return {"idx": idx, "data": message((1, chat), (2, b"".join(map(varint, steps))), (4, "execution"))}


def step(idx: int, at: int, usage: list[Field] | None = None) -> dict[str, Any]:
    fields: list[Field] = [(1, [(1, at)]), (3, 2), (4, [(3, "x" * 100)])]
    return {"idx": idx, "metadata": message(*fields, *([(9, usage)] if usage else []))}


def write(home: Path, *rows: dict[str, Any], steps: Sequence[dict[str, Any]] = (), name: str = "c-1") -> Path:
    path = home / "conversations" / f"{name}.db"
    return write_rows(path, SCHEMA, gen_metadata=rows, steps=steps)


def told(events: Sequence[UsageEvent]) -> list[tuple[int, str | None, bool]]:
    return [(event.output_tokens, event.model, event.is_sidechain) for event in events]


def test_cached_tokens_are_beside_the_input_and_thinking_is_within_the_output(tmp_path: Path) -> None:
    write(tmp_path, generation())
    event = only(AGENT, tmp_path)
    assert parts(event) == (110, 7, 3, 20, 5)
    assert (event.provider, event.model, event.time_ms) == ("google", "gemini-3.8-flash", TIME_MS + 250)


def test_the_number_of_the_model_is_no_count(tmp_path: Path) -> None:
    write(tmp_path, generation(used(model=1132, sent=500, output=1)))
    assert parts(only(AGENT, tmp_path)) == (500, 0, 0, 1, 0)


def test_output_may_be_told_by_its_parts_or_without_them(tmp_path: Path) -> None:
    in_parts, whole = used("r-1", sent=1, thinking=3, answer=4), used("r-2", sent=1, output=9)
    write(tmp_path, generation(in_parts), generation(whole, idx=1))
    assert sorted(event.output_tokens for event in clean(AGENT, tmp_path)) == [7, 9]


def test_a_request_that_used_nothing_is_none(tmp_path: Path) -> None:
    write(tmp_path, generation(used(sent=0)), generation(used("r-2"), idx=1))
    assert len(clean(AGENT, tmp_path)) == 1


def test_the_first_step_tells_when_a_request_was_made_that_does_not_itself(tmp_path: Path) -> None:
    steps = [step(3, T + 60), step(4, T + 70), step(300, T + 80)]
    first, second = generation(at=None, steps=[3, 4]), generation(used("r-2"), idx=1, at=None, steps=[300])
    write(tmp_path, first, second, steps=steps)
    assert [event.time_ms for event in clean(AGENT, tmp_path)] == [TIME_MS + 60_000, TIME_MS + 80_000]


def test_without_a_step_a_request_is_dated_by_the_file_until_the_step_is_there(tmp_path: Path) -> None:
    path = write(tmp_path, generation(at=None, steps=[3]))
    reader = read(AGENT, tmp_path)
    assert reader.requests[0].time_ms == path.stat().st_mtime_ns // 1_000_000
    write(tmp_path, steps=[step(3, T)])
    assert [event.time_ms for event in later(reader)] == [TIME_MS]


def test_a_step_that_repeats_its_request_adds_nothing(tmp_path: Path) -> None:
    write(tmp_path, generation(), steps=[step(1, T + 1, used()), step(2, T + 2, used())])
    assert told(clean(AGENT, tmp_path)) == [(20, "gemini-3.8-flash", False)]


def test_a_step_gives_way_to_a_row_that_comes_later(tmp_path: Path) -> None:
    write(tmp_path, steps=[step(1, T, used())])
    reader = read(AGENT, tmp_path)
    assert told(reader.requests) == [(20, None, True)]
    write(tmp_path, generation())
    assert told(later(reader)) == [(20, "gemini-3.8-flash", False)]


def test_a_request_that_only_a_step_tells_counts_with_the_model_of_that_number(tmp_path: Path) -> None:
    summary, unknown = used("r-2", sent=9, output=2), used("r-3", model=PRO, sent=9, output=3)
    write(tmp_path, generation(), steps=[step(1, T + 1, summary), step(2, T + 2, unknown)])
    assert told(clean(AGENT, tmp_path)) == [
        (20, "gemini-3.8-flash", False),
        (2, "gemini-3.8-flash", True),
        (3, None, True),
    ]


def test_a_number_that_stood_for_two_models_names_none(tmp_path: Path) -> None:
    rows = [generation(), generation(used("r-2"), idx=1, model="gemini-pro-agent")]
    write(tmp_path, *rows, generation(used("r-3"), idx=2, model=None))
    assert [event.model for event in clean(AGENT, tmp_path)].count(None) == 1


def test_an_attempt_that_failed_counts_and_one_that_is_repeated_does_not(tmp_path: Path) -> None:
    write(tmp_path, generation(failed=[used("r-0", sent=40), used(), used(None, sent=9)]))
    assert sorted(event.input_tokens for event in clean(AGENT, tmp_path)) == [40, 110]


def test_a_forks_copies_count_once(tmp_path: Path) -> None:
    write(tmp_path, generation(), steps=[step(1, T, used())])
    fork = [generation(), generation(used("r-2"), idx=1)]
    write(tmp_path, *fork, steps=[step(1, T, used())], name="c-2")
    assert len(clean(AGENT, tmp_path)) == 2


def test_requests_without_ids_are_told_apart_by_their_place(tmp_path: Path) -> None:
    write(tmp_path, generation(used(None)), generation(used(None), idx=1))
    assert len(clean(AGENT, tmp_path)) == 2


def test_the_workspace_is_the_project(tmp_path: Path) -> None:
    path = write(tmp_path, generation())
    workspace: list[Field] = [(1, "file:///c%3A/src/my%20shop"), (4, "main")]
    write_rows(path, SCHEMA, trajectory_metadata_blob=[{"id": "main", "data": message((1, workspace))}])
    owner = only(AGENT, tmp_path).attribution
    assert (owner.session, owner.project, owner.branch) == ("c-1", "c:/src/my shop", "main")


@pytest.mark.parametrize(
    ("uri", "folder"),
    [("file:///home/ada", "/home/ada"), ("file://host/share", "//host/share"), ("vscode-remote://w/x",) * 2],
)
def test_a_workspace_may_lie_anywhere(tmp_path: Path, uri: str, folder: str) -> None:
    path = write(tmp_path, generation())
    write_rows(path, SCHEMA, trajectory_metadata_blob=[{"id": "main", "data": message((7, uri))}])
    assert only(AGENT, tmp_path).attribution.project == folder


def test_what_cannot_be_read_is_refused_and_its_neighbours_count(tmp_path: Path) -> None:
    bad = [
        generation(used("r-2", sent=1, output=9, thinking=3, answer=4), idx=1),
        generation(used("r-3", sent=2**62), idx=2),
        generation(used("r-4"), idx=3, at=77),
        {"idx": 4, "data": generation()["data"][:-3]},
        {"idx": 5, "data": message((1, 7))},
        {"idx": 6, "data": b"\x0b\x0c"},
        {"idx": 7, "data": message((1, [(4, [(2, "many")])]))},
    ]
    write(tmp_path, generation(), *bad)
    events, rows = refused(AGENT, tmp_path)
    assert (len(events), rows) == (1, [1, 2, 3, 4, 5, 6, 7])


def test_versions_without_the_other_tables_are_read(tmp_path: Path) -> None:
    path = tmp_path / "conversations" / "c-1.db"
    write_rows(
        path, "create table gen_metadata (idx integer primary key, data blob)", gen_metadata=[generation()]
    )
    assert only(AGENT, tmp_path).attribution.project is None


def test_steps_without_a_time_or_an_id_are_passed_over(tmp_path: Path) -> None:
    timeless = {"idx": 1, "metadata": message((9, used("r-2")))}
    nothing: dict[str, Any] = {"idx": 2, "metadata": None}
    write(tmp_path, generation(), steps=[timeless, nothing, step(3, T, used(None)), step(4, T)])
    assert len(clean(AGENT, tmp_path)) == 1


def test_new_rows_are_found(tmp_path: Path) -> None:
    write(tmp_path, generation())
    reader = Reader(AGENT, tmp_path)
    reader.scan()
    write(tmp_path, generation(used("r-2"), idx=1))
    assert len(later(reader)) == 2


def test_the_command_line_and_the_editor_are_read_unless_folders_are_named(tmp_path: Path) -> None:
    usual = ("antigravity-cli", "antigravity", "antigravity-ide", "antigravity-backup")
    assert AGENT.homes({}, tmp_path) == tuple(tmp_path / ".gemini" / name for name in usual)
    assert AGENT.homes({"ANTIGRAVITY_DATA_DIR": "/a,~/b"}, tmp_path) == (Path("/a"), tmp_path / "b")
