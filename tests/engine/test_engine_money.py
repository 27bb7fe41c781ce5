"""What requests cost, from the line of a log to the row of a report."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from engine_wiring import Wiring

from token_dashboard.agents._contract import AgentLog
from token_dashboard.agents.claude_code import AGENT as CLAUDE
from token_dashboard.agents.codex import AGENT as CODEX
from token_dashboard.agents.droid import AGENT as DROID
from token_dashboard.agents.openclaw import AGENT as OPENCLAW
from token_dashboard.agents.opencode import AGENT as OPENCODE
from token_dashboard.model.report import CostBasis, Dimension, Report, Totals

JANUARY = "2026-01-20T12:00:00.000Z"
NOVEMBER = "2026-11-20T12:00:00.000Z"
NOON_MS = 1_795_176_000_000


async def report_of(wiring: Wiring, agent: AgentLog, basis: CostBasis = CostBasis.COMPUTED) -> Report:
    wiring.agents = [agent]
    async with wiring.running() as engine:
        summary = await engine.scanner.scan()
        assert summary.rejects == summary.unreadable == ()
        return await engine.dashboard.history.report([Dimension.MODEL], cost_basis=basis)


async def totals_of(wiring: Wiring, agent: AgentLog) -> Totals:
    return (await report_of(wiring, agent)).total


def write(wiring: Wiring, name: str, *lines: object) -> Path:
    path = wiring.folder / ".claude" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def claude_reply(model: str, time: str = NOVEMBER, **usage: Any) -> dict[str, Any]:
    counts = {"input_tokens": 0, "output_tokens": 100, **usage}
    message = {"id": "msg_1", "role": "assistant", "model": model, "usage": counts}
    return {
        "type": "assistant",
        "sessionId": "s",
        "requestId": "req_1",
        "timestamp": time,
        "message": message,
    }


def dollars(amount: str) -> int:
    return int(Decimal(amount) * 10**9)


@pytest.mark.parametrize(
    ("line", "cost"),
    [
        pytest.param(
            claude_reply(
                "claude-opus-4-5",
                cache_creation_input_tokens=5_000,
                cache_creation={"ephemeral_5m_input_tokens": 1_000, "ephemeral_1h_input_tokens": 4_000},
            ),
            "0.04875",
            id="cache writes that live an hour cost more than those of five minutes",
        ),
        pytest.param(
            claude_reply("claude-opus-4-5", server_tool_use={"web_search_requests": 3}),
            "0.0325",
            id="each web search has its fee",
        ),
        pytest.param(
            claude_reply(
                "claude-sonnet-4-5",
                JANUARY,
                input_tokens=1_000,
                cache_read_input_tokens=249_000,
                output_tokens=2_000,
            ),
            "0.2004",
            id="a long prompt raises the price of the whole request",
        ),
        pytest.param(
            claude_reply("claude-opus-4-6", input_tokens=1_000, speed="fast"),
            "0.045",
            id="a fast answer costs six times as much",
        ),
    ],
)
async def test_a_request_of_claude_code_costs_its_list_price(
    wiring: Wiring, line: dict[str, Any], cost: str
) -> None:
    write(wiring, "projects/shop/s.jsonl", line)
    totals = await totals_of(wiring, CLAUDE)
    assert (totals.requests, totals.priced_requests, totals.list_cost_nanos) == (1, 1, dollars(cost))
    assert totals.recorded_cost is None


async def test_a_fast_answer_keeps_its_models_name(wiring: Wiring) -> None:
    write(wiring, "projects/shop/s.jsonl", claude_reply("claude-opus-4-6", speed="fast"))
    assert [row.model for row in (await report_of(wiring, CLAUDE)).rows] == ["claude-opus-4-6"]


async def test_codex_without_a_model_is_unknown_and_unpriced(wiring: Wiring) -> None:
    counts = {"input_tokens": 1_000, "cached_input_tokens": 0, "output_tokens": 100}
    write(
        wiring,
        "sessions/2026/11/20/rollout-2026-11-20T12-00-00-0199a000-0000-4000-8000-00000000000a.jsonl",
        {"timestamp": NOVEMBER, "type": "session_meta", "payload": {"id": "a", "timestamp": NOVEMBER}},
        {
            "timestamp": NOVEMBER,
            "type": "event_msg",
            "payload": {
                "type": "token_count",
                "info": {"last_token_usage": counts, "total_token_usage": counts},
            },
        },
    )
    for basis in CostBasis:
        report = await report_of(wiring, CODEX, basis)
        [row] = report.rows
        assert (row.model, row.totals.cost(basis), row.totals.unpriced_tokens) == (None, None, 1_100)
        assert report.unpriced_models == ("?",)


def transcript(cost: object) -> list[dict[str, Any]]:
    usage = {"input": 1_000, "output": 100, "cacheRead": 0, "cacheWrite": 0, "cost": {"total": cost}}
    message = {
        "role": "assistant",
        "provider": "anthropic",
        "model": "claude-opus-4-5",
        "usage": usage,
        "timestamp": NOON_MS,
    }
    return [
        {"type": "session", "version": 3, "id": "s", "timestamp": NOVEMBER, "cwd": "/shop"},
        {"type": "message", "id": "m", "timestamp": NOVEMBER, "message": message},
    ]


@pytest.mark.parametrize(
    ("logged", "basis", "cost"),
    [
        (0.005, CostBasis.COMPUTED, "0.0075"),
        (0.005, CostBasis.LOGGED, "0.005"),
        (0.005, CostBasis.AUTO, "0.005"),
        (7.49, CostBasis.AUTO, "7.49"),
        (7.5, CostBasis.AUTO, "0.0075"),
        (7.5, CostBasis.LOGGED, "7.5"),
        (0.0000075, CostBasis.AUTO, "0.0075"),
    ],
)
async def test_a_cost_that_openclaw_logged_is_kept_beside_the_list_price(
    wiring: Wiring, logged: float, basis: CostBasis, cost: str
) -> None:
    write(wiring, "agents/main/sessions/s.jsonl", *transcript(logged))
    report = await report_of(wiring, OPENCLAW, basis)
    found = report.total.cost(basis)
    assert found is not None
    assert (found.nanos, report.cost_basis) == (dollars(cost), basis)
    assert report.total.list_cost_nanos == dollars("0.0075")
    assert report.total.recorded_cost_nanos == dollars(str(Decimal(str(logged))))
    is_off = not Decimal("0.0000075") < Decimal(str(logged)) < Decimal("7.5")
    assert report.total.doubtful_requests == is_off


@pytest.mark.parametrize(
    ("basis", "cost"), [(CostBasis.LOGGED, "0"), (CostBasis.COMPUTED, "0.006"), (CostBasis.AUTO, "0.006")]
)
async def test_what_opencode_calls_free_is_nothing_by_the_log_and_the_list_price_by_the_list(
    wiring: Wiring, basis: CostBasis, cost: str
) -> None:
    message = {
        "id": "msg_1",
        "sessionID": "ses_1",
        "role": "assistant",
        "time": {"created": NOON_MS, "completed": NOON_MS + 1},
        "modelID": "claude-sonnet-4-5",
        "providerID": "anthropic",
        "cost": 0,
        "tokens": {"input": 1_000, "output": 200, "reasoning": 0, "cache": {"read": 0, "write": 0}},
    }
    write(wiring, "storage/message/ses_1/msg_1.json", message)
    found = (await report_of(wiring, OPENCODE, basis)).total
    money = found.cost(basis)
    assert money is not None
    assert (money.nanos, found.doubtful_requests) == (dollars(cost), 0)


async def test_a_sum_of_requests_has_no_long_prompt_and_at_least_one_request(wiring: Wiring) -> None:
    session = {
        "model": "claude-sonnet-4-5",
        "providerLock": "anthropic",
        "providerLockTimestamp": JANUARY,
        "tokenUsage": {"inputTokens": 1_000, "cacheReadTokens": 249_000, "outputTokens": 2_000},
    }
    path = write(wiring, "s.settings.json", session)
    totals = await totals_of(wiring, DROID)
    assert (totals.requests, totals.open_sums, totals.list_cost_nanos) == (1, 1, dollars("0.1077"))
    session["tokenUsage"] = {"inputTokens": 1_000, "cacheReadTokens": 249_000, "outputTokens": 2_001}
    path.write_text(json.dumps(session))
    totals = await totals_of(wiring, DROID)
    assert (totals.requests, totals.open_sums, totals.output_tokens) == (1, 1, 2_001)
