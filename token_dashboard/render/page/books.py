"""What vendors' own books say of the last days, beside what agents logged."""

from collections.abc import Mapping

from token_dashboard.model.vendor_report import VendorReport
from token_dashboard.render.books import REMARK, book_rows, heads
from token_dashboard.render.language import Language
from token_dashboard.render.page.markup import Html, tag


def books_card(books: VendorReport | None, names: Mapping[str, str], language: Language) -> Html:
    """A table, the newest day first; nothing where no vendor keeps books."""
    if books is None or not books.days:
        return Html("")
    newest = sorted(books.days, key=lambda one: (one.day, one.provider), reverse=True)
    rows = [
        tag("tr", tag("th", cells[0], scope="row"), *(tag("td", cell) for cell in cells[1:]))
        for cells in book_rows(newest, names, language)
    ]
    head = tag("tr", *(tag("th", one, scope="col") for one in heads(language)))
    table = tag("table", tag("thead", head), tag("tbody", *rows))
    return tag(
        "section",
        tag("h2", language.gettext("Billed"), id="books"),
        tag("div", table, class_="scroll", tabindex=0),
        tag("p", language.gettext(REMARK), class_="quiet"),
        class_="card wide",
        aria_labelledby="books",
    )
