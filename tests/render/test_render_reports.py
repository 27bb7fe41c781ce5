"""Reports in every format: what a person reads, and what a program reads back."""

import csv
import io
import re
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html.parser import HTMLParser
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import pytest
from render_faces import LANGUAGES, TextFile
from render_sample_accounts import totals
from render_sample_answers import NO_REPORT
from render_sample_reports import DAYS, EUROS, FORMULA, HOURS, MONTHS, PROJECTS, REPORTS, SELLERS, SESSIONS
from syrupy.assertion import SnapshotAssertion

from token_dashboard.model.report import Dimension, Report, ReportRow, Totals
from token_dashboard.render.columns import width
from token_dashboard.render.language import language
from token_dashboard.render.report.flat import report_csv
from token_dashboard.render.report.markdown import report_markdown
from token_dashboard.render.report.page import report_html
from token_dashboard.render.report.sheet import report_xlsx
from token_dashboard.render.terminal.report import report_lines

ENGLISH = language("en")
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def screen(report: Report, columns: int, tag: str = "en") -> str:
    return "".join(f"{line.text.rstrip()}\n" for line in report_lines(report, language(tag), columns))


@pytest.mark.parametrize("columns", [40, 80, 120])
@pytest.mark.parametrize("name", REPORTS)
def test_a_report_reads_as_it_was_approved(name: str, columns: int, snapshot: SnapshotAssertion) -> None:
    assert screen(REPORTS[name], columns) == snapshot.use_extension(TextFile)


@pytest.mark.parametrize("tag", LANGUAGES[1:])
def test_a_report_reads_as_it_was_approved_in_every_language(tag: str, snapshot: SnapshotAssertion) -> None:
    assert screen(EUROS, 80, tag) == snapshot.use_extension(TextFile)


@pytest.mark.parametrize("columns", [20, 40, 60, 80, 120])
@pytest.mark.parametrize("name", REPORTS)
def test_no_figure_is_left_out_for_want_of_room(name: str, columns: int) -> None:
    report = REPORTS[name]
    text = re.sub(r"\s+", " ", screen(report, columns).replace("\N{NO-BREAK SPACE}", " "))
    for row in report.rows:
        cost = row.totals.list_cost
        if cost is not None:
            assert ENGLISH.money(cost) in text
        assert ENGLISH.tokens(row.totals.input_tokens).replace("\N{NO-BREAK SPACE}", " ") in text


@pytest.mark.parametrize("name", REPORTS)
def test_bars_go_first_and_a_table_keeps_to_its_width(name: str) -> None:
    assert "█" in screen(REPORTS[name], 160)
    assert "█" not in screen(REPORTS[name], 40)
    for columns in (40, 80, 120):
        assert max(width(line) for line in screen(REPORTS[name], columns).splitlines()) <= columns


def test_an_unasked_logged_cost_goes_before_what_tells_sessions_apart() -> None:
    charged = replace(SESSIONS, total=replace(SESSIONS.total, recorded_requests=1))
    assert "Logged cost" in screen(charged, 200)
    least = min(columns for columns in range(60, 200) if "Last active" in screen(SESSIONS, columns))
    assert "Logged cost" not in screen(charged, least)
    assert "Last active" in screen(charged, least)


def test_the_hour_that_clocks_strike_twice_has_the_name_of_its_time() -> None:
    first = int(datetime(2026, 10, 25, 0, tzinfo=UTC).timestamp()) * 1000
    rows = [replace(HOURS.rows[0], hour=first + n * 3_600_000) for n in range(3)]
    told = screen(replace(HOURS, time_zone="Europe/Berlin", rows=rows), 120)
    assert [line.split()[3:5] for line in told.splitlines()[1:4]] == [
        ["02:00", "CEST"],
        ["02:00", "CET"],
        ["03:00", "codex"],
    ]


@pytest.mark.parametrize("report", [DAYS, EUROS, SESSIONS, MONTHS, PROJECTS])
def test_csv_reads_back_to_the_total(report: Report) -> None:
    rows = list(csv.DictReader(io.StringIO(report_csv(report))))
    assert sum(int(row["requests"]) for row in rows) == report.total.requests
    assert sum(int(row["input_tokens"]) for row in rows) == report.total.input_tokens
    cost = report.total.list_cost
    assert cost is not None
    assert sum(Decimal(row["cost_usd"] or 0) for row in rows) == Decimal(cost.amount)
    assert {row["cost_usd"] for row in rows if row["requests"] == "7"} <= {""}


