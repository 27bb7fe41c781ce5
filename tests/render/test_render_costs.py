"""A report by what is meant by cost: named, with what it leaves out and what isn't believed."""

from dataclasses import replace

import pytest

from token_dashboard.model.report import CostBasis, Dimension, Report, ReportRow, Totals
from token_dashboard.render import wire
from token_dashboard.render.columns import NONE
from token_dashboard.render.language import language
from token_dashboard.render.report.table import table_of
from token_dashboard.render.terminal.report import report_lines

USED = Totals(
    requests=12,
    input_tokens=9_000,
    output_tokens=1_000,
    priced_requests=12,
    list_cost_nanos=3_000_000_000,
    recorded_requests=10,
    recorded_cost_nanos=9_000_000_000_000,
    open_sums=2,
    likely_requests=12,
    likely_cost_nanos=2_500_000_000,
    doubtful_requests=1,
)


def report(basis: CostBasis, totals: Totals = USED) -> Report:
    return Report(
        time_zone="UTC",
        since=None,
        until=None,
        by=(Dimension.AGENT,),
        rows=(ReportRow(agent="hermes", totals=totals),),
        total=totals,
        unpriced_models=(),
        cost_basis=basis,
    )


def page(basis: CostBasis, tag: str = "en") -> str:
    return "\n".join(line.text for line in report_lines(report(basis), language(tag), 100))


@pytest.mark.parametrize(
    ("basis", "amount", "without"),
    [
        (CostBasis.COMPUTED, "3.00", 0),
        (CostBasis.LOGGED, "9000.00", 2),
        (CostBasis.AUTO, "2.50", 0),
    ],
)
def test_an_answer_names_its_basis_and_what_it_leaves_out(
    basis: CostBasis, amount: str, without: int
) -> None:
    answer = wire.report(report(basis))
    assert answer["costBasis"] == basis
    for told in (answer["total"], answer["rows"][0]):
        assert told["cost"] == {"amount": amount, "currency": "USD"}
        assert (told["requestsWithoutCost"], told["openSums"], told["doubtfulRequests"]) == (without, 2, 1)


@pytest.mark.parametrize(
    ("basis", "words"),
    [
        (CostBasis.COMPUTED, ("List cost", "$3.00", "Logged cost")),
        (CostBasis.LOGGED, ("Logged cost", "$9,000.00 + ?", "+ 2 requests without a cost")),
        (CostBasis.AUTO, ("Likely cost", "$2.50", "The log's cost of 1 request is off")),
    ],
)
def test_a_page_names_its_basis_and_what_it_leaves_out(basis: CostBasis, words: tuple[str, ...]) -> None:
    shown = page(basis)
    assert "≥ 12" in shown
    assert [word for word in words if word not in shown] == []


def test_nothing_known_is_no_nothing() -> None:
    unknown = Totals(requests=3, input_tokens=10, unknown_cost_tokens=10, unpriced_tokens=10)
    for basis in CostBasis:
        assert wire.report(report(basis, unknown))["total"]["cost"] is None


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"recorded_requests": 12}, "$9,000.00"),
        ({"recorded_requests": 10}, "$9,000.00 + ?"),
        ({"recorded_requests": 10, "recorded_cost_nanos": 0}, "$0.00 + ?"),
        ({"recorded_requests": 12, "recorded_cost_nanos": 0}, "$0.00"),
        ({"recorded_requests": 12, "recorded_cost_nanos": 0, "unpriced_tokens": 500}, "$0.00 + ?"),
        (
            {"recorded_requests": 12, "recorded_cost_nanos": 0, "unpriced_tokens": 500, "priced_requests": 0},
            NONE,
        ),
    ],
)
def test_what_logs_recorded_is_never_a_zero_that_nobody_knows(said: dict[str, int], told: str) -> None:
    shown = table_of(report(CostBasis.COMPUTED, replace(USED, **said)), language("en"))
    place = [column.title for column in shown.columns].index("Logged cost")
    assert [cell.replace("\N{NO-BREAK SPACE}", " ") for cell in shown.columns[place].cells] == [told, told]
