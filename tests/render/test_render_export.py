"""Usage events for other programs: what is written reads back as what it was."""

import csv
import io
import json
import sqlite3
import sys
from contextlib import closing
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from token_dashboard.contract import read_contract
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.money import decimal_text
from token_dashboard.model.report import ReportRow, Totals
from token_dashboard.model.usage import UsageEvent, event_key
from token_dashboard.render.export.events import FLAT, flat_event, wire_event
from token_dashboard.render.export.focus import COLUMNS, focus_csv
from token_dashboard.render.export.formats import FORMATS, harmless
from token_dashboard.render.export.parquet import parquet_file

SCHEMA = Draft202012Validator(read_contract("schemas/usage-event.schema.json"))
BERLIN = ZoneInfo("Europe/Berlin")

PLAIN = UsageEvent(
    key=event_key("codex", "r1"),
    time_ms=1_795_168_800_123,
    source="log",
    agent="codex",
    provider="openai",
    model="gpt-5.2",
    input_tokens=1000,
    cache_read_input_tokens=400,
    output_tokens=70,
)
FULL = PLAIN._replace(
    key=event_key("codex", "r2"),
    requests=None,
    is_sidechain=True,
    service_tier="flex",
    attribution=Attribution(project='/home/ada/it\'s "here", 日本', user="ada", trigger="cron", session="s"),
    recorded_cost_nanos=0,
    list_cost_nanos=1,
    price_date="2026-11-01",
)


def whole(form: str, *events: UsageEvent) -> str:
    written = FORMATS[form]
    return written.head + written.page(events) + written.tail


def table(form: str, *events: UsageEvent) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(whole(form, *events), newline="")))


@pytest.mark.parametrize("event", [PLAIN, FULL])
def test_a_line_of_json_keeps_the_published_schema(event: UsageEvent) -> None:
    (line,) = whole("jsonl", event).splitlines()
    SCHEMA.validate(json.loads(line))
    assert json.loads(line) == wire_event(event)


TEXTS = (
    st.none() | st.sampled_from(["=x", "a,b", 'q"', "it's", "%s", "a\nb", "日本", "{}"]) | st.text(max_size=5)
)
EVENTS = st.builds(
    lambda maker, counts, tier, sidechain, owner, requests, money, day: UsageEvent._make(
        (
            7,
            1_795_168_800_123,
            "log",
            *maker,
            *counts,
            tier,
            sidechain,
            Attribution(*owner),
            requests,
            *money,
            day,
        )
    ),
    maker=st.tuples(TEXTS, TEXTS, TEXTS),
    counts=st.tuples(*[st.integers(0, 10**9)] * 7),
    tier=TEXTS,
    sidechain=st.booleans(),
    owner=st.tuples(*[TEXTS] * len(Attribution._fields)),
    requests=st.none() | st.integers(1, 9),
    money=st.tuples(*[st.none() | st.integers(0, 2**63 - 1)] * 2),
    day=st.sampled_from([None, "2026-11-01"]),
)


@given(EVENTS)
def test_a_line_is_to_the_letter_what_encoders_make_of_its_event(event: UsageEvent) -> None:
    as_json = json.dumps(wire_event(event), ensure_ascii=False, separators=(",", ":"))
    assert FORMATS["jsonl"].page([event, event]) == f"{as_json}\n" * 2
    flat = dict(zip(FLAT, flat_event(event), strict=True))
    (row,) = table("csv", event)
    money = {name: flat.pop(name) for name in ("recorded_cost_nanos", "list_cost_nanos")}
    for name, cell in flat.items():
        assert row[name] == ("" if cell is None else str(harmless(cell)))
    for name, nanos in money.items():
        assert row[name.replace("_nanos", "_usd")] == ("" if nanos is None else decimal_text(int(nanos)))


@given(EVENTS)
def test_a_row_of_sql_is_its_event(event: UsageEvent) -> None:
    assume(not any("\0" in text for text in flat_event(event) if isinstance(text, str)))
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(whole("sql", event))
        assert database.execute("select * from usage_event").fetchall() == [flat_event(event)]


