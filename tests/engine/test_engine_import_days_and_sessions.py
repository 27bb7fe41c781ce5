"""ccusage's days and its sessions of the same logs: whichever came first stays, and nothing counts twice."""

import asyncio
import json
import tempfile
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import foreign_histories as foreign
import pytest
from foreign_histories import BERLIN, at, brought, read_from_a_log
from hypothesis import given
from hypothesis import strategies as st
from movable_clock import MovableClock

from token_dashboard.engine.imports import ccusage
from token_dashboard.engine.imports.importing import Importer
from token_dashboard.ledger import Ledger, open_ledger
from token_dashboard.model.errors import AgentLogError
from token_dashboard.model.imported import Imported
from token_dashboard.model.report import Dimension
from token_dashboard.pricing.book import PriceBook
from token_dashboard.pricing.pricer import Pricer

NOW = at("2026-11-30T12:00+01:00")
MODEL = "claude-opus-4-5"
THREAD = "0198c2f4-0000-7000-8000-00000000000"
LAST_DAY = 8


class Request(NamedTuple):
    """100 tokens in a session."""

    day: int
    session: int


class Saved(NamedTuple):
    """An answer of ccusage that somebody kept, with all requests until a day, and brings in."""

    kind: str
    until: int
    tells_first: bool


requests = st.lists(
    st.builds(Request, st.integers(1, LAST_DAY), st.integers(0, 3)), min_size=1, max_size=12, unique=True
)
answers = st.lists(
    st.builds(Saved, st.sampled_from(("daily", "session")), st.integers(1, LAST_DAY), st.booleans()),
    min_size=1,
    max_size=5,
)


def moment(day: int) -> str:
    return f"2026-11-{day:02}T12:00:00.000Z"


def answer_of(saved: Saved, seen: list[Request]) -> str:
    told = [one for one in seen if one.day <= saved.until]
    if saved.kind == "daily":
        days = sorted({one.day for one in told})
        rows = [summed(f"2026-11-{day:02}", sum(one.day == day for one in told)) for day in days]
        return json.dumps({"daily": rows})
    rows = []
    for session in sorted({one.session for one in told}):
        active = [one.day for one in told if one.session == session]
        row = summed(f"s{session}", len(active)) | {"lastActivity": moment(max(active))}
        rows.append(row | ({"firstActivity": moment(min(active))} if saved.tells_first else {}))
    return json.dumps({"session": rows})


def summed(name: str, count: int) -> dict[str, Any]:
    sums = {"inputTokens": 100 * count, "outputTokens": 0, "totalTokens": 100 * count}
    return {"agent": "claude", "period": name, "modelBreakdowns": [{"modelName": MODEL, **sums}], **sums}


