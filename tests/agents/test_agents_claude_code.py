"""Claude Code's log: what each request used, when, by whom, and where the logs lie."""

import os
from pathlib import Path
from typing import Any

import pytest
from claude_home import TIME_MS, ClaudeHome, only, reply, text_of, usage

from token_dashboard.agents.claude_code import AGENT


class TestCounts:
    def test_input_includes_what_was_read_from_and_written_to_the_cache(self, claude: ClaudeHome) -> None:
        claude.write(reply(used=usage(7, 20, cache_read_input_tokens=5_000, cache_creation_input_tokens=300)))
        event = only(claude)
        assert (event.input_tokens, event.cache_read_input_tokens) == (5_307, 5_000)
        assert (event.cache_creation_input_tokens, event.output_tokens) == (300, 20)

    @pytest.mark.parametrize(
        ("total", "parts", "expected"),
        [
            (3_000, {"ephemeral_5m_input_tokens": 1_000, "ephemeral_1h_input_tokens": 2_000}, (3_000, 2_000)),
            (3_000, None, (3_000, 0)),
            (None, {"ephemeral_5m_input_tokens": 1_000, "ephemeral_1h_input_tokens": 2_000}, (3_000, 2_000)),
            (0, {"ephemeral_1h_input_tokens": 2_000}, (2_000, 2_000)),
            (3_000, {"ephemeral_5m_input_tokens": None, "ephemeral_1h_input_tokens": 400}, (3_000, 400)),
            (3_000, {}, (3_000, 0)),
        ],
    )
    def test_cache_writes_are_the_larger_of_total_and_parts(
        self, claude: ClaudeHome, total: int | None, parts: dict[str, Any] | None, expected: tuple[int, int]
    ) -> None:
        claude.write(reply(used=usage(cache_creation_input_tokens=total, cache_creation=parts)))
        event = only(claude)
        assert (event.cache_creation_input_tokens, event.cache_creation_1h_input_tokens) == expected
        assert event.input_tokens == 100 + expected[0]

    def test_thinking_is_a_part_of_output(self, claude: ClaudeHome) -> None:
        claude.write(reply(used=usage(1, 50, output_tokens_details={"thinking_tokens": 30})))
        event = only(claude)
        assert (event.output_tokens, event.reasoning_output_tokens) == (50, 30)

    def test_web_searches_are_counted(self, claude: ClaudeHome) -> None:
        claude.write(reply(used=usage(server_tool_use={"web_search_requests": 3, "web_fetch_requests": 1})))
        assert only(claude).web_searches == 3

    @pytest.mark.parametrize(
        ("given", "tier"),
        [
            ({"service_tier": "standard"}, None),
            ({"service_tier": None}, None),
            ({"service_tier": "priority"}, "priority"),
            ({"service_tier": "batch"}, "batch"),
            ({"speed": "fast", "service_tier": "standard"}, "fast"),
            ({"speed": "standard"}, None),
        ],
    )
    def test_the_tier_is_named_unless_it_is_the_standard_one(
        self, claude: ClaudeHome, given: dict[str, Any], tier: str | None
    ) -> None:
        claude.write(reply(used=usage(**given)))
        assert only(claude).service_tier == tier

    def test_a_cost_of_old_logs_is_kept_to_the_nano(self, claude: ClaudeHome) -> None:
        claude.write(b'{"type":"assistant","costUSD":0.1234567891,' + text_of(reply())[1:-1])
        assert only(claude).recorded_cost_nanos == 123_456_789

    def test_without_a_cost_it_is_unknown(self, claude: ClaudeHome) -> None:
        claude.write(reply())
        assert only(claude).recorded_cost_nanos is None

    def test_null_is_as_good_as_absent(self, claude: ClaudeHome) -> None:
        nulls = dict.fromkeys(
            (
                "cache_read_input_tokens",
                "cache_creation_input_tokens",
                "cache_creation",
                "output_tokens_details",
                "server_tool_use",
                "service_tier",
                "speed",
                "iterations",
            )
        )
        lines = dict.fromkeys(
            ("sessionId", "cwd", "gitBranch", "isSidechain", "isApiErrorMessage", "costUSD", "data")
        )
        claude.write(reply(None, None, usage(**nulls), model=None, **lines))
        event = only(claude)
        assert (event.input_tokens, event.output_tokens) == (100, 10)
        assert (event.model, event.provider) == (None, None)

    @pytest.mark.parametrize(
        ("model", "provider"),
        [
            ("claude-sonnet-4-5-20250929", "anthropic"),
            ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "amazon-bedrock"),
            ("arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-opus-4", "amazon-bedrock"),
            ("claude-sonnet-4-5@20250929", "google-vertex"),
            ("glm-5", None),
        ],
    )
    def test_the_model_says_who_bills(self, claude: ClaudeHome, model: str, provider: str | None) -> None:
        claude.write(reply(model=model))
        event = only(claude)
        assert (event.model, event.provider) == (model, provider)

    def test_a_request_belongs_to_its_lines_session_folder_and_branch(self, claude: ClaudeHome) -> None:
        claude.write(reply(cwd="/home/ada/a.b_c", gitBranch="fix"))
        owner = only(claude).attribution
        assert (owner.session, owner.project, owner.branch) == ("session-1", "/home/ada/a.b_c", "fix")


