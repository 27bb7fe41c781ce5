"""Gemini CLI's log: what each request used, which records are the same one, and where the logs lie."""

import json
import os
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from agent_homes import Reader

from token_dashboard.agents.gemini_cli import AGENT
from token_dashboard.model.usage import UsageEvent

TIME = "2026-11-20T12:00:00.000Z"
TIME_MS = 1_795_176_000_000
HASH = "c0ffee" * 10 + "beef"

Record = dict[str, Any]


def tokens(sent: Any = 1_000, output: Any = 100, cached: Any = 0, thoughts: Any = 0, tool: Any = 0) -> Record:
    known = [part for part in (sent, output, thoughts, tool) if isinstance(part, int)]
    parts = {"input": sent, "output": output, "cached": cached, "thoughts": thoughts, "tool": tool}
    return {**parts, "total": sum(known)}


def message(name: str | None = "m1", used: Any = None, **other: Any) -> Record:
    known = {
        "id": name,
        "timestamp": TIME,
        "type": "gemini",
        "content": "Done.",
        "model": "gemini-3-pro-preview",
    }
    return {**known, "tokens": tokens() if used is None else used, **other}


def begin(session: str = "s1", **other: Any) -> Record:
    return {"sessionId": session, "projectHash": HASH, "startTime": TIME, "lastUpdated": TIME, **other}


