"""What is kept of status pages and of what was asked: exactly what was told, one of each."""

from pathlib import Path

from movable_clock import MovableClock

from token_dashboard.ledger import open_ledger
from token_dashboard.model.provider_detail import Asking, Question
from token_dashboard.model.service import Component, Health, Incident, StatusPage

PAGE = StatusPage(
    url="https://status.example/api/v2/summary.json",
    checked_ms=1,
    health=Health.PARTIAL_OUTAGE,
    components=(Component(name="API", health=Health.MAJOR_OUTAGE),),
    incidents=(Incident(title="Elevated „errors“ 💥", health=Health.UNKNOWN, components=("API",)),),
    maintenances=(Incident(title="Upgrade", health=Health.MAINTENANCE, since_ms=5),),
    etag='W/"1"',
    last_modified="Sun, 22 Nov 2026 14:00:00 GMT",
)


async def test_a_status_page_comes_back_exactly_and_the_later_reading_replaces_it(
    tmp_path: Path, clock: MovableClock
) -> None:
    path = tmp_path / "ledger.db"
    async with open_ledger(path, clock) as ledger:
        await ledger.status_pages.save(PAGE)
    async with open_ledger(path, clock) as ledger:
        assert await ledger.status_pages.all() == {PAGE.url: PAGE}
        unreadable = StatusPage(url=PAGE.url, checked_ms=2)
        await ledger.status_pages.save(unreadable)
        assert await ledger.status_pages.all() == {PAGE.url: unreadable}


async def test_what_was_asked_comes_back_exactly_for_each_account(
    tmp_path: Path, clock: MovableClock
) -> None:
    question = Question(method="GET", path="/v1/x/{team}", status=None, elapsed_ms=9_800, key="API key")
    asking = Asking(asked_ms=7, questions=(question, question))
    async with open_ledger(tmp_path / "ledger.db", clock) as ledger:
        await ledger.askings.save("some", "work", asking)
        assert await ledger.askings.get("some", "work") == asking
        assert await ledger.askings.get("some", "default") is None
        await ledger.askings.save("some", "work", Asking(asked_ms=8, questions=()))
        assert await ledger.askings.get("some", "work") == Asking(asked_ms=8, questions=())