class TestTimes:
    @pytest.mark.parametrize(
        ("text", "after_noon_ms"),
        [
            ("2026-11-20T12:00:00Z", 0),
            ("2026-11-20T12:00:00.5Z", 500),
            ("2026-11-20T12:00:00.789Z", 789),
            ("2026-11-20T12:00:00.789999Z", 789),
            ("2026-11-20T12:00:00.123456789Z", 123),
            ("2026-11-20T20:00:00.001+08:00", 1),
            ("2026-11-20T06:30:00-05:30", 0),
            ("2026-11-20t12:00:00z", 0),
            ("2026-11-20 12:00:00Z", 0),
        ],
    )
    def test_every_form_of_rfc_3339_is_read(self, claude: ClaudeHome, text: str, after_noon_ms: int) -> None:
        claude.write(reply(time=text))
        assert only(claude).time_ms == TIME_MS + after_noon_ms


class TestHomes:
    def test_both_default_homes_are_looked_at(self, tmp_path: Path) -> None:
        assert AGENT.homes({}, tmp_path) == (tmp_path / ".claude", tmp_path / ".config" / "claude")

    def test_the_xdg_folder_moves_the_second_one(self, tmp_path: Path) -> None:
        assert AGENT.homes({"XDG_CONFIG_HOME": "/xdg"}, tmp_path)[1] == Path("/xdg/claude")

    def test_the_environment_names_other_homes(self, tmp_path: Path) -> None:
        environ = {"CLAUDE_CONFIG_DIR": " /one , ~/two,,"}
        assert AGENT.homes(environ, tmp_path) == (Path("/one"), tmp_path / "two")

    def test_a_home_may_be_the_projects_folder_itself(self, claude: ClaudeHome) -> None:
        path = claude.write(reply())
        assert [file.path for file in AGENT.find(claude.folder / "projects")] == [str(path)]

    def test_two_homes_that_are_one_folder_are_one_home(self, claude: ClaudeHome, tmp_path: Path) -> None:
        claude.write(reply())
        (tmp_path / ".config").mkdir()
        (tmp_path / ".config" / "claude").symlink_to(claude.folder)
        assert AGENT.homes({}, tmp_path) == (claude.folder,)

    def test_a_file_reached_through_two_homes_has_one_path(self, claude: ClaudeHome, tmp_path: Path) -> None:
        path = claude.write(reply())
        other = tmp_path / "other"
        other.mkdir()
        (other / "projects").symlink_to(claude.folder / "projects")
        assert [file.path for file in AGENT.find(other)] == [str(path)]

    def test_the_desktop_programs_sessions_are_found_without_their_audit_copies(self, tmp_path: Path) -> None:
        sessions = tmp_path / "Library" / "Application Support" / "Claude" / "local-agent-mode-sessions"
        log = sessions / "a" / "b" / ".claude" / "projects" / "p" / "s.jsonl"
        log.parent.mkdir(parents=True)
        log.write_bytes(text_of(reply()))
        (sessions / "a" / "audit.jsonl").write_bytes(text_of(reply()))
        assert sessions in AGENT.homes({}, tmp_path)
        assert [file.path for file in AGENT.find(sessions)] == [str(log)]

    def test_older_files_come_first(self, claude: ClaudeHome) -> None:
        names = ["c", "a", "b"]
        for second, name in enumerate(names):
            os.utime(claude.write(reply(), name=f"shop/{name}.jsonl"), (second, second))
        assert [Path(file.path).stem for file in AGENT.find(claude.folder)] == names
