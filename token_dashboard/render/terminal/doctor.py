"""``tokens doctor`` and ``tokens scan``: what was looked at, what was found, what to do."""

from collections.abc import Sequence

from token_dashboard.model.scan import Reject, ScanSummary
from token_dashboard.model.status import Check
from token_dashboard.render.columns import safe
from token_dashboard.render.language import Language
from token_dashboard.render.terminal._grid import PLAIN, WARN, Column, Grid, Line, Screen, folded, show

_LISTED = 10
_PATH_COLUMNS = 200


def print_checks(screen: Screen, checks: Sequence[Check], language: Language) -> None:
    show(screen, check_lines(checks, language, screen.width))


def print_scan(screen: Screen, summary: ScanSummary, language: Language) -> None:
    show(screen, scan_lines(summary, language, screen.width))


def check_lines(checks: Sequence[Check], language: Language, columns: int) -> list[Line]:
    """A line a check; below each that needs a person, what to do."""
    _ = language.gettext
    grid = Grid((Column(_("Check")), Column(_("Looked at")), Column(_("Found"))))
    for check in checks:
        sign = "" if check.is_ok else "⚠ "
        remarks = [f"→ {check.advice}"] if check.advice else []
        style = PLAIN if check.is_ok else WARN
        subject = safe(check.subject, _PATH_COLUMNS)
        grid.add([check.name, subject, sign + safe(check.finding, _PATH_COLUMNS)], style, remarks)
    return grid.lines(columns)


def scan_lines(summary: ScanSummary, language: Language, columns: int) -> list[Line]:
    """What one reading of the logs did. Lines that were rejected are counted, files that failed are named."""
    _ = language.gettext
    if not summary.files:
        return folded(_("No agent's logs were found."), columns)
    files = language.ngettext("{count} log file", "{count} log files", summary.files).format(
        count=language.count(summary.files)
    )
    new = language.ngettext("{count} new request", "{count} new requests", summary.new_requests).format(
        count=language.count(summary.new_requests)
    )
    read = _("{count} read ({size})").format(
        count=language.count(summary.files_read), size=_size(summary.bytes_read, language)
    )
    lines = folded(f"{files}, {read}, {new}", columns)
    if summary.rejects:
        rejected = language.ngettext(
            "{count} line rejected → tokens doctor rejects",
            "{count} lines rejected → tokens doctor rejects",
            len(summary.rejects),
        ).format(count=language.count(len(summary.rejects)))
        lines += folded(rejected, columns, WARN)
    lines += [
        line for reject in summary.unreadable[:_LISTED] for line in _unreadable(reject, language, columns)
    ]
    if len(summary.unreadable) > _LISTED:
        more = _("{count} more files could not be read").format(
            count=language.count(len(summary.unreadable) - _LISTED)
        )
        lines += folded(more, columns, WARN)
    return lines


def _unreadable(reject: Reject, language: Language, columns: int) -> list[Line]:
    sentence = language.gettext("{path} could not be read: {reason}.").format(
        path=safe(reject.path, _PATH_COLUMNS), reason=safe(reject.reason)
    )
    return folded(sentence, columns, WARN)


def _size(count: int, language: Language) -> str:
    for unit, name in ((10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if count >= unit:
            return f"{language.count(round(count / unit))} {name}"
    return f"{language.count(count)} B"
