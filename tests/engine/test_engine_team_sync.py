"""While a gateway runs: what is new goes to the team now and then, and an outage is told once."""

from pathlib import Path

import pytest
from alert_world import at
from movable_clock import MovableClock

from token_dashboard.engine.replication import Identity
from token_dashboard.engine.team_sync import TeamSync
from token_dashboard.ledger import open_ledger
from token_dashboard.model.secret import Secret
from token_dashboard.model.usage import UsageEvent, event_key

NOW = at("2026-11-20 12:00")
CLOCK = MovableClock(NOW)
NOBODY_THERE = Secret("postgresql://usage:sesame@127.0.0.1:1/usage")
EVENT = UsageEvent(
    key=event_key("claude-code", "1"),
    time_ms=NOW,
    source="log",
    agent="claude-code",
    provider="anthropic",
    model="claude-opus-4-5",
    input_tokens=100,
    output_tokens=10,
)


async def test_an_outage_is_told_once_and_so_is_its_end_and_then_everything_is_there(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    place: list[Path | Secret] = [NOBODY_THERE]
    async with (
        open_ledger(tmp_path / "own.db", CLOCK) as own,
        open_ledger(tmp_path / "team.db", CLOCK) as team,
    ):
        sync = TeamSync(own, lambda: open_ledger(place[-1], CLOCK), Identity(machine="ann"), 900, CLOCK)
        await own.usage.record([EVENT])
        assert [await sync.step(), await sync.step()] == [900, 900]
        assert (await team.usage.totals(None)).requests == 0
        place.append(tmp_path / "team.db")
        await sync.step()
        await sync.step()
        assert (await team.usage.totals(None)).requests == 1
    told = [(record.levelname, record.getMessage()) for record in caplog.records]
    assert told == [
        ("WARNING", "The ledger 127.0.0.1:1/usage cannot be used: no server answers there."),
        ("INFO", f"{tmp_path / 'team.db'}: 1 requests sent, 1 of them new"),
        ("WARNING", "the team's ledger can be reached again"),
    ]
