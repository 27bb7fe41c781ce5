"""Answers of the commands that look back, with something of everything in each."""

from datetime import date, timedelta
from decimal import Decimal

from token_dashboard.analysis.blocks import blocks_of, gaps_between, measured, running
from token_dashboard.analysis.calendar import current, intensity, longest, peak, streaks
from token_dashboard.model.account_history import (
    PERCENT,
    AccountDays,
    AccountReadings,
    AccountStats,
    DayOfFigure,
    Figure,
    FigureKind,
    FigureStats,
    Reading,
)
from token_dashboard.model.block import Blocks
from token_dashboard.model.calendar import ActiveDay, Calendar, DayPart, Measure
from token_dashboard.model.money import NANOS_PER_UNIT, Money
from token_dashboard.model.period import DAY_MS, HOUR_MS, MINUTE_MS
from token_dashboard.model.report import ReportRow, Totals

NOW = 1_795_357_920_000
"""Sunday 2026-11-22 14:32 UTC."""
NOON = NOW // HOUR_MS * HOUR_MS - 2 * HOUR_MS
TODAY = date(2026, 11, 22)
MONTH_AGO = TODAY - timedelta(days=29)
OPUS, SONNET = "claude-opus-4-5-20251101", "claude-sonnet-4-5-20250929"


def used(requests: int, tokens: int, cents: int | None) -> Totals:
    return Totals(
        requests=requests,
        input_tokens=tokens,
        cache_read_input_tokens=tokens * 9 // 10,
        cache_creation_input_tokens=tokens // 20,
        output_tokens=tokens // 40,
        priced_requests=0 if cents is None else requests,
        list_cost_nanos=(cents or 0) * NANOS_PER_UNIT // 100,
        unpriced_tokens=tokens + tokens // 40 if cents is None else 0,
    )


def _rows(hour: int, totals: Totals, *models: str) -> list[ReportRow]:
    """An hour's, with all that was used in the first of its rows."""
    return [
        ReportRow(hour=hour, model=model, totals=Totals() if place else totals)
        for place, model in enumerate(models)
    ]


_ROWS = [
    *_rows(NOON - 48 * HOUR_MS, used(41, 9_100_000, 742), OPUS, SONNET),
    *_rows(NOON - 45 * HOUR_MS, used(9, 400_000, None), "house-model"),
    *_rows(NOON - 7 * HOUR_MS, used(60, 12_400_000, 1_105), OPUS),
    *_rows(NOON, used(31, 4_300_000, 350), OPUS, SONNET),
]
_TIMES = {row.hour or 0: ((row.hour or 0) + 7 * MINUTE_MS, (row.hour or 0) + 51 * MINUTE_MS) for row in _ROWS}
_BLOCKS = tuple(measured(block, 12_000_000) for block in blocks_of(_ROWS, _TIMES))
BLOCKS = Blocks(
    as_of_ms=NOW,
    time_zone="UTC",
    agent="claude-code",
    blocks=_BLOCKS,
    gaps=gaps_between(_BLOCKS),
    running=running(_BLOCKS, NOW, 12_000_000),
    token_limit=12_000_000,
)
NO_BLOCKS = Blocks(
    as_of_ms=NOW, time_zone="UTC", agent="codex", blocks=(), gaps=(), running=None, token_limit=None
)

_USED = {
    TODAY - timedelta(days=ago): used(ago % 9 + 1, (ago * 7919) % 5_000_000 + 1, (ago * 311) % 900)
    for ago in (0, 1, 2, 5, 6, 7, 8, 9, 20, 21, 40, 75, 76, 77, 130, 200, 201, 300, 355)
}
_STREAKS = streaks(sorted(_USED))
_WEEKDAYS = tuple(
    sum((totals for day, totals in _USED.items() if day.weekday() == place), Totals()) for place in range(7)
)
_HOURS = tuple(used(1, 1_000 * hour, hour % 15) if 8 <= hour < 23 else Totals() for hour in range(24))
CALENDAR = Calendar(
    as_of_ms=NOW,
    time_zone="Europe/Berlin",
    measure=Measure.COST,
    since=TODAY - timedelta(weeks=52, days=6),
    until=TODAY,
    today=TODAY,
    total=sum(_USED.values(), Totals()),
    days=tuple(
        ActiveDay(
            day=day,
            totals=totals,
            intensity=intensity(totals.list_cost_nanos, max(one.list_cost_nanos for one in _USED.values())),
            parts=(DayPart(agent="claude-code", provider="anthropic", model=OPUS, totals=totals),),
        )
        for day, totals in sorted(_USED.items())
    ),
    current_streak=current(_STREAKS, TODAY),
    longest_streak=longest(_STREAKS),
    busiest_day=max(_USED, key=lambda day: _USED[day].list_cost_nanos),
    weekdays=_WEEKDAYS,
    hours=_HOURS,
    peak_weekday=peak(_WEEKDAYS, Measure.COST),
    peak_hour=peak(_HOURS, Measure.COST),
)
NO_CALENDAR = Calendar(
    as_of_ms=NOW,
    time_zone="UTC",
    measure=Measure.TOKENS,
    since=date(2026, 1, 1),
    until=date(2026, 12, 31),
    today=TODAY,
    total=Totals(),
    days=(),
    current_streak=None,
    longest_streak=None,
    busiest_day=None,
    weekdays=(Totals(),) * 7,
    hours=(Totals(),) * 24,
    peak_weekday=None,
    peak_hour=None,
)

_WINDOW = Figure(provider="claude-oauth", account="default", kind=FigureKind.WINDOW, name="5h", unit=PERCENT)
_BALANCE = Figure(provider="moonshot", account="work", kind=FigureKind.BALANCE, name="account", unit="CNY")
ACCOUNT_DAYS = AccountDays(
    time_zone="UTC",
    since=TODAY - timedelta(days=6),
    until=TODAY,
    days=(
        DayOfFigure(
            day=TODAY, figure=_WINDOW, lowest=Decimal("0.4"), highest=Decimal(96), last=Decimal("42.5")
        ),
        DayOfFigure(
            day=TODAY,
            figure=_BALANCE,
            lowest=Money(-500_000_000, "CNY"),
            highest=Money(49_580_000_000, "CNY"),
            last=Money(48_000_000_000, "CNY"),
        ),
    ),
)
ACCOUNT_STATS = AccountStats(
    time_zone="UTC",
    since=TODAY - timedelta(days=6),
    until=TODAY,
    stats=(
        FigureStats(
            figure=_WINDOW,
            readings=212,
            lowest=Decimal(0),
            mean=Decimal("31.27"),
            median=Decimal(28),
            p90=Decimal(71),
            highest=Decimal(100),
        ),
        FigureStats(
            figure=_BALANCE,
            readings=3,
            lowest=Money(-500_000_000, "CNY"),
            mean=Money(20_000_000_000, "CNY"),
            median=Money(20_000_000_000, "CNY"),
            p90=Money(49_000_000_000, "CNY"),
            highest=Money(49_580_000_000, "CNY"),
        ),
    ),
)
READINGS = AccountReadings(
    time_zone="UTC",
    since=TODAY - timedelta(days=6),
    until=TODAY,
    readings=(
        Reading(figure=_WINDOW, first_ms=NOW - DAY_MS, last_ms=NOW, value=Decimal("42.5")),
        Reading(figure=_BALANCE, first_ms=NOW, last_ms=NOW, value=Money(1, "CNY")),
    ),
)
NO_DAYS = AccountDays(time_zone="UTC", since=TODAY, until=TODAY, days=())
