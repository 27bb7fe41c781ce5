"""What came in from another program or by hand, what it cost, what was left out and why."""

from collections.abc import Sequence

from token_dashboard.model.imported import Imported, ImportedWindows, Undone
from token_dashboard.model.money import Money
from token_dashboard.model.scan import Reject
from token_dashboard.render.columns import safe
from token_dashboard.render.errors import phrase
from token_dashboard.render.language import Language
from token_dashboard.render.terminal._grid import PLAIN, QUIET, WARN, Column, Grid, Line, Screen, folded, show
from token_dashboard.render.times import day_text
from token_dashboard.render.usage_words import model_name

_LISTED = 10
_PATH_COLUMNS = 200
_NAME_COLUMNS = 60


def print_imported(screen: Screen, done: Imported, language: Language) -> None:
    show(screen, imported_lines(done, language, screen.width))


def print_imported_windows(screen: Screen, done: ImportedWindows, language: Language) -> None:
    show(screen, window_lines(done, language, screen.width))


def print_undone(screen: Screen, done: Undone, language: Language) -> None:
    show(screen, undone_lines(done, language, screen.width))


def imported_lines(done: Imported, language: Language, columns: int) -> list[Line]:
    """How many, what they cost, and what isn't in the ledger now."""
    _, count = language.gettext, language.count
    came = language.ngettext(
        "{new} new of {count} row, {known} known before",
        "{new} new of {count} rows, {known} known before",
        done.found,
    )
    told = came.format(new=count(done.new), count=count(done.found), known=count(done.known))
    lines = folded(told, columns)
    if done.tokens:
        lines += folded(_cost(done, language), columns)
    if done.unpriced_models:
        lines += folded(unpriced_words(done.unpriced_models, language), columns, WARN)
    if done.overlaps:
        text = _("Left out, since the ledger has it already (--force takes it, and it may count twice):")
        grid = Grid([Column(_("Day")), Column(_("Agent")), Column(_("Tokens"), is_number=True)])
        for one in done.overlaps[:_LISTED]:
            name = safe(one.agent, _NAME_COLUMNS)
            grid.add([day_text(one.day, language), name, language.tokens(one.tokens)])
        lines += [*folded(text, columns), *grid.lines(columns)]
        lines += _more(len(done.overlaps), language, columns)
    if done.withdrawn:
        text = language.ngettext(
            "{count} row that was brought in before is taken back: its day stands in logs now.",
            "{count} rows that were brought in before are taken back: their days stand in logs now.",
            done.withdrawn,
        )
        lines += folded(text.format(count=count(done.withdrawn)), columns)
    return lines + _rejects(done.rejects, done.rejected, language, columns)


def undone_lines(done: Undone, language: Language, columns: int) -> list[Line]:
    """How many are gone, and why others stay."""
    gone = language.ngettext(
        "{gone} of {count} row was brought in here and is taken back.",
        "{gone} of {count} rows were brought in here and are taken back.",
        done.found,
    )
    told = gone.format(gone=language.count(done.withdrawn), count=language.count(done.found))
    lines = folded(told, columns)
    if done.inseparable:
        text = language.ngettext(
            "{count} row stays: its detail was deleted, and its totals have others in them.",
            "{count} rows stay: their detail was deleted, and their totals have others in them.",
            done.inseparable,
        )
        lines += folded(text.format(count=language.count(done.inseparable)), columns, WARN)
    return lines


def window_lines(done: ImportedWindows, language: Language, columns: int) -> list[Line]:
    """How many figures came in, and what has no place here."""
    came = language.ngettext(
        "{new} new of {count} figure of Claude's usage windows",
        "{new} new of {count} figures of Claude's usage windows",
        done.samples,
    )
    told = came.format(new=language.count(done.new), count=language.count(done.samples))
    lines = folded(told, columns)
    for one in done.left_out:
        rows = language.ngettext("{count} row", "{count} rows", one.rows)
        text = language.gettext("Left out: {what}, {rows}: {reason}").format(
            what=safe(phrase(one.what, language), _NAME_COLUMNS),
            rows=rows.format(count=language.count(one.rows)),
            reason=phrase(one.reason, language),
        )
        lines += folded(text, columns)
    return lines + _rejects(done.rejects, len(done.rejects), language, columns)


def unpriced_words(models: Sequence[str], language: Language) -> str:
    """That a cost isn't known is said of each model: it isn't free of charge."""
    if set(models) == {"?"}:
        return language.gettext("Where no model is named, the tokens count, and the cost is unknown, not 0.")
    text = language.gettext(
        "No price is known for {models}: the tokens count, and the cost is unknown, not 0. "
        "Set one under prices.overrides."
    )
    named = [model_name(model, _NAME_COLUMNS, language) for model in models[:_LISTED]]
    return text.format(models=language.listed([*named, *(["…"] if len(models) > _LISTED else [])]))


def _cost(done: Imported, language: Language) -> str:
    _ = language.gettext
    told = [_("{count} tokens").format(count=language.tokens(done.tokens))]
    if done.list_cost_nanos is None:
        told.append(_("cost unknown"))
    else:
        told.append(_("{money} at list prices").format(money=language.money(Money(done.list_cost_nanos))))
    if done.their_cost_nanos is not None:
        money = language.money(Money(done.their_cost_nanos))
        told.append(_("{money} by its own count").format(money=money))
    return language.listed(told)


def _rejects(rejects: Sequence[Reject], count: int, language: Language, columns: int) -> list[Line]:
    if not count:
        return []
    text = language.ngettext("{count} row could not be taken:", "{count} rows could not be taken:", count)
    lines = folded(text.format(count=language.count(count)), columns, WARN)
    for one in rejects[:_LISTED]:
        said = safe(phrase(one.reason, language), _PATH_COLUMNS)
        place = safe(phrase(one.path, language), _PATH_COLUMNS)
        where = f"{place}:{one.line}" if one.line else place
        lines += folded(f"  {where}: {said}", columns, PLAIN)
    return lines + _more(count, language, columns)


def _more(count: int, language: Language, columns: int) -> list[Line]:
    if count <= _LISTED:
        return []
    text = language.gettext("and {count} more: --json")
    return folded("  " + text.format(count=language.count(count - _LISTED)), columns, QUIET)
