"""Claude Code's log: which lines are the same request, and that each request counts once."""

import random

import pytest
from claude_home import OPUS, TIME_MS, ClaudeHome, generate, only, progress, reply, usage

ANTHROPICS_ID = "msg_01XFDUDYJgAACzvnptvVoYEL"


class TestGeneratedHome:
    def test_every_figure_is_the_writers(self, claude: ClaudeHome) -> None:
        truth = generate(claude)
        reader = claude.read()
        assert reader.totals == {**truth.counts, "web_searches": 0}
        assert len(reader.rejects) == truth.rejected_lines

    def test_any_order_of_files_gives_the_same_figures(self, claude: ClaudeHome) -> None:
        truth = generate(claude)
        for seed in range(8):
            claude = ClaudeHome(claude.folder)
            claude.reader.scan(lambda files, seed=seed: random.Random(seed).sample(files, len(files)))
            assert claude.reader.totals == {**truth.counts, "web_searches": 0}

    def test_a_resumed_session_owns_its_own_replies_only(self, claude: ClaudeHome) -> None:
        truth = generate(claude)
        found: dict[str, int] = {}
        for event in claude.read().requests:
            session = str(event.attribution.session)
            found[session] = found.get(session, 0) + 1
        assert found == truth.own_replies


class TestRepeats:
    def test_a_growing_answer_counts_once_with_its_last_output_and_first_time(
        self, claude: ClaudeHome
    ) -> None:
        times = ("2026-11-20T12:00:00.000Z", "2026-11-20T12:00:01.000Z", "2026-11-20T12:00:07.000Z")
        claude.write(*(reply(used=usage(5, out), time=t) for out, t in zip((1, 1, 412), times, strict=True)))
        event = only(claude)
        assert (event.output_tokens, event.time_ms) == (412, TIME_MS)

    def test_a_piece_of_a_file_gives_an_answer_once(self, claude: ClaudeHome) -> None:
        claude.write(*(reply(used=usage(5, output)) for output in (1, 1, 412)))
        assert len(claude.reader.scan()) == 1

    def test_one_message_under_two_request_ids_is_two_requests(self, claude: ClaudeHome) -> None:
        claude.write(reply("msg_1", "req_1"), reply("msg_1", "req_2"))
        assert claude.read().totals["requests"] == 2

    def test_without_request_id_anthropics_message_id_is_enough_in_any_file(self, claude: ClaudeHome) -> None:
        lines = [reply(ANTHROPICS_ID, None, usage(50, output)) for output in (1, 1, 90)]
        claude.write(*lines)
        claude.write(*({**line, "sessionId": "session-2"} for line in lines), name="shop/session-2.jsonl")
        assert only(claude).output_tokens == 90

    @pytest.mark.parametrize("constant", ["gateway", ANTHROPICS_ID])
    def test_a_gateways_constant_message_id_keeps_requests_apart_by_what_was_sent(
        self, claude: ClaudeHome, constant: str
    ) -> None:
        claude.write(
            *(
                reply(constant, None, usage(sent, output, cache_read_input_tokens=read))
                for sent, read in ((50, 0), (50, 900), (70, 900))
                for output in (1, 30)
            )
        )
        assert claude.read().totals == {
            **claude.read().totals,
            "requests": 3,
            "input": 50 + 950 + 970,
            "output": 90,
        }

    def test_thousands_of_requests_under_one_constant_id_all_count(self, claude: ClaudeHome) -> None:
        claude.write(*(reply("chatcmpl-x", None, usage(1_000 + number, 5)) for number in range(3_000)))
        events = claude.read().requests
        assert (len(events), sum(event.input_tokens for event in events)) == (3_000, sum(range(1_000, 4_000)))

    def test_under_one_constant_id_a_subagents_requests_are_not_taken_for_replays(
        self, claude: ClaudeHome
    ) -> None:
        claude.write(
            *(reply("msg_const", None, usage(1_000 + n, 5)) for n in range(3)),
            *(reply("msg_const", None, usage(2_000 + n, 5), isSidechain=True) for n in range(3)),
        )
        assert len(claude.read().requests) == 6

    def test_a_gateways_message_id_is_another_request_in_another_session(self, claude: ClaudeHome) -> None:
        claude.write(reply("gateway", None))
        claude.write(reply("gateway", None, sessionId="session-2"), name="shop/session-2.jsonl")
        assert claude.read().totals["requests"] == 2

    def test_without_any_id_a_line_is_itself(self, claude: ClaudeHome) -> None:
        first, second = reply(None, None, uuid="1"), reply(None, None, uuid="2")
        claude.write(first, b"garbage", second, first)
        assert claude.read().totals["requests"] == 2

    def test_a_side_question_that_replays_the_main_thread_is_dropped_in_any_order(
        self, claude: ClaudeHome
    ) -> None:
        main, replay = reply("msg_1", "req_1"), reply("msg_1", "req_9", usage(100, 11), isSidechain=True)
        claude.write(replay, main)
        event = only(claude)
        assert (event.is_sidechain, event.output_tokens) == (False, 10)

    def test_a_subagents_file_counts_as_a_sidechain(self, claude: ClaudeHome) -> None:
        claude.write(reply("msg_1", "req_1"))
        claude.write(reply("msg_2", "req_2"), name="shop/session-1/subagents/agent-a1.jsonl")
        assert [event.is_sidechain for event in claude.read().requests].count(True) == 1
        assert claude.reader.totals["requests"] == 2

    def test_a_subagents_progress_line_counts_when_it_has_no_file(self, claude: ClaudeHome) -> None:
        claude.write(progress(reply("msg_2", "req_2", usage(9, 8))))
        event = only(claude)
        assert (event.input_tokens, event.output_tokens, event.is_sidechain) == (9, 8, True)
        assert event.attribution.session == "session-1"

    def test_a_subagents_progress_line_and_its_file_are_one_request(self, claude: ClaudeHome) -> None:
        line = reply("msg_2", "req_2")
        claude.write(progress(line))
        claude.write({**line, "isSidechain": True}, name="shop/session-1/subagents/agent-a1.jsonl")
        assert only(claude).is_sidechain

    def test_an_advisor_is_a_request_of_its_own_under_its_own_model(self, claude: ClaudeHome) -> None:
        steps = [
            {"type": "message", "input_tokens": 2, "output_tokens": 5},
            {"type": "advisor_message", "model": OPUS, **usage(900, 70, cache_read_input_tokens=100)},
            {"type": "message", "input_tokens": 4, "output_tokens": 5},
        ]
        line = reply(used=usage(6, 10, iterations=steps), model="claude-sonnet-4-5", costUSD=0.5)
        claude.write(reply(used=usage(6, 1), model="claude-sonnet-4-5"), line, line)
        reader = claude.read()
        said = {e.model: (e.input_tokens, e.output_tokens, e.recorded_cost_nanos) for e in reader.requests}
        assert said == {"claude-sonnet-4-5": (6, 10, 500_000_000), OPUS: (1_000, 70, None)}
        assert reader.totals["requests"] == 2

    def test_a_compaction_step_is_billed_beside_the_answer_under_its_model(self, claude: ClaudeHome) -> None:
        steps = [{"type": "compaction", **usage(180_000, 3_500)}, {"type": "message", **usage(23_000, 1_000)}]
        claude.write(reply(used=usage(23_000, 1_000, iterations=steps)))
        reader = claude.read()
        assert {event.model for event in reader.requests} == {OPUS}
        assert (reader.totals["input"], reader.totals["output"]) == (203_000, 4_500)

    def test_steps_that_the_usage_holds_already_add_nothing(self, claude: ClaudeHome) -> None:
        steps = [{"type": kind, **usage(50, 5)} for kind in ("message", "fallback_message", "future")]
        claude.write(reply(used=usage(100, 10, iterations=steps)))
        assert only(claude).input_tokens == 100

    def test_a_broken_advisor_step_is_rejected_and_its_answer_stays(self, claude: ClaudeHome) -> None:
        steps = [{"type": "advisor_message", "model": OPUS, **usage("many", 5)}]
        claude.write(reply(used=usage(100, 10, iterations=steps)))
        reader = claude.read()
        assert (reader.totals["input"], len(reader.rejects)) == (100, 1)
