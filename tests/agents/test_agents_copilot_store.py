"""Copilot CLI's table of requests, and the ends of its sessions that tell the same or a sum."""

import json
import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from agent_homes import Reader, read
from foreign_homes import TIME_MS, clean, only, parts, refused, write_rows

from token_dashboard.agents.copilot_cli import AGENT
from token_dashboard.model.errors import AgentLogError

SESSION = "0f0f0f0f-0000-4000-8000-000000000001"
MODEL = "claude-sonnet-5"
SCHEMA = """
create table sessions (id text primary key, cwd text, branch text);
create table assistant_usage_events (
  id integer primary key autoincrement, session_id text not null, agent_id text, model text not null,
  copilot_usage_model text, input_tokens integer, output_tokens integer, cache_read_tokens integer,
  cache_write_tokens integer, reasoning_tokens integer, initiator text, token_details_json text,
  created_at text);
"""

Record = dict[str, Any]


def row(time: str = "12:00:00.000", number: int | None = None, **other: Any) -> Record:
    known = {"session_id": SESSION, "model": MODEL, "input_tokens": 1_000, "output_tokens": 100}
    named = {} if number is None else {"id": number}
    return {**known, **named, "created_at": f"2026-11-20T{time}Z", **other}


def store(home: Path, *rows: Record) -> Path:
    session = {"id": SESSION, "cwd": "/home/ada/shop", "branch": "till"}
    return write_rows(home / "session-store.db", SCHEMA, sessions=[session], assistant_usage_events=rows)


def begin(time: str, kind: str = "resume") -> Record:
    return {"type": f"session.{kind}", "timestamp": f"2026-11-20T{time}Z", "data": {}}


def end(time: str, sent: int, output: int, count: int = 1, nano: Any = 7, model: str = MODEL) -> Record:
    usage = {"inputTokens": sent, "outputTokens": output}
    data = {
        "modelMetrics": {model: {"requests": {"count": count}, "usage": usage}},
        **({} if nano is None else {"totalNanoAiu": nano}),
    }
    return {"type": "session.shutdown", "id": time, "timestamp": f"2026-11-20T{time}Z", "data": data}


def events(home: Path, *records: Record) -> None:
    path = home / "session-state" / SESSION / "events.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(record) + "\n" for record in records))


def used(home: Path) -> list[tuple[int, int]]:
    """Input and output of each event of a home, in any order the same."""
    forwards, backwards = Reader(AGENT, home), Reader(AGENT, home)
    forwards.scan(sorted)
    backwards.scan(partial(sorted, reverse=True))
    assert forwards.requests == backwards.requests
    assert forwards.rejects == []
    return sorted((event.input_tokens, event.output_tokens) for event in forwards.requests)


