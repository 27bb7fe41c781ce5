from datetime import date

from engine_wiring import Wiring
from test_engine_report_requests import used
from test_engine_scanner import reply, write

from token_dashboard.model.period import DAY_MS, HOUR_MS
from token_dashboard.model.report import Dimension


async def test_a_period_before_the_first_request_holds_nothing(wiring: Wiring) -> None:
    write(wiring.folder, "a", reply(1))
    async with wiring.running() as engine:
        await engine.scanner.scan()
        report = await engine.dashboard.history.report([Dimension.DAY], until=date(2026, 10, 1))
        late = await engine.dashboard.history.report([Dimension.DAY], since=date(2027, 1, 1))
    assert (report.rows, report.total.requests) == ((), 0)
    assert late.rows == ()


async def test_the_ends_of_the_calendar_are_days_like_others(wiring: Wiring) -> None:
    write(wiring.folder, "a", reply(1))
    async with wiring.running() as engine:
        await engine.scanner.scan()
        report = await engine.dashboard.history.report([Dimension.DAY], since=date.min, until=date.max)
    assert [row.day for row in report.rows] == [date(2026, 11, 22)]


async def test_a_month_that_every_answer_tells_ends_today_though_a_clock_is_ahead(wiring: Wiring) -> None:
    async with wiring.running() as engine:
        now_ms = engine.clock.now_ms()
        times_ms = (now_ms - HOUR_MS, now_ms + HOUR_MS, now_ms + 2 * DAY_MS)
        await engine.ledger.usage.record([used(n, at, "gpt-5") for n, at in enumerate(times_ms)])
        today = engine.dashboard.today()
        report = await engine.dashboard.history.report([], since=today.replace(day=1), until=today)
        status, now = await engine.dashboard.status(), await engine.dashboard.usage_now()
    assert status.month.requests == now.month.requests == report.total.requests == 2
