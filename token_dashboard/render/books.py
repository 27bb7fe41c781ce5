"""Vendors' own books beside what agents logged: the words that a terminal and a page share."""

from collections.abc import Iterable, Mapping

from token_dashboard.model.vendor_report import VendorDay
from token_dashboard.render.columns import NONE, safe
from token_dashboard.render.language import N_, Language
from token_dashboard.render.phrases import called
from token_dashboard.render.times import day_text
from token_dashboard.render.usage_words import cost_cell

_NAME_COLUMNS = 24
_HEADS = (
    N_("Account"),
    N_("Day"),
    N_("Billed"),
    N_("Logged"),
    N_("Difference"),
    N_("Input billed"),
    N_("Input logged"),
)
FIRST_NUMBER = 2
"""From this column on there are figures."""
REMARK = N_(
    "Billed is the vendor's own book, for every program that used the account. Logged is what agents on "
    "this computer used, at list price. Days are UTC; * is not closed yet."
)


def heads(language: Language) -> list[str]:
    return [language.gettext(one) for one in _HEADS]


def book_rows(days: Iterable[VendorDay], names: Mapping[str, str], language: Language) -> list[list[str]]:
    """A row a day of each account; nothing is added up, because the two don't count the same."""
    return [_row(day, names, language) for day in days]


def _row(day: VendorDay, names: Mapping[str, str], language: Language) -> list[str]:
    name = called(names, day.provider, day.account) or day.provider
    vendor, logged = day.vendor.input_tokens, day.logged.input_tokens
    return [
        safe(name, _NAME_COLUMNS),
        day_text(day.day, language) + ("*" if day.is_partial else ""),
        language.listed([language.money(one) for one in day.vendor.costs]) or NONE,
        cost_cell(day.logged, language) if day.logged.requests else NONE,
        NONE if day.difference.cost is None else language.money(day.difference.cost),
        NONE if vendor is None else language.tokens(vendor),
        language.tokens(logged) if day.logged.requests else NONE,
    ]