def test_csv_tells_each_group_by_its_names_and_moments() -> None:
    [month, *_] = csv.DictReader(io.StringIO(report_csv(MONTHS)))
    assert (month["month"], month["provider"], month["model"]) == (
        "2026-11-01",
        "anthropic",
        "claude-opus-4-5",
    )
    session, *_ = csv.DictReader(io.StringIO(report_csv(SESSIONS)))
    assert (session["last_at"], session["models"]) == ("2026-11-21T13:00:00.000Z", "gpt-5.2, gpt-5.2-mini")
    *_, rest = csv.DictReader(io.StringIO(report_csv(EUROS)))
    assert (rest["day"], rest["cost_eur"]) == ("(12 more)", "28.53")


def test_csv_says_of_which_rows_the_requests_are_only_the_least_and_the_costs_doubtful() -> None:
    sums = Totals(requests=2, open_sums=1, doubtful_requests=1)
    rows = (ReportRow(agent="hermes", totals=sums), ReportRow(agent="codex", totals=totals(9, 9, 0, 9, "1")))
    report = replace(DAYS, by=(Dimension.AGENT,), rows=rows, rest=None)
    told = csv.DictReader(io.StringIO(report_csv(report)))
    marks = [(row["requests"], row["open_sums"], row["doubtful_requests"]) for row in told]
    assert marks == [("2", "1", "1"), ("9", "0", "0")]


def test_parts_of_a_row_name_who_sells_them_where_two_sell_one_model() -> None:
    [row] = MONTHS.rows
    alike = replace(row, parts=(*SELLERS.rows, row.parts[1]))
    lines = screen(replace(MONTHS, rows=(alike,)), 120).splitlines()
    assert [line.strip().split("  ")[0] for line in lines[2:5]] == [
        "claude-opus-4-5 (anthropic)",
        "claude-opus-4-5 (openrouter)",
        "gpt-5.2",
    ]


@pytest.mark.parametrize(
    ("dimension", "start"),
    [
        (Dimension.BRANCH, "feature/the-checkout-of-the-shop-in-all-currencies-"),
        (Dimension.PROJECT, "/the-checkout-of-the-shop-in-all-currencies-"),
        (Dimension.SESSION, "session-of-the-checkout-of-the-shop-in-all-currencies-"),
    ],
)
def test_long_names_are_whole_where_there_is_room_and_told_apart_where_there_is_none(
    dimension: Dimension, start: str
) -> None:
    names = [f"{start}eur", f"{start}usd"]
    rows = tuple(ReportRow(totals=totals(9, 9_000, 0, 900, "0.90"), **{dimension: name}) for name in names)
    report = replace(PROJECTS, by=(dimension,), rows=rows)
    for whole in (screen(report, 160), report_html(report, ENGLISH), report_markdown(report, ENGLISH)):
        assert [name for name in names if name not in whole] == []
    for columns in (40, 80):
        text = screen(report, columns)
        assert (text.count("…"), text.count("-eur"), text.count("-usd")) == (2, 1, 1)
        assert max(map(width, text.splitlines())) <= columns


def test_no_name_is_run_as_a_formula() -> None:
    rows = list(csv.DictReader(io.StringIO(report_csv(PROJECTS))))
    assert [(row["project"], row["branch"]) for row in rows][1] == (f"'{FORMULA}", "'@fix")
    sheet = ZipFile(io.BytesIO(report_xlsx(PROJECTS))).read("xl/worksheets/sheet1.xml").decode()
    assert ("<f>" in sheet, "<hyperlink" in sheet) == (False, False)


