"""What other models would have cost: sums of requests that are alike give what each of them gives."""

import random
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from movable_clock import MovableClock

from token_dashboard.engine.replay import Replay
from token_dashboard.ledger import open_ledger
from token_dashboard.model.money import Money
from token_dashboard.model.period import DAY_MS
from token_dashboard.model.usage import UsageEvent, event_key
from token_dashboard.pricing.book import PriceBook
from token_dashboard.pricing.savings import Sheets
from token_dashboard.pricing.sheet import list_cost

NOW_MS = int(datetime(2026, 11, 22, 14, 37, tzinfo=UTC).timestamp() * 1000)
CLOCK = MovableClock(NOW_MS)
ODD = {"inputPerMillion": "1.23456789", "outputPerMillion": "2.0000001"}
"""A token costs a fraction of a billionth, so that each request is rounded."""
BOOK = PriceBook.load({"odd-model": ODD})
FIRST, LAST = date(2026, 11, 3), date(2026, 11, 22)


def requests(count: int) -> list[UsageEvent]:
    """Of all sizes, tiers and hours, with records whose parts exceed their whole, and sums of several."""
    chance = random.Random(count)
    return [
        UsageEvent(
            key=event_key("claude-code", str(n)),
            time_ms=NOW_MS - chance.randrange(19 * DAY_MS),
            source="log",
            agent="claude-code",
            provider="anthropic",
            model=chance.choice(["claude-opus-4-5", "claude-opus-4-5-20251101", "claude-haiku-4-5", None]),
            input_tokens=chance.choice([0, 777, 199_999, 200_001, 300_003]),
            cache_read_input_tokens=chance.choice([0, 501, 150_001]),
            cache_creation_input_tokens=chance.choice([0, 303]),
            cache_creation_1h_input_tokens=chance.choice([0, 101, 404]),
            output_tokens=chance.choice([0, 57, 9_001]),
            reasoning_output_tokens=chance.choice([0, 60]),
            web_searches=chance.choice([0, 0, 2]),
            service_tier=chance.choice([None, None, "batch", "fast"]),
            requests=chance.choice([1, 1, 1, 3, None]),
            list_cost_nanos=chance.choice([None, chance.randrange(10**10), 10**9 + 1]),
        )
        for n in range(count)
    ]


@pytest.mark.parametrize(
    "target",
    [
        "claude-sonnet-4-5",  # dearer for long prompts
        "claude-opus-4-6",  # dearer when it is to be fast
        "gpt-5.2",  # tiers of service
        "deepseek/deepseek-v4-flash",  # dearer at some hours
        "odd-model",
        "nobodys-model",
    ],
)
async def test_it_is_what_each_request_by_itself_would_have_cost(tmp_path: Path, target: str) -> None:
    events = requests(400)
    vendor, _, name = target.rpartition("/")
    sheets = Sheets(BOOK)
    cost = would_cost = count = unpriced = 0
    for event in events:
        if event.model is None or "opus" not in event.model:
            continue
        sheet = sheets.on(vendor or None, name, event.time_ms)
        if sheet is None or event.list_cost_nanos is None:
            unpriced += event.requests or 1
            continue
        count += event.requests or 1
        cost += event.list_cost_nanos
        would_cost += list_cost(sheet, event)
    async with open_ledger(tmp_path / "ledger.db", CLOCK) as ledger:
        await ledger.usage.record(events)
        replay = Replay(ledger, BOOK, ZoneInfo("UTC"), CLOCK)
        found = await replay.what_if({"claude-opus-4-5": target}, FIRST, LAST)
    (swap,) = found.swaps
    assert (swap.requests, swap.unpriced_requests) == (count, unpriced)
    assert (swap.cost, swap.would_cost) == (Money(cost), Money(would_cost))
    assert swap.models == ("claude-opus-4-5", "claude-opus-4-5-20251101")
    assert found.requests_without_detail == 0
