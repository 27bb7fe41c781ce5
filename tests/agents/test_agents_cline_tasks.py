"""Tasks of Cline, Roo Code and Kilo Code: what tokensIn means, which model answered, what counts once."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from agent_homes import read
from foreign_homes import TIME, TIME_MS, clean, later, only, parts, refused, write_json

from token_dashboard.agents import cline, kilo_code, roo_code
from token_dashboard.agents._contract import AgentLog

ALL = [cline.AGENT, roo_code.AGENT, kilo_code.AGENT]
every_one = pytest.mark.parametrize("agent", ALL, ids=lambda agent: agent.id)
BEFORE_MS = 1_750_000_000_000  # June 2025


def request(ts: Any = TIME_MS, say: str = "api_req_started", **text: Any) -> dict[str, Any]:
    counts = {"tokensIn": 1_000, "tokensOut": 50, "cacheReads": 700, "cacheWrites": 100, "cost": 0.0123}
    used = {"request": "secret prompt", **counts, **text}
    return {"ts": ts, "type": "say", "say": say, "text": json.dumps(used)}


def task(home: Path, *messages: Any, name: str = "task-1") -> Path:
    talk = {"ts": TIME_MS - 5, "type": "say", "say": "text", "text": "hello"}
    return write_json(home / "tasks" / name / "ui_messages.json", [talk, *messages])


def told(path: Path, *models: tuple[int | None, str]) -> None:
    """The prompts of a task, each with the model that its details name."""
    prompts = [
        {
            "role": "user",
            "content": [
                {"type": "text", "text": f"<model>not-{model}</model>"},
                {
                    "type": "text",
                    "text": f"<environment_details>\n<model>{model}</model>\n</environment_details>",
                },
            ],
            **({} if ts is None else {"ts": ts}),
        }
        for ts, model in models
    ]
    write_json(path.with_name("api_conversation_history.json"), prompts)


class TestInput:
    def test_cline_leaves_cached_input_out(self, tmp_path: Path) -> None:
        task(tmp_path, request())
        assert parts(only(cline.AGENT, tmp_path)) == (1_800, 700, 100, 50, 0)

    @pytest.mark.parametrize(("provider", "whole"), [("litellm", 1_000), ("openai", 1_000), ("cline", 1_800)])
    def test_cline_hands_on_whole_prompts_of_some_providers(
        self, tmp_path: Path, provider: str, whole: int
    ) -> None:
        info = {"modelId": "gpt-5", "providerId": provider, "mode": "act"}
        task(tmp_path, {**request(), "modelInfo": info})
        event = only(cline.AGENT, tmp_path)
        assert (event.input_tokens, event.model, event.provider) == (whole, "gpt-5", provider)

    @pytest.mark.parametrize("agent", ALL[1:], ids=lambda agent: agent.id)
    @pytest.mark.parametrize(
        ("ts", "protocol", "whole"),
        [
            (TIME_MS, "anthropic", 1_000),
            (TIME_MS, "openai", 1_000),
            (TIME_MS, None, 1_000),
            (BEFORE_MS, "anthropic", 1_800),
            (BEFORE_MS, None, 1_800),
            (BEFORE_MS, "openai", 1_000),
        ],
    )
    def test_the_forks_include_it_since_november_2025_or_for_openais_protocol(
        self, tmp_path: Path, agent: AgentLog, ts: int, protocol: str | None, whole: int
    ) -> None:
        task(tmp_path, request(ts, apiProtocol=protocol))
        assert only(agent, tmp_path).input_tokens == whole

    def test_a_count_below_its_cached_part_left_it_out_whatever_the_date(self, tmp_path: Path) -> None:
        task(tmp_path, request(tokensIn=5, apiProtocol="anthropic"))
        assert only(roo_code.AGENT, tmp_path).input_tokens == 805


class TestModel:
    @pytest.mark.parametrize("agent", ALL[1:], ids=lambda agent: agent.id)
    def test_it_is_the_one_told_before_the_next_request(self, tmp_path: Path, agent: AgentLog) -> None:
        path = task(tmp_path, request(TIME_MS), request(TIME_MS + 1_000), request(TIME_MS + 2_000))
        told(path, (TIME_MS + 10, "claude-sonnet-4-5"), (TIME_MS + 1_010, "gpt-5"))
        assert [event.model for event in clean(agent, tmp_path)] == ["claude-sonnet-4-5", "gpt-5", "gpt-5"]

    def test_prompts_without_a_time_tell_the_latest(self, tmp_path: Path) -> None:
        told(task(tmp_path, request()), (None, "gpt-5"), (None, "claude-opus-4-5"))
        assert only(roo_code.AGENT, tmp_path).model == "claude-opus-4-5"

    def test_the_protocol_is_no_provider(self, tmp_path: Path) -> None:
        task(tmp_path, request(apiProtocol="anthropic"))
        assert only(roo_code.AGENT, tmp_path).provider is None

    def test_cline_notes_it_beside_a_task(self, tmp_path: Path) -> None:
        path = task(tmp_path, request(TIME_MS), request(TIME_MS + 1_000))
        uses = [
            {"ts": TIME_MS + at, "model_id": model, "model_provider_id": "anthropic", "mode": "act"}
            for at, model in ((5, "claude-opus-4-5"), (1_005, "claude-haiku-4-5"))
        ]
        write_json(path.with_name("task_metadata.json"), {"files_in_context": [], "model_usage": uses})
        found = [(event.model, event.provider) for event in clean(cline.AGENT, tmp_path)]
        assert found == [("claude-opus-4-5", "anthropic"), ("claude-haiku-4-5", "anthropic")]

    @every_one
    def test_what_is_broken_beside_a_task_costs_only_what_it_tells(
        self, tmp_path: Path, agent: AgentLog
    ) -> None:
        path = task(tmp_path, request())
        path.with_name("api_conversation_history.json").write_text('[{"role":"user","content":"<model>')
        path.with_name("task_metadata.json").write_text("[]")
        os.mkfifo(path.with_name("history_item.json"))
        event = only(agent, tmp_path)
        assert (event.output_tokens, event.model, event.attribution.project) == (50, None, None)


class TestRequests:
    @every_one
    def test_they_bear_their_task_their_project_their_time_and_their_cost(
        self, tmp_path: Path, agent: AgentLog
    ) -> None:
        path = task(tmp_path, request(TIME))
        write_json(path.with_name("history_item.json"), {"id": "task-1", "workspace": "/home/ada/shop"})
        event = only(agent, tmp_path)
        assert (event.agent, event.time_ms, event.recorded_cost_nanos) == (agent.id, TIME_MS, 12_300_000)
        assert (event.attribution.session, event.attribution.project) == ("task-1", "/home/ada/shop")

    @every_one
    def test_one_that_is_under_way_counts_when_it_is_filled_in(self, tmp_path: Path, agent: AgentLog) -> None:
        waiting = {"ts": TIME_MS, "type": "say", "say": "api_req_started", "text": '{"request":"hi"}'}
        task(tmp_path, waiting)
        reader = read(agent, tmp_path)
        assert reader.requests == []
        task(tmp_path, request())
        assert [event.output_tokens for event in later(reader)] == [50]

    @every_one
    def test_deleted_ones_keep_counting_and_their_sum_does_not(self, tmp_path: Path, agent: AgentLog) -> None:
        task(tmp_path, request(), request(TIME_MS + 1_000))
        reader = read(agent, tmp_path)
        task(tmp_path, request(), request(TIME_MS + 2_000, "deleted_api_reqs"))
        assert len(later(reader)) == 2

    def test_those_of_subagents_are_a_sidechain(self, tmp_path: Path) -> None:
        task(tmp_path, request(), request(TIME_MS + 9, "subagent_usage", source="subagents"))
        assert [event.is_sidechain for event in clean(cline.AGENT, tmp_path)] == [False, True]

    @every_one
    @pytest.mark.parametrize(
        "bad",
        [
            request(TIME_MS + 1, tokensIn="1000"),
            request(TIME_MS + 1, tokensOut=-1),
            request(TIME_MS + 1, cacheReads=1.5),
            request(TIME_MS + 1, tokensIn=10**18),
            request(TIME_MS + 1, tokensOut=None),
            request(TIME_MS + 1, cost=-1),
            request("yesterday"),
            request(5),
            request(None),
            {**request(TIME_MS + 1), "text": "{"},
            {**request(TIME_MS + 1), "text": 5},
        ],
    )
    def test_a_bad_one_takes_no_good_one_along(self, tmp_path: Path, agent: AgentLog, bad: Any) -> None:
        task(tmp_path, bad, request())
        events, lines = refused(agent, tmp_path)
        assert ([event.output_tokens for event in events], lines) == ([50], [2])

    @every_one
    def test_other_messages_are_none_of_our_business(self, tmp_path: Path, agent: AgentLog) -> None:
        nothing = request(TIME_MS + 1, tokensIn=0, tokensOut=0, cacheReads=0, cacheWrites=0)
        others = [[], None, 5, "a text", {"say": 5}, {**request(), "type": "ask"}, nothing]
        task(tmp_path, *others)
        assert clean(agent, tmp_path) == []


class TestSessions:
    """Cline since version 4.1."""

    def session(self, home: Path, *messages: Any, member: str = "s-1") -> Path:
        folder = home / "sessions" / "s-1"
        write_json(folder / "s-1.json", {"session_id": "s-1", "cwd": "/home/ada/shop", "model": "glm-5"})
        content = {"version": 1, "sessionId": member, "messages": [{"role": "user"}, *messages]}
        return write_json(folder / f"{member}.messages.json", content)

    def answer(self, name: str | None = "m-1", **metrics: Any) -> dict[str, Any]:
        counts = {"inputTokens": 7_507, "outputTokens": 131, "cacheReadTokens": 50, "cacheWriteTokens": 7}
        return {
            "id": name,
            "role": "assistant",
            "ts": TIME_MS,
            "modelInfo": {"id": "claude-opus-4-5", "provider": "anthropic"},
            "metrics": {**counts, "cost": 0.0110232, **metrics},
        }

    def test_input_includes_what_was_cached(self, tmp_path: Path) -> None:
        self.session(tmp_path, self.answer())
        event = only(cline.AGENT, tmp_path)
        assert parts(event) == (7_507, 50, 7, 131, 0)
        assert (event.model, event.provider, event.recorded_cost_nanos) == (
            "claude-opus-4-5",
            "anthropic",
            11_023_200,
        )
        assert (event.attribution.session, event.attribution.project) == ("s-1", "/home/ada/shop")

    def test_a_subagents_file_is_a_sidechain_of_its_session(self, tmp_path: Path) -> None:
        self.session(tmp_path, self.answer())
        self.session(tmp_path, {**self.answer(), "modelInfo": None}, member="agent-7")
        found = {(e.attribution.session, e.is_sidechain, e.model) for e in clean(cline.AGENT, tmp_path)}
        assert found == {("s-1", False, "claude-opus-4-5"), ("s-1", True, "glm-5")}

    @pytest.mark.parametrize(
        "bad", [{"inputTokens": None}, {"cacheReadTokens": 9_999}, {"outputTokens": "x"}, {"cost": -1}]
    )
    def test_a_bad_answer_takes_no_good_one_along(self, tmp_path: Path, bad: Any) -> None:
        self.session(tmp_path, self.answer("m-0", **bad), self.answer(None), self.answer())
        events, lines = refused(cline.AGENT, tmp_path)
        assert (len(events), lines) == (1, [2, 3])


class TestPlaces:
    EXTENSIONS = ("saoudrizwan.claude-dev", "rooveterinaryinc.roo-cline", "kilocode.kilo-code")

    @pytest.mark.parametrize(("agent", "extension"), [*zip(ALL, EXTENSIONS, strict=True)])
    @pytest.mark.parametrize(
        "editor",
        [
            ".config/Code",
            ".config/Code - Insiders",
            ".config/Cursor",
            ".config/VSCodium",
            "Library/Application Support/Code",
            "AppData/Roaming/Code",
            ".vscode-server/data",
        ],
    )
    def test_tasks_lie_in_the_storage_of_each_editor(
        self, tmp_path: Path, agent: AgentLog, extension: str, editor: str
    ) -> None:
        storage = tmp_path / editor / "User" / "globalStorage" / extension
        task(storage, request())
        assert storage in agent.homes({}, tmp_path)
        assert len(list(agent.find(storage))) == 1

    def test_variables_name_other_folders(self, tmp_path: Path) -> None:
        assert tmp_path / "c" / "data" in cline.AGENT.homes({"CLINE_DIR": "~/c"}, tmp_path)
        assert cline.AGENT.homes({"CLINE_DATA_DIR": "/d"}, tmp_path) == (Path("/d"),)
        storage = tmp_path / "x" / "Code" / "User" / "globalStorage" / self.EXTENSIONS[2]
        storage.mkdir(parents=True)
        assert kilo_code.AGENT.homes({"XDG_CONFIG_HOME": str(tmp_path / "x")}, tmp_path) == (storage,)