def cells(report: Report) -> list[dict[str, tuple[str, str | float]]]:
    """The rows of a workbook below its head: what each cell's format is, and what stands in it."""
    book = ZipFile(io.BytesIO(report_xlsx(report)))
    texts = ["".join(one.itertext()) for one in ET.fromstring(book.read("xl/sharedStrings.xml"))]
    styles = ET.fromstring(book.read("xl/styles.xml"))
    codes = {one.get("numFmtId"): one.get("formatCode") for one in styles.iter(f"{_MAIN}numFmt")}
    kinds = [codes.get(one.get("numFmtId"), "") for one in styles.iterfind(f"{_MAIN}cellXfs/{_MAIN}xf")]
    told: list[dict[str, tuple[str, str | float]]] = []
    for row in ET.fromstring(book.read("xl/worksheets/sheet1.xml")).iter(f"{_MAIN}row"):
        told.append({})
        for cell in row:
            value = "".join(cell.itertext())
            place = (cell.get("r") or "").rstrip("0123456789")
            text = texts[int(value)] if cell.get("t") == "s" else float(value)
            told[-1][place] = (kinds[int(cell.get("s", 0))] or "", text)
    head, *rows = told
    return [{str(head[place][1]): cell for place, cell in row.items()} for row in rows]


def test_a_workbook_has_numbers_as_numbers_and_texts_as_texts() -> None:
    first, second = cells(PROJECTS)
    assert first["project"] == ("", "/home/ada/shop | <b>")
    assert second["project"] == ("", FORMULA)
    assert first["input_tokens"] == ("#,##0", 9000)
    assert first["cost_usd"] == ("#,##0.00####", 0.9)
    assert "recorded_cost_usd" not in first


def test_a_workbook_has_days_as_days_and_moments_by_the_reports_clock() -> None:
    def serial(moment: datetime) -> float:
        return (moment - datetime(1899, 12, 30)) / timedelta(days=1)  # noqa: DTZ001 - a cell knows no zone

    assert cells(DAYS)[0]["day"] == ("yyyy-mm-dd", serial(datetime(2026, 11, 20)))  # noqa: DTZ001 - see above
    assert cells(HOURS)[0]["hour"] == (
        "yyyy-mm-dd hh:mm",
        pytest.approx(serial(datetime(2026, 11, 22, 9))),  # noqa: DTZ001 - see above
    )
    *_, rest = cells(DAYS)
    assert rest["day"] == ("", "(12 more)")


def test_the_head_of_a_workbook_stays_in_place() -> None:
    sheet = ZipFile(io.BytesIO(report_xlsx(DAYS))).read("xl/worksheets/sheet1.xml").decode()
    assert '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' in sheet


def test_a_workbook_without_its_library_is_an_import_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(ModuleNotFoundError):
        report_xlsx(DAYS)


def test_markdown_is_a_table_whose_names_are_no_markup() -> None:
    text = report_markdown(PROJECTS, ENGLISH)
    head, rule, first, *_ = text.splitlines()
    assert head.split(" | ")[:3] == ["| Project", "Branch", "Requests"]
    assert rule.count("---:") == 5
    assert first.startswith(r"| /home/ada/shop \| \<b\> | main | 9 |")
    assert "Nothing in the ledger matches --branch release-\\*." in text
    assert "| **Total** |  | **10** |" in text


def test_markdown_shows_marks_of_markup_as_they_are() -> None:
    rows = (replace(PROJECTS.rows[0], project="~~a~~ &lt;"),)
    text = report_markdown(replace(PROJECTS, rows=rows), ENGLISH)
    assert r"| \~\~a\~\~ \&lt; | main |" in text
    assert r"\+ 2.1 M unpriced" in report_markdown(DAYS, ENGLISH).replace("\N{NO-BREAK SPACE}", " ")


class _Page(HTMLParser):
    """Notes what a page would load or run, and the text it shows."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.mark.parametrize("name", REPORTS)
def test_a_page_loads_nothing_runs_nothing_and_shows_every_name(name: str) -> None:
    page = _Page()
    page.feed(report_html(REPORTS[name], ENGLISH))
    assert not {"script", "img", "link", "b", "iframe"} & set(page.tags)
    assert not [key for key, _ in page.attributes if key in {"src", "href"} or key.startswith("on")]
    assert "Total" in page.texts
    if name == "projects":
        assert "/home/ada/shop | <b>" in page.texts


def test_a_report_of_nothing_says_so_in_every_format() -> None:
    said = "Nothing was used in this period."
    assert screen(NO_REPORT, 80).startswith(said)
    assert report_markdown(NO_REPORT, ENGLISH).startswith(said)
    assert said in report_html(NO_REPORT, ENGLISH)
    assert list(csv.DictReader(io.StringIO(report_csv(NO_REPORT)))) == []
    assert ZipFile(io.BytesIO(report_xlsx(NO_REPORT))).testzip() is None