class GeminiHome:
    """A home that a test writes conversations into and reads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.reader = Reader(AGENT, folder)
        self.chats = folder / "tmp" / HASH / "chats"

    def lines(self, *records: Record | bytes, name: str = "session-2026-11-20T12-00-s1.jsonl") -> Path:
        texts = (one if isinstance(one, bytes) else json.dumps(one).encode() for one in records)
        return self.put(name, b"".join(text + b"\n" for text in texts))

    def document(self, *messages: Record, name: str = "session-2026-11-20T12-00-s1.json") -> Path:
        return self.put(name, json.dumps({**begin(), "messages": messages}).encode())

    def put(self, name: str, content: bytes) -> Path:
        path = self.chats / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def read(self) -> Reader:
        self.reader.scan()
        return self.reader

    def only(self) -> UsageEvent:
        reader = self.read()
        assert reader.rejects == []
        [event] = reader.requests
        return event


@pytest.fixture
def gemini(tmp_path: Path) -> GeminiHome:
    return GeminiHome(tmp_path / ".gemini")


class TestCounts:
    def test_cached_is_within_the_input_and_tools_and_thoughts_are_on_top(self, gemini: GeminiHome) -> None:
        gemini.lines(begin(), message(used=tokens(5_000, 200, cached=4_000, thoughts=300, tool=50)))
        event = gemini.only()
        assert (event.input_tokens, event.cache_read_input_tokens) == (5_050, 4_000)
        assert (event.output_tokens, event.reasoning_output_tokens) == (500, 300)

    def test_cached_tokens_that_the_total_shows_beside_the_input_are_added(self, gemini: GeminiHome) -> None:
        gemini.lines(begin(), message(used={**tokens(1_000, 100, cached=4_000), "total": 5_100}))
        event = gemini.only()
        assert (event.input_tokens, event.cache_read_input_tokens) == (5_000, 4_000)

    def test_a_message_tells_model_time_session_and_project(self, gemini: GeminiHome) -> None:
        gemini.lines(begin(), message())
        event = gemini.only()
        assert (event.provider, event.model, event.time_ms) == ("google", "gemini-3-pro-preview", TIME_MS)
        assert (event.attribution.session, event.attribution.project) == ("s1", HASH)
        assert not event.is_sidechain

    def test_the_folder_that_a_newer_version_noted_is_the_project(self, gemini: GeminiHome) -> None:
        gemini.lines(begin(), message())
        (gemini.chats.parent / ".project_root").write_text("/home/ada/shop\n")
        assert gemini.only().attribution.project == "/home/ada/shop"

    def test_subagents_are_sidechains(self, gemini: GeminiHome) -> None:
        gemini.lines(begin("sub", kind="subagent"), message(), name="s1/sub.jsonl")
        assert gemini.only().is_sidechain

    @pytest.mark.parametrize("used", [None, tokens(0, 0)])
    def test_messages_without_usage_are_no_requests(self, gemini: GeminiHome, used: Any) -> None:
        gemini.lines(begin(), {**message(), "tokens": used}, message(type="user"))
        assert gemini.read().totals["requests"] == 0
        assert gemini.reader.rejects == []


class TestRepeats:
    def test_a_resumed_conversation_in_both_formats_counts_once_in_any_order(self, tmp_path: Path) -> None:
        for backwards in (False, True):
            gemini = GeminiHome(tmp_path / str(backwards))
            gemini.document(message("m1"), message("m2"))
            gemini.lines(begin(), message("m1"), message("m2"), {"$set": begin()}, message("m3"))
            gemini.reader.scan(partial(sorted, reverse=backwards))
            assert gemini.reader.totals["requests"] == 3

    def test_a_message_that_is_appended_again_counts_once_with_its_last_usage(
        self, gemini: GeminiHome
    ) -> None:
        gemini.lines(
            begin(),
            {**message(), "tokens": None},
            message(used=tokens(900, 10)),
            message(used=tokens(900, 80)),
        )
        assert gemini.only().output_tokens == 80

    def test_a_history_that_is_set_as_a_whole_repeats_its_messages(self, gemini: GeminiHome) -> None:
        history = {"messages": [message("m1"), message("m2"), {"type": "user", "id": "u"}]}
        gemini.lines(begin(), message("m1"), {"$set": history}, {"$set": {"summary": "x"}})
        assert gemini.read().totals["requests"] == 2
        assert gemini.reader.rejects == []

    def test_rewound_messages_stay_paid(self, gemini: GeminiHome) -> None:
        gemini.lines(begin(), message("m1"), message("m2"), {"$rewindTo": "m2"}, message("m3"))
        assert gemini.read().totals["requests"] == 3

    def test_one_id_in_two_sessions_is_two_requests(self, gemini: GeminiHome) -> None:
        gemini.lines(begin("s1"), message("m1"))
        gemini.lines(begin("s2"), message("m1"), name="session-2.jsonl")
        assert gemini.read().totals["requests"] == 2

    def test_messages_without_an_id_are_themselves(self, gemini: GeminiHome) -> None:
        one, two = message(None), message(None, timestamp="2026-11-20T12:00:09Z")
        gemini.lines(begin(), one, two, one)
        gemini.document(message("x"))
        assert gemini.read().totals["requests"] == 3

    def test_a_document_that_grew_counts_what_is_new(self, gemini: GeminiHome) -> None:
        gemini.document(message("m1"))
        gemini.read()
        gemini.document(message("m1"), message("m2"))
        assert gemini.read().totals["requests"] == 2

    def test_an_appended_line_belongs_to_the_session_that_was_read_before(self, gemini: GeminiHome) -> None:
        path = gemini.lines(begin("first"), message("m1"))
        gemini.read()
        with path.open("ab") as log:
            log.write(json.dumps(message("m2")).encode() + b"\n")
        assert {event.attribution.session for event in gemini.read().requests} == {"first"}


class TestPrinted:
    def test_statistics_of_a_run_count_by_model(self, tmp_path: Path) -> None:
        used = {
            "input": 400,
            "prompt": 1_000,
            "candidates": 50,
            "cached": 600,
            "thoughts": 20,
            "tool": 5,
            "total": 1_075,
        }
        models = {"gemini-3-pro-preview": {"api": {}, "tokens": used}, "gemini-2.5-flash": {"tokens": used}}
        path = tmp_path / "run.json"
        path.write_text(json.dumps({"session_id": "s1", "response": "Done.", "stats": {"models": models}}))
        os.utime(path, (TIME_MS // 1000, TIME_MS // 1000))
        first, second = sorted(Reader(AGENT, tmp_path).scan(), key=lambda event: str(event.model))
        assert (first.model, second.model) == ("gemini-2.5-flash", "gemini-3-pro-preview")
        assert (first.input_tokens, first.cache_read_input_tokens, first.output_tokens) == (1_005, 600, 70)
        assert (first.reasoning_output_tokens, first.time_ms, first.attribution.session) == (
            20,
            TIME_MS,
            "s1",
        )

    def test_a_stream_of_events_tells_its_usage_at_the_end(self, tmp_path: Path) -> None:
        stats = {
            "total_tokens": 1_170,
            "input_tokens": 1_000,
            "output_tokens": 100,
            "cached": 400,
            "duration_ms": 9,
        }
        events = [
            {"type": "init", "timestamp": TIME, "session_id": "s1", "model": "gemini-3-flash"},
            {"type": "message", "role": "assistant", "content": "Done.", "timestamp": TIME},
            {"type": "result", "timestamp": TIME, "status": "success", "stats": stats},
        ]
        (tmp_path / "run.jsonl").write_text("".join(json.dumps(event) + "\n" for event in events))
        [event] = Reader(AGENT, tmp_path).scan()
        assert (event.model, event.input_tokens, event.cache_read_input_tokens) == (
            "gemini-3-flash",
            1_000,
            400,
        )
        assert (event.output_tokens, event.reasoning_output_tokens) == (170, 70)


class TestHostileInput:
    @pytest.mark.parametrize("wrong", ["many", -1, 1.5, 10**18, [], {}])
    def test_a_count_that_cannot_be_is_a_reject_and_its_neighbours_count(
        self, gemini: GeminiHome, wrong: Any
    ) -> None:
        gemini.lines(begin(), message("m1"), message("m2", tokens(wrong)), message("m3"))
        gemini.document(message("d1"), message("d2", tokens(wrong)), message("d3"))
        gemini.lines(
            begin("s2"), {"$set": {"messages": [message("x", tokens(wrong)), message("y")]}}, name="2.jsonl"
        )
        reader = gemini.read()
        assert sorted(reject.line for reject in reader.rejects) == [2, 2, 3]
        assert reader.totals["requests"] == 5

    @pytest.mark.parametrize("time", ["yesterday", None, "1999-01-01T00:00:00Z", ""])
    def test_a_message_without_a_good_time_is_a_reject(self, gemini: GeminiHome, time: Any) -> None:
        gemini.lines(begin(), message(timestamp=time))
        assert [reject.line for reject in gemini.read().rejects] == [2]

    @pytest.mark.parametrize(
        "time", ["2026-11-20T13:00:00+01:00", "2026-11-20T12:00:00Z", "2026-11-20t12:00:00.000000z"]
    )
    def test_every_form_of_a_time_is_read(self, gemini: GeminiHome, time: str) -> None:
        gemini.lines(begin(), message(timestamp=time))
        assert gemini.only().time_ms == TIME_MS

    def test_null_is_as_good_as_absent(self, gemini: GeminiHome) -> None:
        used = tokens(9, 1, None, None, None)
        gemini.lines(b"\xef\xbb\xbf{}\r", begin(kind=None), message(used=used, model=None))
        event = gemini.only()
        assert (event.input_tokens, event.model) == (9, None)

    def test_a_torn_document_is_a_reject_until_it_is_whole(self, gemini: GeminiHome) -> None:
        path = gemini.document(message("m1"))
        whole = path.read_bytes()
        path.write_bytes(whole[:-30])
        assert [reject.line for reject in gemini.read().rejects] == [0]
        path.write_bytes(whole)
        assert gemini.only().input_tokens == 1_000


class TestPlaces:
    def test_the_environment_names_homes(self, tmp_path: Path) -> None:
        assert AGENT.homes({}, tmp_path) == (tmp_path / ".gemini",)
        assert AGENT.homes({"GEMINI_CLI_HOME": "/srv/ada"}, tmp_path) == (Path("/srv/ada/.gemini"),)
        assert AGENT.homes({"GEMINI_DATA_DIR": "/a, ~/b"}, tmp_path) == (Path("/a"), tmp_path / "b")

    def test_only_conversations_are_logs_in_a_home(self, gemini: GeminiHome) -> None:
        path = gemini.document()
        (gemini.chats.parent / "logs.json").write_text("[]")
        (gemini.folder / "settings.json").write_text("{}")
        assert [file.path for file in AGENT.find(gemini.folder)] == [str(path)]
        assert [file.path for file in AGENT.find(gemini.folder / "tmp")] == [str(path)]