def test_a_csv_row_tells_money_as_decimal_dollars_and_leaves_unknown_cells_empty() -> None:
    plain, full = table("csv", PLAIN, FULL)
    assert (plain["recorded_cost_usd"], full["recorded_cost_usd"]) == ("", "0.00")
    assert (full["list_cost_usd"], full["requests"], full["is_sidechain"]) == ("0.000000001", "", "1")
    assert (plain["time"], full["project"]) == ("2026-11-20T10:00:00.123Z", '/home/ada/it\'s "here", 日本')


@given(st.sampled_from("=+-@\t\r\n＝＋－＠"), st.text())  # noqa: RUF001 - the wide forms are meant
def test_no_text_of_a_stranger_is_a_formula_in_a_spreadsheet(start: str, rest: str) -> None:
    event = PLAIN._replace(model=start + rest, attribution=Attribution(project=start + rest))
    (cells,) = list(csv.reader(io.StringIO(FORMATS["csv"].page([event]), newline="")))
    assert [cell for cell in cells if cell.startswith((start, "=", "+", "-", "@", "\t", "\r"))] == []


@pytest.mark.parametrize("text", ["it's", "'; drop table usage_event; --", "a\nb", "\\", ".quit", "日本"])
def test_sql_loads_into_a_database_exactly_and_once(text: str) -> None:
    event = FULL._replace(attribution=Attribution(project=text))
    with closing(sqlite3.connect(":memory:")) as database:
        for _ in range(2):
            database.executescript(whole("sql", PLAIN, event))
        rows = database.execute(
            "select project, list_cost_nanos, requests, agent from usage_event order by input_tokens, project"
        ).fetchall()
    assert rows == [(None, None, 1, "codex"), (text, 1, None, "codex")]


@pytest.mark.parametrize("form", FORMATS)
def test_a_ledger_without_usage_is_a_file_without_rows(form: str) -> None:
    assert FORMATS[form].page([]) == ""
    if form == "sql":
        with closing(sqlite3.connect(":memory:")) as database:
            database.executescript(whole(form))
            assert database.execute("select count(*) from usage_event").fetchall() == [(0,)]


def test_a_finance_row_has_the_costs_of_a_local_day_and_empty_cells_for_what_nobody_knows() -> None:
    priced = ReportRow(
        totals=Totals(
            requests=3,
            input_tokens=1000,
            output_tokens=70,
            priced_requests=3,
            list_cost_nanos=2_100_000,
            recorded_requests=3,
            recorded_cost_nanos=3_000_000,
            likely_requests=3,
            likely_cost_nanos=3_000_000,
        ),
        provider="openai",
        model="gpt-5.2",
        day=date(2026, 10, 25),
    )
    unknown = ReportRow(totals=Totals(requests=1, input_tokens=9, unpriced_tokens=9), day=date(2026, 12, 31))
    text = focus_csv([priced, unknown], BERLIN)
    first, second = csv.DictReader(io.StringIO(text, newline=""))
    assert tuple(first) == COLUMNS
    assert (first["BilledCost"], first["ListCost"], first["BillingCurrency"]) == ("0.003", "0.0021", "USD")
    # The day on which clocks go back has 25 hours.
    assert (first["ChargePeriodStart"], first["ChargePeriodEnd"]) == (
        "2026-10-24T22:00:00Z",
        "2026-10-25T23:00:00Z",
    )
    assert (first["BillingPeriodStart"], first["BillingPeriodEnd"]) == (
        "2026-09-30T22:00:00Z",
        "2026-10-31T23:00:00Z",
    )
    assert (first["ConsumedQuantity"], first["SkuId"], first["ProviderName"]) == ("1070", "gpt-5.2", "openai")
    assert (second["BilledCost"], second["ListCost"], second["x_UnpricedTokens"]) == ("", "", "9")
    assert second["BillingPeriodEnd"] == "2026-12-31T23:00:00Z"


def test_parquet_without_its_library_is_an_import_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ModuleNotFoundError):
        parquet_file(tmp_path / "usage.parquet")
