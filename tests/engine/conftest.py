"""The engine over a real ledger, a vendor on this machine and a clock that tests move."""

import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import stamina
from engine_wiring import Wiring, account_at
from foreign_histories import BERLIN
from movable_clock import MovableClock
from vendor_server import VendorServer

from token_dashboard.engine.imports.importing import Importer
from token_dashboard.ledger import Ledger, open_ledger
from token_dashboard.pricing.book import PriceBook
from token_dashboard.pricing.pricer import Pricer


@pytest.fixture(autouse=True)
def retries_do_not_wait() -> Iterator[None]:
    with stamina.set_testing(True, attempts=1):
        yield


@pytest.fixture
async def vendor() -> AsyncIterator[VendorServer]:
    async with VendorServer.playing("openrouter") as server:
        yield server


@pytest.fixture
def wiring(tmp_path: Path, clock: MovableClock, vendor: VendorServer) -> Wiring:
    """One account at OpenRouter, and Claude Code."""
    return Wiring(tmp_path, clock, accounts=[account_at(vendor)])


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, "token_dashboard")
    return caplog


@pytest.fixture
async def ledger(tmp_path: Path, clock: MovableClock) -> AsyncIterator[Ledger]:
    """An empty ledger, for what needs no more of the engine."""
    async with open_ledger(tmp_path / "ledger.db", clock) as opened:
        yield opened


@pytest.fixture
def importer(ledger: Ledger) -> Importer:
    """Brings histories into ``ledger``, whose owner lives in Berlin."""
    return Importer(ledger, Pricer(PriceBook.load()), BERLIN)
