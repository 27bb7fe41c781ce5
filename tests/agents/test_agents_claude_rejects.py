"""Claude Code's log: which lines are no requests, and which are rejected."""

from typing import Any

import pytest
from claude_home import TIME, ClaudeHome, only, progress, reply, text_of, usage


class TestNoRequests:
    @pytest.mark.parametrize(
        "line",
        [
            pytest.param(reply(model="<synthetic>"), id="synthetic"),
            pytest.param(reply(isApiErrorMessage=True), id="API error"),
            pytest.param({"type": "user", "message": {"role": "user", "content": "hi"}}, id="user"),
            pytest.param({**reply(), "type": "user"}, id="user with usage"),
            pytest.param(
                {"type": "user", "timestamp": TIME, "toolUseResult": {"usage": usage(), "totalTokens": 110}},
                id="tool result",
            ),
            pytest.param({"type": "assistant", "message": "text"}, id="message is text"),
            pytest.param({**reply(), "message": {"id": "msg_1", "usage": None}}, id="no usage"),
            pytest.param({"type": "progress", "data": {"type": "bash_progress"}}, id="other progress"),
            pytest.param({"type": "progress", "data": {"type": "agent_progress", "message": {}}}, id="empty"),
            pytest.param({"type": "system", "message": [1], "timestamp": 5, "data": [1]}, id="another shape"),
            pytest.param({"type": "summary", "summary": "\ud83d"}, id="summary"),
            pytest.param({}, id="empty object"),
        ],
    )
    def test_is_passed_over_without_a_reject(self, claude: ClaudeHome, line: dict[str, Any]) -> None:
        claude.write(line)
        reader = claude.read()
        assert (reader.requests, reader.rejects) == ([], [])

    def test_no_other_file_of_the_home_is_read(self, claude: ClaudeHome) -> None:
        claude.write(reply())
        for name in ("stats-cache.json", "history.jsonl", "projects/shop/audit.json", "todos/a.jsonl"):
            path = claude.folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(text_of(reply("msg_2", "req_2", usage(999, 999))))
        assert only(claude).input_tokens == 100


class TestRejects:
    @pytest.mark.parametrize(
        "used",
        [
            pytest.param(usage("100", 10), id="text"),
            pytest.param(usage(-5, 10), id="negative"),
            pytest.param(usage(1.5, 10), id="fraction"),
            pytest.param(usage(True, 10), id="boolean"),
            pytest.param(usage(None, 10), id="null input"),
            pytest.param(usage(10, None), id="null output"),
            pytest.param({"input_tokens": 10}, id="no output"),
            pytest.param(usage(10**18, 10), id="absurd"),
            pytest.param(usage(1e18, 10), id="absurd float"),
            pytest.param(usage(10**40, 10), id="beyond 64 bits"),
            pytest.param(usage([1], 10), id="list"),
            pytest.param(usage(cache_read_input_tokens="x"), id="text in the cache"),
            pytest.param(usage(cache_creation=[]), id="cache creation is a list"),
            pytest.param(usage(cache_creation={"ephemeral_1h_input_tokens": -1}), id="negative part"),
            pytest.param(usage(server_tool_use={"web_search_requests": 0.5}), id="half a search"),
            pytest.param("many", id="usage is text"),
            pytest.param([], id="usage is a list"),
        ],
    )
    def test_a_broken_count_rejects_its_line_and_no_other(self, claude: ClaudeHome, used: Any) -> None:
        good = [reply(f"msg_{n}", f"req_{n}") for n in range(10)]
        claude.write(*good[:5], reply("bad", "bad", used), *good[5:])
        reader = claude.read()
        assert (reader.totals["requests"], reader.totals["input"], reader.totals["output"]) == (
            10,
            1_000,
            100,
        )
        assert [reject.line for reject in reader.rejects] == [6]

    @pytest.mark.parametrize(
        "time",
        [
            None,
            "",
            "now",
            1_795_176_000_000,
            1_795_176_000.5,
            "1795176000",
            "2026-11-20",
            "2026-11-20T12:00:00",
            "2026-13-45T12:00:00Z",
            "2026-11-20T25:00:00Z",
            "2026-11-20T12:00:00+99:99",
            "0001-01-01T00:00:00Z",
            "1970-01-01T00:00:00.000Z",
            "9999-12-31T23:59:59Z",
            "2026-W47-5T12:00:00.1234Z",
            "20261120T120000Z",
            "2026-11-20T12:00:00.1234567890Z",
        ],
    )
    def test_a_time_that_is_none_rejects_its_line(self, claude: ClaudeHome, time: Any) -> None:
        claude.write(reply("bad", "bad", time=time), reply())
        reader = claude.read()
        assert (reader.totals["requests"], [reject.line for reject in reader.rejects]) == (1, [1])

    @pytest.mark.parametrize("cost", [-0.5, "much", [1], "NaN"])
    def test_a_cost_that_is_none_rejects_its_line(self, claude: ClaudeHome, cost: Any) -> None:
        claude.write(reply(costUSD=cost))
        assert (claude.read().requests, len(claude.reader.rejects)) == ([], 1)

    def test_a_broken_progress_line_is_rejected(self, claude: ClaudeHome) -> None:
        claude.write(progress(reply(used=usage("x"))))
        assert (claude.read().requests, len(claude.reader.rejects)) == ([], 1)

    def test_a_bad_line_names_its_field_and_not_its_content(self, claude: ClaudeHome) -> None:
        claude.write(reply(used=usage("a secret")))
        [reject] = claude.read().rejects
        assert reject.reason == "Expected `int | null`, got `str` - at `$.message.usage.input_tokens`"
