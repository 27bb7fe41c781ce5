"""Copilot CLI's log: what a session used by its ends, and what an export tells of sessions without any."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from agent_homes import Reader

from token_dashboard.agents.copilot_cli import AGENT
from token_dashboard.model.usage import UsageEvent

TIME = "2026-11-20T12:00:00.000Z"
TIME_MS = 1_795_176_000_000
SESSION = "0f0f0f0f-0000-4000-8000-000000000001"
MODEL = "claude-sonnet-4.6"

Record = dict[str, Any]


def usage(
    sent: Any = 1_000, output: Any = 100, read: Any = 0, written: Any = 0, reasoning: Any = 0
) -> Record:
    return {
        "inputTokens": sent,
        "outputTokens": output,
        "cacheReadTokens": read,
        "cacheWriteTokens": written,
        "reasoningTokens": reasoning,
    }


def shutdown(models: dict[str, Record] | None = None, name: str | None = "e9", time: Any = TIME) -> Record:
    metrics = {
        model: {"requests": {"count": 3, "cost": 1}, "usage": used} for model, used in (models or {}).items()
    }
    data = {"shutdownType": "routine", "totalPremiumRequests": 1, "modelMetrics": metrics}
    return {"type": "session.shutdown", "id": name, "timestamp": time, "parentId": None, "data": data}


def start() -> Record:
    context = {"cwd": "/home/ada/shop", "gitRoot": "/home/ada/shop", "branch": "main"}
    return {
        "type": "session.start",
        "id": "e1",
        "timestamp": TIME,
        "data": {"sessionId": SESSION, "context": context},
    }


def span(number: int = 1, sent: Any = 1_000, output: Any = 100, **other: Any) -> Record:
    attributes = {
        "gen_ai.operation.name": "chat",
        "gen_ai.response.model": MODEL,
        "gen_ai.response.id": f"resp_{number}",
        "gen_ai.conversation.id": SESSION,
        "gen_ai.usage.input_tokens": sent,
        "gen_ai.usage.output_tokens": output,
        **other.pop("attributes", {}),
    }
    known = {"type": "span", "traceId": "t1", "spanId": f"span{number}", "name": f"chat {MODEL}"}
    return {**known, "endTime": [TIME_MS // 1000, 5_000_000], "attributes": attributes, **other}


class CopilotHome:
    """A home that a test writes sessions and exports into and reads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.reader = Reader(AGENT, folder)

    def session(self, *records: Record, name: str = SESSION) -> Path:
        return self._put(self.folder / "session-state" / name / "events.jsonl", records)

    def export(self, *records: Record) -> Path:
        return self._put(self.folder / "otel" / "spans.jsonl", records)

    def _put(self, path: Path, records: tuple[Record, ...]) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(record) + "\n" for record in records))
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
def copilot(tmp_path: Path) -> CopilotHome:
    return CopilotHome(tmp_path / ".copilot")


class TestSessions:
    def test_both_kinds_of_cached_tokens_are_within_the_input(self, copilot: CopilotHome) -> None:
        copilot.session(start(), shutdown({MODEL: usage(9_000, 300, 7_000, 1_500, 200)}))
        event = copilot.only()
        assert (event.input_tokens, event.cache_read_input_tokens) == (9_000, 7_000)
        assert (event.cache_creation_input_tokens, event.output_tokens) == (1_500, 300)
        assert event.reasoning_output_tokens == 200

    def test_the_ends_of_a_resumed_session_are_added(self, copilot: CopilotHome) -> None:
        resumed = {"type": "session.resume", "id": "e10", "timestamp": TIME, "data": {"resumeTime": TIME}}
        first, second = (
            shutdown({MODEL: usage()}, "e9"),
            shutdown({MODEL: usage(), "gpt-5.4": usage(7, 7)}, "e11"),
        )
        copilot.session(start(), first, resumed, second)
        reader = copilot.read()
        assert (reader.totals["requests"], reader.totals["input"], reader.totals["output"]) == (3, 2_007, 207)

    def test_an_end_tells_model_time_session_folder_and_branch(self, copilot: CopilotHome) -> None:
        copilot.session(start(), shutdown({MODEL: usage()}))
        event = copilot.only()
        assert (event.provider, event.model, event.time_ms) == ("github-copilot", MODEL, TIME_MS)
        owner = event.attribution
        assert (owner.session, owner.project, owner.branch) == (SESSION, "/home/ada/shop", "main")

    def test_answers_repeat_a_part_of_their_session_and_count_nothing(self, copilot: CopilotHome) -> None:
        answer = {"type": "assistant.message", "id": "e2", "timestamp": TIME, "data": {"outputTokens": 100}}
        copilot.session(start(), answer, shutdown({MODEL: usage()}))
        assert copilot.only().output_tokens == 100

    def test_an_end_without_metrics_has_used_nothing(self, copilot: CopilotHome) -> None:
        copilot.session(
            shutdown(), {**shutdown(), "data": {"modelMetrics": None}}, shutdown({MODEL: usage(0, 0)})
        )
        assert copilot.read().totals["requests"] == 0
        assert copilot.reader.rejects == []

    def test_ends_without_an_id_are_themselves(self, copilot: CopilotHome) -> None:
        one, two = (
            shutdown({MODEL: usage()}, None),
            shutdown({MODEL: usage()}, None, "2026-11-20T13:00:00Z"),
        )
        copilot.session(one, two, one)
        assert copilot.read().totals["requests"] == 2