class TestRows:
    def test_a_row_is_a_request_with_both_kinds_of_cached_tokens_in_its_input(self, tmp_path: Path) -> None:
        store(tmp_path, row(cache_read_tokens=600, cache_write_tokens=300, reasoning_tokens=40))
        event = only(AGENT, tmp_path)
        assert parts(event) == (1_000, 600, 300, 100, 40)
        assert (event.model, event.provider, event.time_ms) == (MODEL, "github-copilot", TIME_MS)
        owner = event.attribution
        assert (owner.session, owner.project, owner.branch) == (SESSION, "/home/ada/shop", "till")
        assert not event.is_sidechain

    def test_the_model_that_was_used_and_who_asked(self, tmp_path: Path) -> None:
        store(tmp_path, row(copilot_usage_model="gpt-5.4", agent_id="explore-1", initiator="sub-agent"))
        event = only(AGENT, tmp_path)
        assert (event.model, event.is_sidechain, event.attribution.trigger) == ("gpt-5.4", True, None)

    @pytest.mark.parametrize(
        ("details", "written"),
        [
            ('[{"tokenType":"cache_write","tokenCount":300},{"tokenType":"output","tokenCount":9}]', 300),
            ('[{"tokenType":"cache_write","tokenCount":9000}]', 400),
            ("no list", 0),
            (None, 0),
        ],
    )
    def test_what_a_compaction_wrote_to_the_cache_stands_in_its_details(
        self, tmp_path: Path, details: str | None, written: int
    ) -> None:
        store(
            tmp_path,
            row(
                cache_read_tokens=600,
                cache_write_tokens=0,
                initiator="compaction",
                token_details_json=details,
            ),
        )
        event = only(AGENT, tmp_path)
        assert parts(event)[:3] == (1_000, 600, written)
        assert event.attribution.trigger == "compaction"

    @pytest.mark.parametrize("time", ["2026-11-20 12:00:00", "2026-11-20T12:00:00.000Z"])
    def test_times_without_a_zone_are_utc(self, tmp_path: Path, time: str) -> None:
        store(tmp_path, row(created_at=time))
        assert only(AGENT, tmp_path).time_ms == TIME_MS

    def test_rows_of_a_table_that_began_anew_are_others(self, tmp_path: Path) -> None:
        reader = Reader(AGENT, tmp_path)
        store(tmp_path, row(number=1))
        reader.scan()
        (tmp_path / "session-store.db").unlink()
        store(tmp_path, row("13:00:00.000", number=1))
        reader.scan()
        assert len(reader.requests) == 2

    def test_a_row_that_cannot_be_is_a_reject_and_one_that_used_nothing_is_none(self, tmp_path: Path) -> None:
        store(
            tmp_path,
            row(created_at="yesterday"),
            row(input_tokens=-1),
            row(input_tokens=0, output_tokens=None),
        )
        assert refused(AGENT, tmp_path) == ([], [1, 2])

    def test_a_table_that_is_held_lets_the_ends_wait(self, tmp_path: Path) -> None:
        path = store(tmp_path, row("12:01:00.000"))
        events(tmp_path, begin("12:00:00", "start"), end("12:05:00", 1_000, 100))
        with closing(sqlite3.connect(path, isolation_level=None)) as program:
            program.execute("begin exclusive")
            with pytest.raises(AgentLogError, match="busy"):
                Reader(AGENT, tmp_path).scan(sorted)
        assert used(tmp_path) == [(1_000, 100)]

    def test_a_store_of_before_there_was_a_table_has_nothing(self, tmp_path: Path) -> None:
        write_rows(tmp_path / "session-store.db", "create table sessions (id text primary key);")
        events(tmp_path, begin("12:00:00", "start"), end("12:05:00", 10, 1))
        assert used(tmp_path) == [(10, 1)]


