"""Amp's threads: a ledger of requests, joined to the messages that know their cached part."""

from pathlib import Path
from typing import Any

from agent_homes import read
from foreign_homes import TIME, TIME_MS, clean, later, only, parts, refused, write_json

from token_dashboard.agents.amp import AGENT


def entry(message: int | None = 2, **fields: Any) -> dict[str, Any]:
    return {
        "id": "event-1",
        "timestamp": TIME,
        "model": "claude-sonnet-4-5",
        "credits": 3.25,
        "tokens": {"input": 10, "output": 178},
        "toMessageId": message,
        **fields,
    }


def answer(message: int | None = 2, **usage: Any) -> dict[str, Any]:
    counts = {"inputTokens": 10, "outputTokens": 178, "cacheCreationInputTokens": 986}
    return {
        "role": "assistant",
        "messageId": message,
        "content": [{"type": "text", "text": "Done."}],
        "usage": {"model": "claude-sonnet-4-5", **counts, "cacheReadInputTokens": 11_372, **usage},
    }


def thread(home: Path, entries: list[Any] | None, messages: list[Any], **fields: Any) -> Path:
    ledger = {} if entries is None else {"usageLedger": {"events": entries}}
    content = {"id": "T-1", "created": TIME_MS, "messages": messages, **ledger, **fields}
    return write_json(home / "threads" / "T-1.json", content)


class TestJoin:
    def test_the_cached_part_comes_from_the_message(self, tmp_path: Path) -> None:
        thread(tmp_path, [entry()], [{"role": "user", "messageId": 1}, answer()])
        event = only(AGENT, tmp_path)
        assert parts(event) == (10 + 986 + 11_372, 11_372, 986, 178, 0)
        assert (event.time_ms, event.model, event.attribution.session) == (
            TIME_MS,
            "claude-sonnet-4-5",
            "T-1",
        )

    def test_a_second_entry_about_a_message_is_a_request_without_a_cached_part(self, tmp_path: Path) -> None:
        thread(tmp_path, [entry(), entry(id="event-2", tokens={"input": 1, "output": 900})], [answer()])
        found = {(event.cache_read_input_tokens, event.output_tokens) for event in clean(AGENT, tmp_path)}
        assert found == {(11_372, 178), (0, 900)}

    def test_an_entry_without_a_message_id_finds_the_message_that_used_the_same(self, tmp_path: Path) -> None:
        thread(tmp_path, [entry(None)], [answer(usage_of_somebody_else=1)])
        assert only(AGENT, tmp_path).cache_read_input_tokens == 11_372

    def test_a_message_that_no_entry_accounts_for_is_a_request(self, tmp_path: Path) -> None:
        thread(tmp_path, [entry()], [answer(), answer(4, outputTokens=7, timestamp=TIME)])
        assert [event.output_tokens for event in clean(AGENT, tmp_path)] in ([178, 7], [7, 178])

    def test_an_old_thread_without_a_ledger_counts_by_its_messages(self, tmp_path: Path) -> None:
        thread(tmp_path, None, [answer(timestamp="2026-11-20T13:00:00Z")])
        event = only(AGENT, tmp_path)
        assert (parts(event)[0], event.time_ms) == (10 + 986 + 11_372, TIME_MS + 3_600_000)

    def test_a_message_without_a_time_is_dated_by_its_thread(self, tmp_path: Path) -> None:
        thread(tmp_path, None, [answer()])
        assert only(AGENT, tmp_path).time_ms == TIME_MS

    def test_a_request_stays_one_when_a_ledger_appears(self, tmp_path: Path) -> None:
        thread(tmp_path, None, [answer(timestamp=TIME)])
        reader = read(AGENT, tmp_path)
        thread(tmp_path, [entry()], [answer(timestamp=TIME)])
        assert len(later(reader)) == 1

    def test_credits_are_no_dollars(self, tmp_path: Path) -> None:
        thread(tmp_path, [entry()], [answer(credits=3.25)])
        assert only(AGENT, tmp_path).recorded_cost_nanos is None


class TestRefused:
    def test_a_bad_entry_or_message_takes_no_good_one_along(self, tmp_path: Path) -> None:
        bad = [
            entry(tokens={"input": "10", "output": 1}),
            entry(tokens={"input": 10}),
            entry(4, timestamp="x"),
        ]
        thread(tmp_path, [*bad, entry()], [answer(6, inputTokens=-1), answer()])
        events, lines = refused(AGENT, tmp_path)
        assert ([event.output_tokens for event in events], lines) == ([178], [1, 1, 2, 3])

    def test_what_used_nothing_is_no_request(self, tmp_path: Path) -> None:
        thread(tmp_path, [entry(5, tokens={"input": 0, "output": 0}), entry(5, tokens=None)], [])
        assert clean(AGENT, tmp_path) == []


class TestPlaces:
    def test_threads_lie_in_the_data_folder_or_where_the_variable_says(self, tmp_path: Path) -> None:
        assert AGENT.homes({}, tmp_path) == (tmp_path / ".local/share/amp",)
        assert AGENT.homes({"XDG_DATA_HOME": "/data"}, tmp_path) == (Path("/data/amp"),)
        named = {"AMP_DATA_DIR": f"~/a, {tmp_path}/b/threads"}
        assert AGENT.homes(named, tmp_path) == (tmp_path / "a", tmp_path / "b/threads")
