"""Which figure words and options name together."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from engine_wiring import Engine, Wiring

from token_dashboard.engine.figure import Figure, UnclearFigure, figure_of
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.period import DAY_MS, HOUR_MS, Period
from token_dashboard.model.report import Dimension
from token_dashboard.model.usage import UsageEvent, event_key

NOON = 1_795_176_000_000
"""2026-11-20 12:00 UTC."""
TODAY = date(2026, 11, 20)
EVENTS = [
    UsageEvent(
        key=event_key("claude-code", f"{model}{session}"),
        time_ms=NOON,
        source="log",
        agent="claude-code",
        provider="anthropic",
        model=model,
        input_tokens=5,
        attribution=Attribution(session=session, project=f"/home/ada/{session}"),
    )
    for model, session in (
        ("claude-opus-4-5-20251101", "s1"),
        ("claude-haiku-4-5", "s1"),
        ("claude-opus-4-5-20251101", "s2"),
    )
]


async def asked(engine: Engine, *words: str, **given: str) -> Figure:
    only = {Dimension(name): text for name, text in given.items()}
    return await figure_of(engine.ledger, words, only, None, ZoneInfo("UTC"), TODAY)


async def test_words_are_held_against_what_the_ledger_knows(wiring: Wiring) -> None:
    async with wiring.running() as engine:
        await engine.ledger.usage.record(EVENTS)
        opus = ((Dimension.MODEL, "claude-opus-4-5-20251101"),)
        day = Period(NOON - DAY_MS // 2, NOON + DAY_MS // 2)
        assert await asked(engine, "claude-opus-4-5", "2026-11-20", "cost") == Figure(period=day, only=opus)
        assert await asked(engine, "OPUS", "today") == Figure(period=day, only=opus)
        assert (await asked(engine, "s2")).only == ((Dimension.SESSION, "s2"),)
        assert (await asked(engine, project="s2")).only == ((Dimension.PROJECT, "/home/ada/s2"),)
        month = (await asked(engine, "2026-11")).period
        assert month == (await asked(engine, "month")).period
        assert month is not None
        assert (month.end_ms - month.start_ms) // DAY_MS == 30
        assert (await asked(engine, "2026-11-20T12")).period == Period(NOON, NOON + HOUR_MS)
        assert (await asked(engine, "2026-11-20T12:00")).period == Period(NOON, NOON + HOUR_MS)
        year = (await asked(engine, "2026")).period
        assert year is not None
        assert (year.end_ms - year.start_ms) // DAY_MS == 365
        yesterday = (await asked(engine, "yesterday")).period
        assert yesterday == Period(day.start_ms - DAY_MS, day.start_ms)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("claude",), "--agent claude-code"),
        (("nonsense",), "knows no 'nonsense'"),
        (("today", "2026-11"), "second time"),
        (("opus", "haiku"), "second model"),
        (("2026-13-45",), "knows no"),
        (("2026-11-20T25",), "knows no"),
        (("2026-11-20T12", "2026"), "second time"),
    ],
)
async def test_what_is_unclear_is_asked_back(wiring: Wiring, words: tuple[str, ...], said: str) -> None:
    async with wiring.running() as engine:
        await engine.ledger.usage.record(EVENTS)
        with pytest.raises(UnclearFigure, match=said):
            await asked(engine, *words)


async def test_names_that_differ_in_case_alone_are_told_apart_when_written_so(wiring: Wiring) -> None:
    names = ("/src/App", "/src/app", "Ünï")
    async with wiring.running() as engine:
        await engine.ledger.usage.record(
            [
                EVENTS[0]._replace(key=event_key("codex", name), attribution=Attribution(project=name))
                for name in names
            ]
        )
        for name in names:
            named = ((Dimension.PROJECT, name),)
            assert (await asked(engine, name)).only == named
            assert (await asked(engine, project=name)).only == named
        with pytest.raises(UnclearFigure, match="--project /src/App, --project /src/app"):
            await asked(engine, "/SRC/APP")


@pytest.mark.parametrize(
    ("zone", "word", "begins", "ends"),
    [
        ("Europe/Berlin", "2026-10-25T02", "2026-10-25T00:00Z", "2026-10-25T02:00Z"),
        ("Europe/Berlin", "2026-10-25T03", "2026-10-25T02:00Z", "2026-10-25T03:00Z"),
        ("Australia/Lord_Howe", "2026-10-04T02", "2026-10-03T15:30Z", "2026-10-03T16:00Z"),
    ],
)
async def test_an_hour_in_which_the_clock_is_changed_is_all_that_the_clock_calls_so(
    wiring: Wiring, zone: str, word: str, begins: str, ends: str
) -> None:
    async with wiring.running() as engine:
        found = await figure_of(engine.ledger, [word], {}, None, ZoneInfo(zone), TODAY)
    start_ms, end_ms = (int(datetime.fromisoformat(one).timestamp()) * 1000 for one in (begins, ends))
    assert found.period == Period(start_ms, end_ms)


async def test_an_hour_that_the_clock_leaves_out_is_not_another_one(wiring: Wiring) -> None:
    async with wiring.running() as engine:
        with pytest.raises(UnclearFigure, match="knows no '2026-03-29T02'"):
            await figure_of(engine.ledger, ["2026-03-29T02"], {}, None, ZoneInfo("Europe/Berlin"), TODAY)
