"""A few requests replayed on other models, beside sums by hand."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest_asyncio
from test_engine_looking_back import BERLIN, BOOK, CLOCK, NOW, OPUS, SONNET, record, request

from token_dashboard.engine.replay import Replay
from token_dashboard.ledger import Ledger, open_ledger
from token_dashboard.model.money import Money
from token_dashboard.model.period import HOUR_MS


@pytest_asyncio.fixture
async def ledger(tmp_path: Path) -> AsyncIterator[Ledger]:
    async with open_ledger(tmp_path / "ledger.db", CLOCK) as opened:
        yield opened


async def test_a_replay_equals_a_sum_by_hand_to_the_nano(ledger: Ledger) -> None:
    await record(
        ledger,
        request(
            NOW,
            sent=9_001,
            read=5_003,
            cache_creation_input_tokens=3_007,
            cache_creation_1h_input_tokens=2_001,
            output_tokens=111,
        ),
        request(NOW - timedelta(days=2), sent=210_000, read=200_000, output_tokens=7),
        request(NOW, SONNET, sent=5_000),
    )
    replay = Replay(ledger, BOOK, BERLIN, CLOCK)
    found = await replay.what_if({"claude-opus-4-5": SONNET}, date(2026, 11, 1), date(2026, 11, 22))
    (swap,) = found.swaps
    # $3 in, $0.30 read, $3.75 and $6 written, $15 out; over 200,000 tokens $6, $0.60 and $22.50, a million
    short = 991 * 3_000 + 5_003 * 300 + 1_006 * 3_750 + 2_001 * 6_000 + 111 * 15_000
    long = 10_000 * 6_000 + 200_000 * 600 + 7 * 22_500
    assert swap.would_cost == Money(short + long)
    # $5 in, $0.50 read, $6.25 and $10 written, $25 out, however long
    cost = 991 * 5_000 + 5_003 * 500 + 1_006 * 6_250 + 2_001 * 10_000 + 111 * 25_000
    cost += 10_000 * 5_000 + 200_000 * 500 + 7 * 25_000
    assert (swap.cost, swap.requests, swap.models) == (Money(cost), 2, (OPUS,))
    assert swap.difference == Money(short + long - cost)
    assert found.total == Money(cost + 5_000 * 3_000)
    assert found.would_total == Money(short + long + 5_000 * 3_000)


async def test_a_model_replayed_on_itself_changes_nothing(ledger: Ledger) -> None:
    await record(ledger, request(NOW, sent=7, read=3), request(NOW, SONNET, sent=7))
    replay = Replay(ledger, BOOK, BERLIN, CLOCK)
    found = await replay.what_if({"claude-opus-4-5": OPUS}, date(2026, 11, 22), date(2026, 11, 22))
    assert found.swaps[0].difference == Money(0)
    assert (found.would_total, found.unpriced_models) == (found.total, ())


async def test_requests_that_cannot_be_replayed_are_counted(ledger: Ledger) -> None:
    await record(ledger, request(NOW - timedelta(days=5)), request(NOW), request(NOW, "house-model"))
    await ledger.usage.prune(CLOCK.now_ms() - 24 * HOUR_MS)
    replay = Replay(ledger, BOOK, BERLIN, CLOCK)
    swaps = {"claude-opus-4-5": SONNET, "house-model": SONNET}
    found = await replay.what_if(swaps, date(2026, 11, 1), date(2026, 11, 22))
    assert found.requests_without_detail == 1
    assert [(one.requests, one.unpriced_requests) for one in found.swaps] == [(1, 0), (0, 1)]
    assert found.unpriced_models == ("house-model",)  # both sums leave it out


async def test_only_what_has_a_price_can_be_replayed_on(ledger: Ledger) -> None:
    replay = Replay(ledger, BOOK, BERLIN, CLOCK)
    today = NOW.date()
    assert replay.is_priced("claude-sonnet-4-5", today)
    assert replay.is_priced("deepseek/deepseek-chat", today)
    assert not replay.is_priced("house-model", today)
    assert not replay.is_priced("nobody/house-model", today)
