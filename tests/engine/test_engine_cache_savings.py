"""What caching saved: the sum over single requests, whichever sums it is made of."""

import random
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from movable_clock import MovableClock

from token_dashboard.engine.insights import InsightReports
from token_dashboard.ledger import open_ledger
from token_dashboard.model.alike import Alike
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.money import divide
from token_dashboard.model.period import DAY_MS
from token_dashboard.model.usage import UsageEvent, event_key
from token_dashboard.pricing.book import PriceBook
from token_dashboard.pricing.pricer import Pricer
from token_dashboard.pricing.savings import Sheets, cache_effect
from token_dashboard.pricing.sheet import PER

NOW_MS = int(datetime(2026, 11, 22, 14, 37, tzinfo=UTC).timestamp() * 1000)
CLOCK = MovableClock(NOW_MS)
BOOK = PriceBook.load({"odd-model": {"inputPerMillion": "1.23456789", "outputPerMillion": "2"}})
MODELS = {
    "claude-opus-4-5": "anthropic",
    "claude-sonnet-4-5": "anthropic",  # dearer for long prompts
    "deepseek-v4-flash": "deepseek",  # dearer at some hours
    "grok-4": "xai",  # dearer for prompts that aren't as long
    "odd-model": "house",  # a token costs a fraction of a billionth
}


def requests(count: int) -> list[UsageEvent]:
    draw = random.Random(count)
    events = []
    for number in range(count):
        model, sent = draw.choice(list(MODELS)), draw.choice([9_000, 150_000, 200_000, 200_001, 600_000])
        made = draw.randrange(sent // 2)
        events.append(
            UsageEvent(
                key=event_key("claude-code", str(number)),
                time_ms=NOW_MS - draw.randrange(20 * DAY_MS),
                source="log",
                agent="claude-code",
                provider=MODELS[model],
                model=model,
                input_tokens=sent,
                cache_read_input_tokens=draw.randrange(sent // 2),
                cache_creation_input_tokens=made,
                cache_creation_1h_input_tokens=draw.randrange(made),
                service_tier=draw.choice([None, "batch", "fast"]),
                requests=draw.choice([1, 1, 1, 3, None]),
                attribution=Attribution(session=f"s{number % 7}"),
            )
        )
    return events


def alone(event: UsageEvent) -> Alike:
    sent, read, creation, hour = event[6:10]
    return Alike(event, None, 1, sent - read - creation, read, creation - hour, hour, 0, 0, 0)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Kathmandu"])
async def test_what_caching_saved_is_rounded_once_for_each_model(tmp_path: Path, zone: str) -> None:
    events, sheets = requests(400), Sheets(BOOK)
    async with open_ledger(tmp_path / "ledger.db", CLOCK) as ledger:
        await ledger.usage.record(Pricer(BOOK).price(events))
        reports = InsightReports(ledger, BOOK, ZoneInfo(zone), CLOCK)
        found = await reports.insights(date(2026, 10, 1), date(2026, 11, 22))
    assert {one.model for one in found.models} == set(MODELS)
    for one in found.models:
        own = [event for event in events if event.model == one.model]
        priced = [(sheet, event) for event in own if (sheet := sheets.on(*event[4:6], event.time_ms))]
        effects = [cache_effect(sheet, alone(event)) for sheet, event in priced]
        assert one.cache_saving is not None
        assert one.cache_saving.saved_by_reads.nanos == divide(sum(one.saved for one in effects), PER)
        assert one.cache_saving.extra_for_writes.nanos == divide(sum(one.extra for one in effects), PER)
        assert len(effects) == len(own)
    assert found.requests_without_detail == 0