class TestEnds:
    def test_the_end_of_a_stretch_that_has_rows_tells_nothing_new(self, tmp_path: Path) -> None:
        store(tmp_path, row("12:01:00.000"), row("12:02:00.000", input_tokens=2_000))
        events(tmp_path, begin("12:00:00", "start"), end("12:05:00", 3_000, 200, 2))
        assert used(tmp_path) == [(1_000, 100), (2_000, 100)]

    def test_stretches_of_before_the_table_count_by_their_ends(self, tmp_path: Path) -> None:
        store(tmp_path, row("12:31:00.000"), row("13:31:00.000"))
        events(
            tmp_path,
            begin("12:00:00", "start"),
            end("12:05:00", 10, 1, nano=None),
            begin("12:30:00"),
            end("12:35:00", 1_010, 101, 2),
            begin("13:00:00"),
            end("13:05:00", 1_030, 103, 3),
        )
        assert used(tmp_path) == [(10, 1), (20, 2), (1_000, 100), (1_000, 100)]

    def test_a_copy_without_its_table_is_told_by_the_users_own(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(Path, "home", lambda: tmp_path)
        store(tmp_path / ".copilot", row("12:01:00.000"))
        events(tmp_path / "copy", begin("12:00:00", "start"), end("12:05:00", 1_000, 100))
        assert used(tmp_path / "copy") == []

    def test_rows_of_another_session_hide_no_end(self, tmp_path: Path) -> None:
        store(
            tmp_path,
            row("12:01:00.000", session_id="another"),
            row("12:01:00.000", input_tokens=0, output_tokens=0),
        )
        events(tmp_path, begin("12:00:00", "start"), end("12:05:00", 10, 1))
        assert used(tmp_path) == [(10, 1), (1_000, 100)]

    def test_a_store_that_is_none_is_a_reject_and_hides_no_end(self, tmp_path: Path) -> None:
        (tmp_path / "session-store.db").write_text("no database")
        events(tmp_path, begin("12:00:00", "start"), end("12:05:00", 10, 1))
        reader = read(AGENT, tmp_path)
        assert [event.input_tokens for event in reader.requests] == [10]
        assert [Path(reject.path).name for reject in reader.rejects] == ["session-store.db"]

    def test_a_span_of_a_session_that_has_rows_is_one_of_them(self, tmp_path: Path) -> None:
        store(tmp_path, row())
        attributes = {
            "gen_ai.operation.name": "chat",
            "gen_ai.conversation.id": SESSION,
            "gen_ai.usage.input_tokens": 1_000,
            "gen_ai.usage.output_tokens": 100,
        }
        path = tmp_path / "otel" / "spans.jsonl"
        path.parent.mkdir()
        path.write_text(json.dumps({"type": "span", "endTime": TIME_MS, "attributes": attributes}) + "\n")
        assert used(tmp_path) == [(1_000, 100)]


class TestSums:
    def test_ends_that_tell_credits_and_go_on_counting_are_sums(self, tmp_path: Path) -> None:
        first, second = end("12:05:00", 100, 10, 2), end("13:05:00", 250, 30, 5)
        events(tmp_path, begin("12:00:00", "start"), first, begin("13:00:00"), second)
        [one, two] = clean(AGENT, tmp_path)
        assert (parts(one)[0], parts(two)[0], one.requests, two.requests) == (100, 150, 2, 3)

    def test_a_sum_that_did_not_grow_adds_nothing(self, tmp_path: Path) -> None:
        events(tmp_path, end("12:05:00", 100, 10), end("12:06:00", 100, 10), end("12:07:00", 100, 11))
        assert used(tmp_path) == [(0, 1), (100, 10)]

    def test_ends_that_began_anew_are_added(self, tmp_path: Path) -> None:
        events(tmp_path, end("12:05:00", 100, 10), begin("13:00:00"), end("13:05:00", 250, 9))
        assert used(tmp_path) == [(100, 10), (250, 9)]

    def test_an_end_without_an_earlier_model_began_anew(self, tmp_path: Path) -> None:
        events(
            tmp_path, end("12:05:00", 100, 10), begin("13:00:00"), end("13:05:00", 250, 30, model="gpt-5.4")
        )
        assert used(tmp_path) == [(100, 10), (250, 30)]

    @pytest.mark.parametrize("nano", [None, "null"])
    def test_ends_without_credits_are_of_a_stretch_each(self, tmp_path: Path, nano: str | None) -> None:
        first, second = end("12:05:00", 100, 10, nano=None), end("13:05:00", 250, 30, nano=None)
        if nano:
            second["data"]["totalNanoAiu"] = None
        events(tmp_path, first, begin("13:00:00"), second)
        assert used(tmp_path) == [(100, 10), (250, 30)]

    def test_a_sum_goes_on_in_a_file_that_was_read_before(self, tmp_path: Path) -> None:
        reader = Reader(AGENT, tmp_path)
        first, second = end("12:05:00", 100, 10), end("13:05:00", 250, 30)
        events(tmp_path, first)
        reader.scan()
        events(tmp_path, first, second)
        reader.scan()
        assert sorted(event.input_tokens for event in reader.requests) == [100, 150]
