"""fx: a line a request, with what Vercel's gateway charged."""

import json
from pathlib import Path
from typing import Any

import pytest
from foreign_homes import TIME_MS, clean, only, parts, refused

from token_dashboard.agents.fx import AGENT


def fact(**changed: Any) -> dict[str, Any]:
    known = {
        "id": "gen_1",
        "created_at_ms": TIME_MS,
        "model": "anthropic/claude-sonnet-4.6",
        "input_tokens": 100,
        "output_tokens": 20,
        "cache_read_tokens": 30,
        "cache_write_tokens": 10,
        "reasoning_tokens": 5,
        "billable_web_search_calls": 2,
        "total_cost": 0.0125,
    }
    return {"schema_version": 1, "kind": "generation", "fact": {**known, **changed}}


def write(home: Path, *lines: dict[str, Any]) -> None:
    home.mkdir(parents=True, exist_ok=True)
    (home / "usage.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))


def test_parts_are_within_their_wholes(tmp_path: Path) -> None:
    write(tmp_path, fact())
    event = only(AGENT, tmp_path)
    assert parts(event) == (100, 30, 10, 20, 5)
    assert (event.time_ms, event.web_searches, event.requests) == (TIME_MS, 2, 1)


def test_the_gateway_sends_the_bill_and_tells_the_cost(tmp_path: Path) -> None:
    write(tmp_path, fact())
    event = only(AGENT, tmp_path)
    assert (event.provider, event.model) == ("vercel-ai-gateway", "anthropic/claude-sonnet-4.6")
    assert event.recorded_cost_nanos == 12_500_000


def test_a_request_that_is_told_twice_counts_once(tmp_path: Path) -> None:
    write(tmp_path, fact(output_tokens=19), fact(), fact(id="gen_2"))
    assert [event.output_tokens for event in clean(AGENT, tmp_path)] == [20, 20]


def test_what_is_pending_and_what_was_lost_is_no_request(tmp_path: Path) -> None:
    others = [
        {"schema_version": 1, "kind": "coverage", "started_at_ms": TIME_MS},
        {"schema_version": 1, "kind": "pending", "id": "gen_3", "observed_at_ms": TIME_MS},
        {"schema_version": 1, "kind": "incident", "occurred_at_ms": TIME_MS, "completeness": "incomplete"},
    ]
    nothing = dict.fromkeys(key for key in fact()["fact"] if key.endswith(("_tokens", "_cost")))
    write(tmp_path, *others, fact(**nothing), fact())
    assert len(clean(AGENT, tmp_path)) == 1


def test_sums_of_sessions_are_not_read(tmp_path: Path) -> None:
    write(tmp_path, fact())
    sums = tmp_path / "sessions" / "s" / "usage-v2.json"
    sums.parent.mkdir(parents=True)
    sums.write_text('{"schema_version":1,"session_id":"s","snapshot":{"input_tokens":100}}')
    assert len(clean(AGENT, tmp_path)) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"cache_read_tokens": 101},
        {"reasoning_tokens": 21},
        {"input_tokens": -1},
        {"total_cost": -0.1},
        {"created_at_ms": 12},
        {"created_at_ms": "soon"},
        {"id": None},
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, wrong: dict[str, Any]) -> None:
    write(tmp_path, fact(**wrong), fact(id="gen_2"))
    events, rows = refused(AGENT, tmp_path)
    assert (len(events), rows) == (1, [1])


def test_a_profile_lies_where_the_oldest_version_or_the_system_puts_it(tmp_path: Path) -> None:
    assert AGENT.homes({}, tmp_path) == (tmp_path / ".fx", tmp_path / ".local" / "state" / "fx")
    assert AGENT.homes({"XDG_STATE_HOME": "/srv"}, tmp_path)[1] == Path("/srv/fx")
