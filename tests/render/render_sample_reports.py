"""Reports to look at: by day, by month with models, by session, by project, by hour."""

from dataclasses import replace
from datetime import UTC, date, datetime

from render_sample_accounts import ZONE, totals

from token_dashboard.model.money import Money
from token_dashboard.model.report import Activity, Dimension, Order, Report, ReportRow, Rest, Totals

UNPRICED = Totals(requests=7, input_tokens=2_000_000, output_tokens=100_000, unpriced_tokens=2_100_000)
FORMULA = '=HYPERLINK("http://evil","x")'


def _report(by: tuple[Dimension, ...], *rows: ReportRow, rest: Rest | None = None, **also: object) -> Report:
    total = Totals.summed([row.totals for row in rows] + ([rest.totals] if rest else []))
    return Report(
        time_zone=ZONE,
        since=date(2026, 11, 1),
        until=date(2026, 11, 22),
        by=by,
        rows=rows,
        total=total,
        unpriced_models=("model-x",) if total.unpriced_tokens else (),
        rest=rest,
        **also,
    )


def _moment(day: int, hour: int) -> int:
    return int(datetime(2026, 11, day, hour, tzinfo=UTC).timestamp()) * 1000


DAYS = _report(
    (Dimension.DAY,),
    ReportRow(day=date(2026, 11, 20), totals=totals(214, 8_100_000, 7_533_000, 210_000, "2.90")),
    ReportRow(day=date(2026, 11, 21), totals=totals(12, 90_000, 0, 4_000, "0.004")),
    ReportRow(day=date(2026, 11, 22), totals=totals(131, 4_000_000, 3_477_000, 96_000, "1.28") + UNPRICED),
    rest=Rest(groups=12, totals=totals(1_200, 91_000_000, 70_000_000, 2_000_000, "31.70")),
)
EUROS = replace(
    DAYS,
    rows=tuple(
        replace(row, shown_cost=Money((row.totals.list_cost_nanos * 9) // 10, "EUR")) for row in DAYS.rows
    ),
    rest=replace(DAYS.rest, shown_cost=Money(28_530_000_000, "EUR")),
    currency="EUR",
    shown_cost=Money(32_295_600_000, "EUR"),
)
_PARTS = (
    ReportRow(
        provider="anthropic",
        model="claude-opus-4-5",
        totals=totals(200, 8_000_000, 7_500_000, 200_000, "2.80"),
    ),
    ReportRow(provider="openai", model="gpt-5.2", totals=totals(14, 100_000, 33_000, 10_000, "0.10")),
)
MONTHS = replace(
    _report(
        (Dimension.MONTH,),
        ReportRow(
            month=date(2026, 11, 1), totals=Totals.summed([part.totals for part in _PARTS]), parts=_PARTS
        ),
    ),
    since=None,
    until=None,
)
SESSIONS = _report(
    (Dimension.SESSION,),
    ReportRow(
        session="019a8b2c-1111-7000-8000-000000000001",
        totals=totals(214, 8_100_000, 7_533_000, 210_000, "2.90"),
        activity=Activity(
            first_ms=_moment(21, 8),
            last_ms=_moment(21, 13),
            agents=("codex",),
            projects=("/home/ada/code/customers/northwind-traders/ordering",),
            models=("gpt-5.2", "gpt-5.2-mini"),
        ),
    ),
    ReportRow(
        session="019a8b2c-2222-7000-8000-000000000002",
        totals=totals(131, 4_000_000, 3_477_000, 96_000, "1.28"),
        activity=Activity(first_ms=_moment(22, 8), last_ms=_moment(22, 9), models=("claude-opus-4-5",)),
    ),
    ReportRow(totals=UNPRICED),
    order=Order.COST,
)
PROJECTS = replace(
    _report(
        (Dimension.PROJECT, Dimension.BRANCH),
        ReportRow(project="/home/ada/shop | <b>", branch="main", totals=totals(9, 9_000, 0, 900, "0.90")),
        ReportRow(project=FORMULA, branch="@fix", totals=totals(1, 1_000, 0, 100, "0.10")),
        order=Order.COST,
    ),
    unmatched={"branch": ("release-*",)},
)
HOURS = replace(
    _report(
        (Dimension.HOUR, Dimension.AGENT),
        ReportRow(hour=_moment(22, 8), agent="codex", totals=totals(9, 9_000, 0, 900, "0.90")),
        ReportRow(hour=_moment(22, 9), agent="codex", totals=totals(3, 3_000, 0, 300, "0.30")),
    ),
    since=None,
    until=None,
    start_ms=_moment(21, 0),
    end_ms=_moment(22, 12),
)
SELLERS = _report(
    (Dimension.MODEL,),
    ReportRow(provider="anthropic", model="claude-opus-4-5", totals=totals(9, 9_000, 0, 900, "0.90")),
    ReportRow(provider="openrouter", model="claude-opus-4-5", totals=totals(3, 3_000, 0, 300, "0.30")),
    order=Order.COST,
)
REPORTS = {
    "days": DAYS,
    "days in euros": EUROS,
    "months by model": MONTHS,
    "sessions": SESSIONS,
    "projects": PROJECTS,
    "hours": HOURS,
    "one model of two sellers": SELLERS,
}
