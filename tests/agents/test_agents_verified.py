"""What a ledger holds of each agent's files is what a fresh reading of them gives."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from agent_homes import copy_fixture

from token_dashboard.agents._contract import AgentLog, discover
from token_dashboard.engine.audit import audit
from token_dashboard.engine.explaining import explain
from token_dashboard.engine.figure import Figure
from token_dashboard.engine.prices import Prices
from token_dashboard.engine.scanner import Scanner, WatchedAgent
from token_dashboard.engine.sources import Sources
from token_dashboard.engine.verification import verify
from token_dashboard.ledger import open_ledger
from token_dashboard.model.clock import SystemClock
from token_dashboard.model.explanation import Trace
from token_dashboard.pricing.book import PriceBook
from token_dashboard.pricing.pricer import Pricer


@pytest.mark.parametrize("agent", discover(), ids=lambda agent: agent.id)
async def test_every_agents_figures_balance_open_and_verify(agent: AgentLog, tmp_path: Path) -> None:
    watched = [WatchedAgent(agent=agent, homes=(copy_fixture(agent, tmp_path),))]
    book, clock = PriceBook.load(), SystemClock()
    async with open_ledger(tmp_path / "ledger.db", clock) as ledger:
        await Scanner(watched, Prices(lambda: book, lambda: "1"), ledger, clock).scan()
        assert (await audit(ledger, watched, clock)).is_balanced
        sources = Sources(ledger, [agent])
        opened = await explain(ledger, sources, book, Figure(), ZoneInfo("UTC"), None)
        assert opened.adds_up
        assert {one.trace for one in opened.events} == {Trace.FOUND}
        verified = await verify(ledger, sources, Pricer(book), Figure(), adds_up=opened.adds_up)
        assert (verified.first, verified.equal) == (None, verified.events)
        assert verified.events == len(opened.events) > 0
