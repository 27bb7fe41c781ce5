"""Codex' log: what `codex exec` printed, lines that cannot be, and where the logs lie."""

import os
from pathlib import Path
from typing import Any

import pytest
from agent_homes import Reader
from codex_home import (
    NOON_MS,
    PARENT,
    CodexHome,
    Line,
    at,
    count,
    counts,
    line,
    meta,
    only,
    sums,
    text_of,
    turn,
    used,
)

from token_dashboard.agents.codex import AGENT


@pytest.fixture
def codex(tmp_path: Path) -> CodexHome:
    return CodexHome(tmp_path / ".codex")


class TestPrinted:
    def test_what_codex_exec_printed_counts_by_the_file_s_time(self, tmp_path: Path) -> None:
        path = tmp_path / "runs" / "monday.jsonl"
        path.parent.mkdir()
        usage = {"input_tokens": 900, "cached_input_tokens": 300, "output_tokens": 40}
        path.write_bytes(
            text_of(
                {"type": "thread.started", "thread_id": PARENT},
                {"type": "item.completed", "item": {"type": "agent_message", "text": "Done."}},
                {"type": "turn.completed", "usage": usage},
                {"type": "turn.completed", "usage": usage},
            )
        )
        os.utime(path, (NOON_MS // 1000, NOON_MS // 1000))
        reader = Reader(AGENT, path.parent)
        reader.scan()
        assert (reader.totals["requests"], reader.totals["input"], reader.totals["cache_read"]) == (
            2,
            1_800,
            600,
        )
        event = reader.requests[0]
        assert (event.time_ms, event.model, event.attribution.session) == (NOON_MS, None, PARENT)

    @pytest.mark.parametrize(
        "printed",
        [
            {"usage": {"prompt_tokens": 9, "completion_tokens": 2}, "model": "m", "timestamp": at(1)},
            {
                "response": {
                    "usage": {"input_tokens": 9, "output_tokens": 2},
                    "model": "m",
                    "created_at": NOON_MS + 1_000,
                }
            },
            {
                "data": {"usage": {"input_tokens": 9, "output_tokens": 2}},
                "model": "m",
                "createdAt": NOON_MS // 1000 + 1,
            },
        ],
    )
    def test_usage_is_found_where_a_version_put_it(self, tmp_path: Path, printed: Line) -> None:
        (tmp_path / "run.jsonl").write_bytes(text_of(printed))
        [event] = Reader(AGENT, tmp_path).scan()
        assert (event.input_tokens, event.output_tokens, event.model) == (9, 2, "m")
        assert event.time_ms == NOON_MS + 1_000


class TestHostileLines:
    @pytest.mark.parametrize("wrong", ["many", -1, 1.5, 10**18, True, [], {}])
    def test_a_count_that_cannot_be_is_a_reject_and_its_neighbours_count(
        self, codex: CodexHome, wrong: Any
    ) -> None:
        first, second = counts((1_000, 100), (500, 50))
        codex.write(meta(), turn(), first, count(used(wrong, 1), used(1_001, 101), 3), second)
        reader = codex.read()
        assert [(reject.line, "usage" in reject.reason) for reject in reader.rejects] == [(4, True)]
        assert reader.totals["input"] == 1_500

    @pytest.mark.parametrize("time", ["yesterday", None, "1999-01-01T00:00:00Z", 5, ""])
    def test_a_request_without_a_good_time_is_a_reject(self, codex: CodexHome, time: Any) -> None:
        codex.write(meta(), {**count(used(), used()), "timestamp": time})
        assert [reject.line for reject in codex.read().rejects] == [2]

    def test_a_good_repeat_of_a_refused_request_counts(self, codex: CodexHome) -> None:
        [request] = counts((1_000, 100))
        codex.write(meta(), {**request, "timestamp": None}, request)
        reader = codex.read()
        assert ([reject.line for reject in reader.rejects], reader.totals["input"]) == ([2], 1_000)

    @pytest.mark.parametrize(
        "time",
        ["2026-11-20T13:00:01+01:00", "2026-11-20T12:00:01Z", "2026-11-20t12:00:01.000000z", at(1)],
    )
    def test_every_form_of_a_time_is_read(self, codex: CodexHome, time: str) -> None:
        codex.write(meta(), {**count(used(), used()), "timestamp": time})
        assert only(codex).time_ms == NOON_MS + 1_000

    def test_null_is_as_good_as_absent(self, codex: CodexHome) -> None:
        nulls: Line = dict.fromkeys(("cwd", "git", "source", "model_provider", "forked_from_id", "timestamp"))
        latest = used(9, 1, None, None)
        codex.write(meta(**nulls), turn(None, cwd=None, turn_id=None), count(latest, latest))
        event = only(codex)
        assert (event.input_tokens, event.cache_read_input_tokens, event.attribution.project) == (9, 0, None)

    def test_other_things_under_known_names_do_no_harm(self, codex: CodexHome) -> None:
        items: list[Line] = [
            {
                "type": "local_shell_call",
                "action": ["ls"],
                "id": 7,
                "usage": "none",
                "source": 1,
                "model": {},
            },
            {"type": "web_search_call", "action": "search"},
        ]
        others = [line("response_item", item) for item in items]
        codex.write(meta(git="main", id=PARENT), turn(), *others, line("compacted", {}), *counts((9, 1)))
        assert sums(codex.read()) == (1, 9, 1)


class TestPlaces:
    def test_the_environment_names_homes(self, tmp_path: Path) -> None:
        assert AGENT.homes({}, tmp_path) == (tmp_path / ".codex",)
        named = {"CODEX_HOME": f"{tmp_path}/a, ~/b,,"}
        assert AGENT.homes(named, tmp_path) == (tmp_path / "a", tmp_path / "b")

    def test_only_threads_are_logs_in_a_home_that_has_any(self, codex: CodexHome) -> None:
        path = codex.write(meta())
        (codex.folder / "history.jsonl").write_bytes(b"{}\n")
        assert [file.path for file in AGENT.find(codex.folder)] == [str(path)]