class TestExports:
    def test_spans_of_chats_are_requests(self, copilot: CopilotHome) -> None:
        cached = {"gen_ai.usage.cache_read.input_tokens": 600, "gen_ai.usage.cache_write.input_tokens": 100}
        tool = span(2, attributes={"gen_ai.operation.name": "execute_tool"}, name="execute_tool bash")
        agent = span(3, attributes={"gen_ai.operation.name": "invoke_agent"}, name="invoke_agent")
        copilot.export(span(attributes=cached), tool, agent, {"type": "metric", "name": "x"})
        event = copilot.only()
        assert (event.input_tokens, event.cache_read_input_tokens) == (1_000, 600)
        assert (event.cache_creation_input_tokens, event.output_tokens) == (100, 100)
        assert (event.model, event.time_ms, event.attribution.session) == (MODEL, TIME_MS + 5, SESSION)

    def test_a_session_in_both_places_counts_once_in_any_order(self, tmp_path: Path) -> None:
        for backwards in (False, True):
            copilot = CopilotHome(tmp_path / str(backwards))
            copilot.session(start(), shutdown({MODEL: usage(2_000, 200)}))
            copilot.export(span(1), span(2), span(3, attributes={"gen_ai.conversation.id": "elsewhere"}))
            copilot.reader.scan(partial(sorted, reverse=backwards))
            assert (copilot.reader.totals["requests"], copilot.reader.totals["input"]) == (2, 3_000)

    def test_a_span_that_is_exported_twice_counts_once(self, copilot: CopilotHome) -> None:
        copilot.export(span(1), {**span(1), "spanId": "other", "traceId": "t2"}, span(1, 5_000))
        assert copilot.read().totals["requests"] == 2

    def test_spans_without_a_response_id_are_told_by_their_own(self, copilot: CopilotHome) -> None:
        nameless = {"gen_ai.response.id": None}
        copilot.export(
            span(1, attributes=nameless), span(2, attributes=nameless), span(1, attributes=nameless)
        )
        assert copilot.read().totals["requests"] == 2

    @pytest.mark.parametrize("time", [[TIME_MS // 1000, 0], TIME, TIME_MS, TIME_MS * 10**6])
    def test_every_form_of_a_time_is_read(self, copilot: CopilotHome, time: Any) -> None:
        copilot.export(span(endTime=time))
        assert copilot.only().time_ms == TIME_MS


class TestHostileLines:
    @pytest.mark.parametrize("wrong", ["many", -1, 1.5, 10**18, [], {}])
    def test_a_count_that_cannot_be_is_a_reject_and_its_neighbours_count(
        self, copilot: CopilotHome, wrong: Any
    ) -> None:
        bad, good = shutdown({MODEL: usage(wrong)}, "e2"), shutdown({MODEL: usage()}, "e3")
        copilot.session(shutdown({MODEL: usage()}, "e1"), bad, good)
        elsewhere = {"gen_ai.conversation.id": "elsewhere"}
        copilot.export(span(1, wrong, attributes=elsewhere), span(2, attributes=elsewhere))
        reader = copilot.read()
        assert sorted((Path(reject.path).name, reject.line) for reject in reader.rejects) == [
            ("events.jsonl", 2),
            ("spans.jsonl", 1),
        ]
        assert reader.totals["requests"] == 3

    @pytest.mark.parametrize("time", ["yesterday", None, 5])
    def test_an_end_without_a_good_time_is_a_reject(self, copilot: CopilotHome, time: Any) -> None:
        copilot.session(shutdown({MODEL: usage()}, "e9", time))
        copilot.export(span(endTime=[1], attributes={"gen_ai.conversation.id": "x"}))
        assert [reject.line for reject in copilot.read().rejects] == [1, 1]


class TestPlaces:
    def test_the_environment_names_an_export_and_a_home(self, tmp_path: Path) -> None:
        assert AGENT.homes({}, tmp_path) == (tmp_path / ".copilot",)
        named = {"COPILOT_HOME": "/srv/c", "COPILOT_OTEL_FILE_EXPORTER_PATH": "/srv/spans.jsonl"}
        assert AGENT.homes(named, tmp_path) == (Path("/srv/c"), Path("/srv/spans.jsonl"))

    def test_an_export_may_be_one_file_or_a_folder(self, tmp_path: Path) -> None:
        path = tmp_path / "spans.jsonl"
        path.write_text(json.dumps(span()) + "\n")
        assert len(Reader(AGENT, path).scan()) == len(Reader(AGENT, tmp_path).scan()) == 1
