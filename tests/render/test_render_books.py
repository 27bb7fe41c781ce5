"""Vendors' own books beside what agents logged, in a terminal and on the page."""

from dataclasses import replace
from datetime import date
from html import unescape

from render_sample_page import NAMES, RICH

from token_dashboard.model.money import Money
from token_dashboard.model.report import Totals
from token_dashboard.model.vendor_report import Difference, VendorDay, VendorFigures, VendorReport
from token_dashboard.render.language import language
from token_dashboard.render.page import page
from token_dashboard.render.terminal.books import books_lines

ENGLISH = language("en")
LOGGED = Totals(
    requests=3, priced_requests=3, input_tokens=2_000, output_tokens=100, list_cost_nanos=1_500_000_000
)
UNPRICED = Totals(requests=3, input_tokens=2_000, output_tokens=100, unpriced_tokens=2_100)


def day_of(number: int, logged: Totals, *costs: Money, is_partial: bool = False) -> VendorDay:
    return VendorDay(
        provider="anthropic",
        account="default",
        scope="organization",
        day=date(2026, 11, number),
        is_partial=is_partial,
        vendor=VendorFigures(input_tokens=10_750, costs=costs),
        logged=logged,
        difference=Difference(),
        models=(),
        lines=(),
    )


BOOKS = VendorReport(
    since=date(2026, 11, 20),
    until=date(2026, 11, 22),
    days=(
        day_of(20, LOGGED, Money(12_500_000_000), Money(3_000_000_000, "CNY")),
        day_of(21, UNPRICED, Money(7_000_000_000)),
        day_of(22, Totals(), is_partial=True),
    ),
)


def test_a_cost_that_nobody_knows_is_a_question_and_no_zero() -> None:
    priced, unpriced, unused = [line.text for line in books_lines(BOOKS, NAMES, ENGLISH, 100)][1:4]
    assert "$12.50, CN¥3.00" in priced
    assert "$1.50" in priced
    assert " ? " in unpriced
    assert "$0.00" not in f"{priced}{unpriced}{unused}"


def test_the_page_has_the_newest_day_first_and_marks_the_one_that_is_open() -> None:
    body = unescape(page(replace(RICH, books=BOOKS), ENGLISH))
    table = body.split('id="books"')[1].split("</section>")[0]
    days = [
        part.split(",")[0].replace("\xa0", " ") for part in table.split('scope="row">Anthropic</th><td>')[1:]
    ]
    assert days == ["Nov 22", "Nov 21", "Nov 20"]
    assert table.count("2026*<") == 1
    assert "$12.50, CN¥3.00" in table
    assert "* is not closed yet" in table


def test_without_books_the_page_has_no_card_for_them() -> None:
    assert 'id="books"' not in page(RICH, ENGLISH)
    assert 'id="books"' not in page(replace(RICH, books=replace(BOOKS, days=())), ENGLISH)
