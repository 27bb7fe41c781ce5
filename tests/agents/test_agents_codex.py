"""Codex' log: what each request used, when and by whom, and that copies of it count once."""

from pathlib import Path
from typing import Any

import pytest
import zstd_here as zstd
from codex_home import (
    MODEL,
    NOON_MS,
    PARENT,
    CodexHome,
    Line,
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


class TestCounts:
    def test_cached_tokens_are_within_the_input_and_reasoning_within_the_output(
        self, codex: CodexHome
    ) -> None:
        latest = used(5_000, 300, 4_000, 200, cache_write_input_tokens=600)
        codex.write(meta(), turn(), count(latest, latest))
        event = only(codex)
        assert (event.input_tokens, event.cache_read_input_tokens) == (5_000, 4_000)
        assert (event.cache_creation_input_tokens, event.output_tokens) == (600, 300)
        assert event.reasoning_output_tokens == 200

    def test_the_same_totals_again_add_nothing(self, codex: CodexHome) -> None:
        first, second = counts((1_000, 100), (2_000, 50))
        codex.write(meta(), turn(), first, first, count(used(9, 9), used(1_000, 100), 3), second, second)
        assert sums(codex.read()) == (2, 3_000, 150)

    def test_two_requests_of_one_size_are_two(self, codex: CodexHome) -> None:
        codex.write(meta(), turn(), *counts((1_000, 100), (1_000, 100)))
        assert sums(codex.read()) == (2, 2_000, 200)

    def test_old_logs_with_totals_alone_count_their_differences_and_never_less_than_nothing(
        self, codex: CodexHome
    ) -> None:
        totals = [used(1_000, 100), used(1_500, 180), used(400, 20), used(900, 70)]
        codex.write(meta(), turn(), *(count(None, total, n) for n, total in enumerate(totals, 1)))
        assert sums(codex.read()) == (3, 2_000, 230)

    def test_a_first_total_carried_over_from_a_resumed_thread_is_not_counted(self, codex: CodexHome) -> None:
        codex.write(meta(), turn(), count(used(700, 70), used(90_700, 4_070)))
        assert sums(codex.read()) == (1, 700, 70)

    def test_totals_that_fall_after_a_compaction_count_the_latest_request(self, codex: CodexHome) -> None:
        codex.write(
            meta(), turn(), *counts((8_000, 100), (9_000, 100)), count(used(500, 40), used(500, 40), 20)
        )
        assert sums(codex.read()) == (3, 17_500, 240)

    def test_totals_that_come_again_after_a_fall_are_other_requests(self, codex: CodexHome) -> None:
        requests = [(1_000, 100)] * 3
        codex.write(meta(), turn(), *counts(*requests), *counts(*requests, start=60))
        assert sums(codex.read()) == (6, 6_000, 600)

    def test_requests_without_totals_count_one_by_one(self, codex: CodexHome) -> None:
        codex.write(meta(), turn(), count(used(10, 1), None), count(used(10, 1), None, 9))
        assert sums(codex.read()) == (2, 20, 2)

    def test_an_event_without_usage_is_no_request(self, codex: CodexHome) -> None:
        limits = line("event_msg", {"type": "token_count", "info": None, "rate_limits": {"primary": None}})
        codex.write(meta(), limits, count(None, None), count(used(0, 0), used(0, 0)))
        assert sums(codex.read()) == (0, 0, 0)

    def test_web_searches_belong_to_the_request_that_follows(self, codex: CodexHome) -> None:
        def call(action: Any) -> Line:
            return line("response_item", {"type": "web_search_call", "status": "completed", "action": action})

        first, second = counts((1_000, 10), (1_000, 10))
        codex.write(
            meta(), turn(), call({"type": "search", "query": "x"}), call({"type": "open_page"}), first, second
        )
        assert [event.web_searches for event in codex.read().requests] == [1, 0]

    def test_a_compaction_that_no_event_tells_counts_once(self, codex: CodexHome) -> None:
        told, untold = used(900, 90), used(5_000, 400)
        total = used(900, 90)
        codex.write(
            meta(),
            turn(),
            line("token_usage_record", {"response_id": "resp_1", "usage": told, "thread_token_usage": total}),
            count(told, total),
            line("token_usage_record", {"response_id": "resp_2", "usage": untold, "thread_id": PARENT}, 9),
            line("compacted", {"message": "", "compaction_response_id": "resp_2"}, 9),
            line("compacted", {"message": "", "compaction_response_id": "resp_1"}, 9),
        )
        reader = codex.read()
        assert sums(reader) == (2, 5_900, 490)
        assert [event.attribution.trigger for event in reader.requests] == [None, "compaction"]

    def test_an_event_of_another_request_tells_no_compaction(self, codex: CodexHome) -> None:
        record = line("token_usage_record", {"response_id": "resp_1", "usage": used(900, 90)})
        marker = line("compacted", {"compaction_response_id": "resp_1"})
        codex.write(meta(), record, count(used(5, 1), None), marker)
        codex.write(meta("x"), marker, record, thread="x")
        assert sums(codex.read()) == (2, 905, 91)

    def test_a_compaction_that_an_event_told_is_not_counted_again(self, codex: CodexHome) -> None:
        record = {"response_id": "resp_1", "usage": used(900, 90), "thread_token_usage": used(1_000, 99)}
        marker = line("compacted", {"compaction_response_id": "resp_1"}, 9)
        before, after = count(used(100, 9), used(100, 9)), count(used(900, 90), used(1_000, 99), 3)
        codex.write(meta(), before, line("token_usage_record", record, 2), after, marker)
        codex.write(meta("x"), before, after, line("token_usage_record", record, 4), marker, thread="x")
        assert sums(codex.read()) == (4, 2_000, 198)


class TestOwner:
    def test_a_request_is_told_with_its_thread_folder_branch_and_provider(self, codex: CodexHome) -> None:
        codex.write(meta(cwd="/elsewhere"), turn(), *counts((10, 1)))
        event = only(codex)
        assert (event.time_ms, event.model, event.provider) == (NOON_MS + 1_000, MODEL, "openai")
        owner = event.attribution
        assert (owner.session, owner.project, owner.branch) == (PARENT, "/home/ada/shop", "main")
        assert not event.is_sidechain

    def test_a_model_counts_from_where_it_was_chosen(self, codex: CodexHome) -> None:
        first, second, third = counts((1, 1), (2, 2), (3, 3))
        settings = {"type": "thread_settings_applied", "thread_settings": {"model": "gpt-5.2"}}
        codex.write(meta(), turn(), first, turn("gpt-5-mini"), second, line("event_msg", settings), third)
        assert [event.model for event in codex.read().requests] == [MODEL, "gpt-5-mini", "gpt-5.2"]

    def test_without_a_model_it_is_unknown(self, codex: CodexHome) -> None:
        codex.write(meta(), *counts((1_000, 10)))
        assert only(codex).model is None

    @pytest.mark.parametrize(
        ("told", "tier"), [("default", None), ("standard", None), ("priority", "priority"), ("flex", "flex")]
    )
    def test_the_tier_is_named_unless_it_is_the_standard_one(
        self, codex: CodexHome, told: str, tier: str | None
    ) -> None:
        def settings(**thread_settings: Any) -> Line:
            return line("event_msg", {"type": "thread_settings_applied", "thread_settings": thread_settings})

        codex.write(
            meta(), settings(service_tier="fast"), settings(service_tier=told), settings(), *counts((1, 1))
        )
        assert only(codex).service_tier == tier

    def test_subagents_are_sidechains_and_a_compacting_one_is_a_compaction(self, codex: CodexHome) -> None:
        codex.write(meta(source={"subagent": "review"}), *counts((1, 1)))
        codex.write(meta("x", source={"subagent": "compact"}), *counts((2, 2)), thread="x")
        codex.write(meta("y", source="cli"), *counts((3, 3)), thread="y")
        said = {e.input_tokens: (e.is_sidechain, e.attribution.trigger) for e in codex.read().requests}
        assert said == {1: (True, None), 2: (True, "compaction"), 3: (False, None)}

    def test_a_file_without_a_header_is_known_by_its_name(self, codex: CodexHome) -> None:
        codex.write(*counts((1, 1)))
        assert only(codex).attribution.session == PARENT


class TestCopies:
    def test_a_compressed_thread_is_read(self, codex: CodexHome) -> None:
        path = codex.write(meta(), turn(), *counts((1_000, 100), (2_000, 200)))
        path.with_name(path.name + ".zst").write_bytes(zstd.compress(path.read_bytes()))
        path.unlink()
        assert sums(codex.read()) == (2, 3_000, 300)
        assert codex.read().opened == []

    def test_a_plain_copy_wins_over_a_compressed_one(self, codex: CodexHome) -> None:
        path = codex.write(meta(), turn(), *counts((1_000, 100)))
        path.with_name(path.name + ".zst").write_bytes(zstd.compress(path.read_bytes()))
        assert [Path(file.path).suffix for file in AGENT.find(codex.folder)] == [".jsonl"]
        assert sums(codex.read()) == (1, 1_000, 100)

    def test_a_thread_that_is_compressed_later_counts_once(self, codex: CodexHome) -> None:
        path = codex.write(meta(), turn(), *counts((1_000, 100), (500, 50)))
        codex.read()
        path.with_name(path.name + ".zst").write_bytes(zstd.compress(path.read_bytes()))
        path.unlink()
        assert sums(codex.read()) == (2, 1_500, 150)

    def test_a_thread_in_the_archive_and_beside_it_counts_once(self, codex: CodexHome) -> None:
        lines = meta(), turn(), *counts((1_000, 100), (500, 50))
        codex.write(*lines)
        codex.write(*lines, folder="archived_sessions")
        reader = codex.read()
        assert len(reader.opened) == 2
        assert sums(reader) == (2, 1_500, 150)

    def test_an_appended_file_goes_on_where_it_was(self, codex: CodexHome) -> None:
        lines = [meta(), turn(), *counts((1_000, 100), (500, 50), (700, 70)), turn("gpt-5-mini")]
        lines += [count(used(1, 1), used(2_201, 221), 60)]
        codex.write(*lines)
        whole = codex.read().requests
        piecewise = CodexHome(codex.folder.with_name("piecewise"))
        path = piecewise.write()
        for one in lines:
            with path.open("ab") as log:
                log.write(text_of(one))
            piecewise.read()
        assert piecewise.reader.requests == whole
