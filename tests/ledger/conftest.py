from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from ledger_world import SetClock

from token_dashboard.ledger import Ledger, open_ledger


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "ledger.db"


@pytest_asyncio.fixture
async def ledger(path: Path, clock: SetClock) -> AsyncIterator[Ledger]:
    async with open_ledger(path, clock) as opened:
        yield opened
