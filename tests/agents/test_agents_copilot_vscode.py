"""Copilot's requests in VS Code: spans in a database, one for each."""

from pathlib import Path
from typing import Any

import pytest
from agent_homes import FIXTURES, read
from foreign_homes import TIME_MS, clean, later, only, parts, refused, write_json, write_rows

from token_dashboard.agents.copilot_vscode import AGENT

SESSION = "4e1c0000-0000-4000-8000-000000000001"
SCHEMA = (FIXTURES / AGENT.id / "agent-traces.db.sql").read_text().partition("insert")[0]
WRITTEN = "gen_ai.usage.cache_creation.input_tokens"


def span(number: int = 1, **other: Any) -> dict[str, Any]:
    known = {"span_id": f"a{number:015}", "trace_id": "a" * 32, "name": "chat claude-sonnet-5"}
    times = {"start_time_ms": TIME_MS - 4_000, "end_time_ms": TIME_MS}
    told = {"operation_name": "chat", "provider_name": "github", "agent_name": "panel/editAgent"}
    models = {"request_model": "claude-sonnet-5", "response_model": "claude-sonnet-5-20261001"}
    usage = {"input_tokens": 31_000, "output_tokens": 420, "cached_tokens": 24_000, "reasoning_tokens": 90}
    return {**known, **times, **told, **models, **usage, "conversation_id": SESSION, **other}


def write(home: Path, *spans: dict[str, Any], written: object = None) -> None:
    told = [] if written is None else [{"span_id": spans[0]["span_id"], "key": WRITTEN, "value": written}]
    write_rows(home / "agent-traces.db", SCHEMA, spans=spans, span_attributes=told)


@pytest.fixture(autouse=True)
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder of nobody's, where Copilot CLI keeps its sessions."""
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    return tmp_path / "user"


def test_cached_tokens_are_within_the_input_and_reasoning_within_the_output(tmp_path: Path) -> None:
    write(tmp_path, span(), written="6200")
    said = only(AGENT, tmp_path)
    assert parts(said) == (31_000, 24_000, 6_200, 420, 90)
    assert (said.provider, said.model) == ("github-copilot", "claude-sonnet-5-20261001")
    assert (said.time_ms, said.attribution.session) == (TIME_MS, SESSION)


def test_a_provider_of_ones_own_is_named(tmp_path: Path) -> None:
    write(tmp_path, span(provider_name="anthropic", response_model=None))
    said = only(AGENT, tmp_path)
    assert (said.provider, said.model) == ("anthropic", "claude-sonnet-5")


def test_the_sum_of_an_agents_run_and_what_its_tools_did_are_no_requests(tmp_path: Path) -> None:
    others = [
        span(number, operation_name=name) for number, name in ((2, "invoke_agent"), (3, "execute_tool"))
    ]
    failed = span(4, input_tokens=None, output_tokens=None)
    write(tmp_path, span(), *others, failed)
    assert only(AGENT, tmp_path).output_tokens == 420


def test_equal_requests_of_two_spans_are_two(tmp_path: Path) -> None:
    write(tmp_path, span(1), span(2))
    assert len(clean(AGENT, tmp_path)) == 2


def test_a_span_that_is_stored_again_adds_nothing(tmp_path: Path) -> None:
    write(tmp_path, span(1), span(2))
    reader = read(AGENT, tmp_path)
    write(tmp_path, span(1))
    assert len(later(reader)) == 2


def test_what_the_extension_deletes_after_a_week_stays(tmp_path: Path) -> None:
    write(tmp_path, span(1))
    reader = read(AGENT, tmp_path)
    (tmp_path / "agent-traces.db").unlink()
    write(tmp_path, span(2))
    assert len(later(reader)) == 2


@pytest.mark.parametrize("name", ["Claude Copilot Proxy", "claudeLMServer"])
def test_what_claude_code_uses_in_vs_code_stands_in_its_own_log(tmp_path: Path, name: str) -> None:
    write(tmp_path, span(agent_name=name))
    assert clean(AGENT, tmp_path) == []


def test_sessions_that_copilot_cli_tells_are_left_to_its_own_log(tmp_path: Path, user: Path) -> None:
    write_json(user / ".copilot" / "session-state" / SESSION / "events.jsonl", {})
    write(tmp_path, span(1), span(2, chat_session_id="4e1c0000-0000-4000-8000-000000000002"))
    assert only(AGENT, tmp_path).attribution.session == "4e1c0000-0000-4000-8000-000000000002"


def test_a_summary_of_a_conversation_is_a_compaction(tmp_path: Path) -> None:
    write(tmp_path, span(agent_name="summarizeConversationHistory-full"))
    assert only(AGENT, tmp_path).attribution.trigger == "compaction"


@pytest.mark.parametrize(
    "broken",
    [
        {"input_tokens": -1},
        {"output_tokens": "many"},
        {"cached_tokens": 40_000},
        {"end_time_ms": 5},
        {"output_tokens": 2**40},
    ],
)
def test_a_broken_span_is_refused(tmp_path: Path, broken: dict[str, Any]) -> None:
    write(tmp_path, span(1, **broken), span(2))
    events, rows = refused(AGENT, tmp_path)
    assert (len(events), rows) == (1, [1])


@pytest.mark.parametrize("written", ["-1", "6200.5", "many", "9" * 5_000])
def test_a_broken_count_of_what_was_written_is_refused(tmp_path: Path, written: str) -> None:
    write(tmp_path, span(), written=written)
    assert refused(AGENT, tmp_path) == ([], [1])


def test_an_editors_storage_is_looked_through_only_where_the_extension_has_one(tmp_path: Path) -> None:
    assert AGENT.homes({}, tmp_path) == ()
    storage = tmp_path / ".config" / "Code" / "User" / "globalStorage" / "github.copilot-chat"
    storage.mkdir(parents=True)
    assert AGENT.homes({}, tmp_path) == (storage,)
