"""Mux's workspaces: sums by model, and subagents whose sums move into their parent's."""

from pathlib import Path
from typing import Any

import pytest
from agent_homes import Reader, read
from foreign_homes import TIME_MS, clean, later, only, parts, refused, write_json

from token_dashboard.agents.mux import AGENT

OPUS = "anthropic:claude-opus-4-6"


def used(tokens: int = 100, cost: float | None = 0.01) -> dict[str, Any]:
    one = {"tokens": tokens} if cost is None else {"tokens": tokens, "cost_usd": cost}
    return dict.fromkeys(("input", "cached", "cacheCreate", "output", "reasoning"), one)


def workspace(home: Path, name: str, by_model: Any, children: Any = None) -> Path:
    content = {
        "version": 1,
        "byModel": by_model,
        "lastRequest": {"model": OPUS, "timestamp": TIME_MS},
        **({} if children is None else {"rolledUpFrom": children}),
    }
    return write_json(home / "sessions" / name / "session-usage.json", content)


def rolled_up(tokens: int = 40, cost: float = 0.02, model: str = OPUS) -> dict[str, Any]:
    names = ("inputTokens", "outputTokens", "reasoningTokens", "cachedTokens", "cacheCreateTokens")
    return {
        **dict.fromkeys(names, tokens),
        "totalTokens": 5 * tokens,
        "totalCostUsd": cost,
        "model": model,
        "rolledUpAtMs": TIME_MS + 5,
    }


def test_the_classes_lie_beside_each_other_and_so_do_their_costs(tmp_path: Path) -> None:
    workspace(tmp_path, "w1", {OPUS: used()})
    event = only(AGENT, tmp_path)
    assert parts(event) == (300, 100, 100, 200, 100)
    assert (event.provider, event.model) == ("anthropic", "claude-opus-4-6")
    assert (event.recorded_cost_nanos, event.time_ms) == (50_000_000, TIME_MS)


def test_a_model_without_a_price_has_no_cost(tmp_path: Path) -> None:
    workspace(tmp_path, "w1", {"gpt-9": used(cost=None)})
    event = only(AGENT, tmp_path)
    assert (event.recorded_cost_nanos, event.provider, event.model) == (None, None, "gpt-9")


def test_each_model_of_each_workspace_is_one_event_that_grows(tmp_path: Path) -> None:
    for name in ("w1", "w2"):
        workspace(tmp_path, name, {OPUS: used(), "openai:gpt-5": used()})
    reader = read(AGENT, tmp_path)
    workspace(tmp_path, "w1", {OPUS: used(300), "openai:gpt-5": used()})
    assert sorted(event.output_tokens for event in later(reader)) == [200, 200, 200, 600]


class TestSubagents:
    def test_a_deleted_subagent_is_taken_out_of_its_parent_and_counts_as_itself(self, tmp_path: Path) -> None:
        workspace(tmp_path, "parent", {OPUS: used(140, 0.03)}, {"child": rolled_up()})
        parent, child = clean(AGENT, tmp_path)
        assert (parent.output_tokens, child.output_tokens) == (200, 80)
        assert (parent.recorded_cost_nanos, child.recorded_cost_nanos) == (130_000_000, 20_000_000)
        assert (child.attribution.session, child.is_sidechain) == ("child", True)

    @pytest.mark.parametrize("is_child_first", [True, False])
    def test_one_that_was_read_before_is_not_counted_again(
        self, tmp_path: Path, is_child_first: bool
    ) -> None:
        homes = [tmp_path / "before", tmp_path / "after"]
        workspace(homes[0], "parent", {OPUS: used(100)})
        workspace(homes[0], "child", {OPUS: used(30), "openai:gpt-5": used(10)})
        workspace(homes[1], "parent", {OPUS: used(140)}, {"child": rolled_up(40)})
        reader = Reader(AGENT, homes[not is_child_first])
        reader.scan()
        reader.home = homes[is_child_first]
        assert sum(event.output_tokens for event in later(reader)) == 2 * (100 + 30 + 10)

    @pytest.mark.parametrize("child", [True, rolled_up(999), rolled_up(model="openai:gpt-5")])
    def test_one_that_cannot_be_told_apart_stays_within_its_parent(self, tmp_path: Path, child: Any) -> None:
        workspace(tmp_path, "parent", {OPUS: used(140)}, {"child": child})
        assert sum(event.output_tokens for event in clean(AGENT, tmp_path)) == 280


@pytest.mark.parametrize(
    "by_model",
    [{OPUS: {"input": {"tokens": -1}}}, {OPUS: {"input": {"tokens": 1, "cost_usd": -1}}}, {OPUS: 5}, [1]],
)
def test_broken_sums_are_refused(tmp_path: Path, by_model: Any) -> None:
    workspace(tmp_path, "w1", by_model)
    assert refused(AGENT, tmp_path) == ([], [0])


def test_an_empty_workspace_has_no_events(tmp_path: Path) -> None:
    workspace(tmp_path, "w1", {})
    workspace(tmp_path, "w2", {OPUS: {}})
    assert clean(AGENT, tmp_path) == []


def test_workspaces_lie_in_muxs_folder_or_where_the_variable_says(tmp_path: Path) -> None:
    assert AGENT.homes({}, tmp_path) == (tmp_path / ".mux",)
    assert AGENT.homes({"MUX_ROOT": "/mux"}, tmp_path) == (Path("/mux"),)