async def tokens_after(saved: list[Saved], seen: list[Request]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        async with open_ledger(Path(folder) / "ledger.db", MovableClock(NOW)) as ledger:
            for one in saved:
                claims = ccusage.claims(answer_of(one, seen), "x", BERLIN)
                await brought(Importer(ledger, Pricer(PriceBook.load()), BERLIN), claims)
            return (await ledger.usage.totals(None)).input_tokens


@given(requests, answers)
def test_nothing_counts_twice_whatever_was_saved_when_and_is_brought_in_in_which_order(
    seen: list[Request], saved: list[Saved]
) -> None:
    told = [one for one in seen if one.day <= max(answer.until for answer in saved)]
    tokens = asyncio.run(tokens_after(saved, seen))
    assert tokens <= 100 * len(told)
    if len({answer.kind for answer in saved}) == 1:
        assert tokens == 100 * len(told)


async def bring(importer: Importer, kind: str, *rows: dict[str, Any], whose: str | None = None) -> Imported:
    return await brought(importer, ccusage.claims(json.dumps({kind: rows}), "x", BERLIN, whose))


async def test_days_after_sessions_are_taken_from_the_day_after_the_last_session(
    ledger: Ledger, importer: Importer
) -> None:
    await bring(importer, "session", foreign.session("s1", "2026-11-19T10:00:00Z"))
    days = [foreign.day(f"2026-11-{day}") for day in (17, 18, 19, 20)]
    done = await bring(importer, "daily", *days)
    assert [one.day.day for one in done.overlaps] == [17, 18, 19]
    assert (await ledger.usage.totals(None)).output_tokens == 2 * 50


async def test_days_after_sessions_whose_detail_was_deleted_count_nothing_twice(
    ledger: Ledger, importer: Importer
) -> None:
    await bring(importer, "session", foreign.session("s1", "2026-11-19T10:00:00Z"))
    await ledger.usage.prune(at("2026-11-21T00:00+01:00"))
    done = await bring(importer, "daily", foreign.day("2026-11-18"), foreign.day("2026-11-20"))
    assert [one.day.day for one in done.overlaps] == [18]


async def test_sessions_of_one_agent_leave_days_of_others_alone(importer: Importer) -> None:
    await bring(importer, "session", foreign.session("s1", "2026-11-19T10:00:00Z", agent="codex"))
    assert (await bring(importer, "daily", foreign.day("2026-11-18"))).new == 1


async def test_sessions_after_days_whose_detail_was_deleted_count_nothing_twice(
    ledger: Ledger, importer: Importer
) -> None:
    await bring(importer, "daily", foreign.day("2026-11-20"))
    await ledger.usage.prune(at("2026-11-21T00:00+01:00"))
    rows = [foreign.session("s1", "2026-11-20T21:00:00Z"), foreign.session("s2", "2026-11-19T21:00:00Z")]
    done = await bring(importer, "session", *rows)
    assert (done.new, [one.day.day for one in done.overlaps]) == (1, [20])
    again = await bring(importer, "daily", foreign.day("2026-11-20"))
    assert (again.new, again.known, again.overlaps) == (0, 1, ())


async def test_a_session_that_went_on_is_one_and_dated_when_it_was_last_active(
    ledger: Ledger, importer: Importer
) -> None:
    for last in ("2026-11-19T10:00:00Z", "2026-11-21T10:00:00Z", "2026-11-20T10:00:00Z"):
        await bring(importer, "session", foreign.session("s1", last))
    (event,) = await foreign.events(ledger)
    assert event.time_ms == at("2026-11-21T10:00:00Z")
    counted = await ledger.usage.rows(None, (Dimension.DAY,), BERLIN)
    assert [(row.day, row.totals.output_tokens) for row in counted] == [(date(2026, 11, 21), 50)]


@pytest.mark.parametrize(
    ("row", "is_taken"),
    [
        (foreign.session("s1", "2026-11-21T10:00:00Z"), False),
        (foreign.session("s1", "2026-11-21T10:00:00Z") | {"firstActivity": "2026-11-20T09:00:00Z"}, False),
        (foreign.session("s1", "2026-11-21T10:00:00Z") | {"firstActivity": "2026-11-21T09:00:00Z"}, True),
        (foreign.session("s1", "2026-11-19T10:00:00Z"), True),
    ],
    ids=["nobody knows since when", "since a day that is held", "since a later day", "until an earlier day"],
)
async def test_a_session_after_days_is_taken_if_it_cannot_have_been_active_on_one_of_them(
    importer: Importer, row: dict[str, Any], is_taken: bool
) -> None:
    await bring(importer, "daily", foreign.day("2026-11-20"))
    assert (await bring(importer, "session", row)).new == is_taken


@pytest.mark.parametrize(("began", "is_taken"), [("2026-11-20", False), ("2026-11-21", True)])
async def test_a_thread_of_codex_began_on_the_day_that_its_logs_name_says(
    importer: Importer, began: str, is_taken: bool
) -> None:
    await bring(importer, "daily", foreign.day("2026-11-20", agent="codex"))
    name = f"2026/11/20/rollout-{began}T10-00-00-{THREAD}1"
    done = await bring(importer, "session", foreign.session(name, "2026-11-21T22:00:00Z", agent="codex"))
    assert done.new == is_taken


async def test_a_session_that_spans_a_day_whose_logs_are_of_other_sessions_is_taken(
    ledger: Ledger, importer: Importer
) -> None:
    await read_from_a_log(ledger, "2026-11-20T10:00+01:00")
    row = foreign.session("s1", "2026-11-21T10:00:00Z") | {"firstActivity": "2026-11-19T09:00:00Z"}
    assert (await bring(importer, "session", row)).new == 1


async def test_a_session_gives_way_to_logs_of_it_though_they_tell_little_of_its_last_day(
    ledger: Ledger, importer: Importer
) -> None:
    row = foreign.session("s1", "2026-11-21T10:00:00Z")
    await bring(importer, "session", row)
    await read_from_a_log(ledger, "2026-11-19T10:00+01:00", session="s1", tokens=670)
    await read_from_a_log(ledger, "2026-11-21T10:00+01:00", session="s1", tokens=10)
    done = await bring(importer, "session", row)
    assert (done.left_out, done.withdrawn) == (1, 1)
    assert (await ledger.usage.totals(None)).input_tokens == 680


def test_days_and_sessions_in_one_answer_are_refused() -> None:
    both = json.dumps({"daily": [], "session": []})
    with pytest.raises(AgentLogError, match="no answer of ccusage"):
        list(ccusage.claims(both, "x", BERLIN))


@pytest.mark.parametrize("whose", [None, "opencode"])
async def test_a_report_that_does_not_say_whose_logs_it_sums_up_is_of_whom_one_says(
    ledger: Ledger, importer: Importer, whose: str | None
) -> None:
    row = {key: value for key, value in foreign.day("2026-11-20").items() if key not in ("agent", "metadata")}
    done = await bring(importer, "daily", row, whose=whose)
    if whose is None:
        assert done.rejects[0].reason.endswith("with --agent, or bring ccusage daily --json --by-agent")
    else:
        assert [event.agent for event in await foreign.events(ledger)] == ["opencode"]


def test_an_answer_of_which_no_row_can_be_taken_is_refused_with_their_reason() -> None:
    rows = [foreign.session(name, "") | {"metadata": {}} for name in ("s1", "s2")]
    with pytest.raises(AgentLogError, match="x could not be read: it doesn't say when the session was"):
        list(ccusage.claims(json.dumps({"session": rows}), "x", BERLIN))


async def test_a_row_of_another_agent_than_the_named_one_is_listed(importer: Importer) -> None:
    done = await bring(importer, "daily", foreign.day("2026-11-20", agent="codex"), whose="claude-code")
    assert [one.reason for one in done.rejects] == ["2026-11-20: it is of codex, not of claude-code"]


async def test_what_stands_twice_in_an_answer_is_added_up_once(importer: Importer) -> None:
    done = await bring(importer, "daily", foreign.day("2026-11-20"), foreign.day("2026-11-20"))
    assert (done.found, done.new, done.known, done.tokens) == (2, 1, 1, 680)
    assert done.their_cost_nanos == 250_000_000
