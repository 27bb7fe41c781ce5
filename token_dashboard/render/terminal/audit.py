"""``tokens audit``: what became of everything that was seen, and where counts disagree."""

from collections.abc import Mapping

from token_dashboard.model.proof import AgentBalance, Audit, Imbalance
from token_dashboard.render.columns import safe
from token_dashboard.render.language import Language
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

_SHOWN_REJECTS = 20
_NAME_COLUMNS = 24
_UNITS = (("GB", 10**9), ("MB", 10**6), ("kB", 10**3))


def print_audit(screen: Screen, audit: Audit, names: Mapping[str, str], language: Language) -> None:
    show(screen, audit_lines(audit, names, language, screen.width))


def audit_lines(audit: Audit, names: Mapping[str, str], language: Language, columns: int) -> list[Line]:
    """A line an agent, the rejected lines with their reasons, and the verdict."""
    _ = language.gettext
    if not audit.agents:
        return folded(_("Nothing was seen yet. tokens scan reads the logs."), columns)
    grid = Grid(
        [
            Column(_("Agent")),
            Column(_("Seen"), is_number=True),
            Column(_("Stored"), is_number=True),
            Column(_("Merged"), is_number=True),
            Column(_("Deleted"), is_number=True),
            Column(_("Rejected"), is_number=True),
            Column(_("Missing"), is_number=True),
            Column(_("Pending"), is_number=True),
        ]
    )
    for one in audit.agents:
        grid.add(_row(one, names, language), WARN if one.missing else "")
    remark = _(
        "Seen is every record and every rejected line. Merged ones were repeats, deleted ones are kept as "
        "sums. Pending is what the logs hold beyond what was read."
    )
    return blocks(
        grid.lines(columns),
        _rejects(audit, language, columns),
        folded(remark, columns, QUIET),
        _verdict(audit, language, columns),
    )


def _row(one: AgentBalance, names: Mapping[str, str], language: Language) -> list[str]:
    name = names.get(one.agent, one.agent) if one.agent else language.gettext("unknown")
    return [
        safe(name, _NAME_COLUMNS),
        *(
            language.count(count)
            for count in (one.seen, one.held, one.merged, one.pruned, one.rejected, one.missing)
        ),
        _pending(one, language),
    ]


def _pending(one: AgentBalance, language: Language) -> str:
    files, waiting = one.pending.files, one.pending.bytes
    if not files:
        return language.count(0)
    size = next((f"{waiting / unit:.0f} {name}" for name, unit in _UNITS if waiting >= unit), f"{waiting} B")
    told = language.ngettext("{size} in {count} file", "{size} in {count} files", files)
    return told.format(size=size, count=language.count(files))


def _rejects(audit: Audit, language: Language, columns: int) -> list[Line]:
    lines: list[Line] = []
    for one in audit.rejects[:_SHOWN_REJECTS]:
        lines += folded(f"{safe(one.path, 400)}:{one.line}: {safe(one.reason, 200)}", columns)
    if (more := len(audit.rejects) - _SHOWN_REJECTS) > 0:
        text = language.gettext("and {count} more: --json")
        lines += folded(text.format(count=language.count(more)), columns, QUIET)
    return [*folded(language.gettext("Rejected lines"), columns, HEAD), *lines] if lines else []


def _verdict(audit: Audit, language: Language, columns: int) -> list[Line]:
    _ = language.gettext
    if audit.is_balanced:
        return folded(_("It balances: nothing was lost, and no record counts twice."), columns, HEAD)
    lines = folded(_("It doesn't balance:"), columns, HEAD)
    for one in audit.imbalances:
        lines += folded(_said(one, language), columns, WARN)
    return lines


def _said(one: Imbalance, language: Language) -> str:
    text = language.gettext("{what}: {counted}, expected {expected}").format(
        what=one.name, counted=language.count(one.counted), expected=language.count(one.expected)
    )
    if one.places == 1:
        return text
    more = language.ngettext("in {count} place", "in {count} places", one.places)
    return f"{text} ({more.format(count=language.count(one.places))})"
