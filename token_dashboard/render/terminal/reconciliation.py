"""``tokens reconcile``: a vendor's bill beside our events, and what the gap is made of."""

from collections.abc import Mapping, Sequence

from token_dashboard.model.money import Money
from token_dashboard.model.reconciliation import GapKind, GapPart, Reconciliation
from token_dashboard.model.status import Problem
from token_dashboard.render.columns import safe
from token_dashboard.render.errors import problem
from token_dashboard.render.language import N_, Language
from token_dashboard.render.phrases import called
from token_dashboard.render.terminal._grid import (
    HEAD,
    QUIET,
    WARN,
    Column,
    Grid,
    Line,
    Screen,
    blocks,
    folded,
    show,
)
from token_dashboard.render.times import day_text

_NAME_COLUMNS = 48
_KINDS = {
    GapKind.MISSING_DAY: N_("missing day: billed, and no event here"),
    GapKind.UNPRICED_MODEL: N_("model without a price here"),
    GapKind.LATE_DATA: N_("late data: the day isn't closed"),
    GapKind.OTHER_USE: N_("other machines or programs"),
    GapKind.NOT_BILLED: N_("used here, not billed: a plan, or another account"),
    GapKind.PRICE: N_("same tokens, another price or tier"),
    GapKind.UNEXPLAINED: N_("unexplained"),
}


def print_reconciliation(
    screen: Screen,
    found: Reconciliation,
    names: Mapping[str, str],
    problems: Sequence[Problem],
    language: Language,
) -> None:
    show(screen, reconciliation_lines(found, names, problems, language, screen.width))


def reconciliation_lines(
    found: Reconciliation,
    names: Mapping[str, str],
    problems: Sequence[Problem],
    language: Language,
    columns: int,
) -> list[Line]:
    """Billed, logged, the gap and its parts, largest first, and the verdict.

    ``problems`` are those of the vendor's accounts: what it said before may be all that is known.
    """
    _ = language.gettext
    name = called(names, found.provider, None) or found.provider
    if not found.days:
        told = _("{provider} has told of no day since {day}.").format(
            provider=name, day=day_text(found.since, language)
        )
        why = [problem(one, language) for one in problems] or [
            _("Its report needs a key that may read it: tokens providers show {id}").format(id=found.provider)
        ]
        return folded(language.sentences([told, *why]), columns, WARN)
    sums = Grid([Column(""), Column("", is_number=True)])
    heading = _("{provider}, {since} to {until} (UTC)").format(
        provider=name, since=day_text(found.since, language), until=day_text(found.until, language)
    )
    sums.add([_("Billed"), language.money(found.billed)])
    sums.add([_("Logged, at list price"), language.money(found.logged)])
    sums.add([_("Gap"), _gap(found, language)], HEAD)
    parts = Grid([Column(_("Part of the gap")), Column(_("Of what")), Column(_("Amount"), is_number=True)])
    for one in found.parts:
        style = WARN if one.kind is GapKind.UNEXPLAINED else ""
        parts.add([_(_KINDS[one.kind]), _of_what(one, language), language.money(one.money)], style)
    return blocks(
        folded(heading, columns, HEAD),
        sums.lines(columns)[1:],
        parts.lines(columns),
        _verdict(found, language, columns),
        _others(found.others, language, columns),
        [line for one in problems for line in folded(f"⚠ {problem(one, language)}", columns, WARN)],
    )


def _gap(found: Reconciliation, language: Language) -> str:
    percent = found.gap_percent
    share = "" if percent is None else f" ({language.percent(percent)})"
    return f"{language.money(found.gap)}{share}"


def _of_what(one: GapPart, language: Language) -> str:
    if one.day is not None:
        return day_text(one.day, language)
    return safe(one.model, _NAME_COLUMNS) if one.model else language.gettext("unknown")


def _verdict(found: Reconciliation, language: Language, columns: int) -> list[Line]:
    _ = language.gettext
    text = _("Within the tolerance.") if found.is_within else _("Above the tolerance.")
    if found.apart.nanos != abs(found.gap.nanos):
        apart = _("Parts without their signs: {money}.").format(money=language.money(found.apart))
        text = language.sentences([text, apart])
    rest = _("Unexplained: {money}.").format(money=language.money(found.unexplained))
    return folded(language.sentences([text, rest]), columns, HEAD if found.is_within else WARN)


def _others(others: tuple[Money, ...], language: Language, columns: int) -> list[Line]:
    if not others:
        return []
    text = language.gettext("Not compared: {amounts}.")
    amounts = language.listed(language.money(one) for one in others)
    return folded(text.format(amounts=amounts), columns, QUIET)
