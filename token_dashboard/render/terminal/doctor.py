"""``tokens doctor`` and ``tokens scan``: what was looked at, what was found, what to do."""

from collections.abc import Sequence
from itertools import zip_longest

from token_dashboard.model.scan import Reject, ScanSummary
from token_dashboard.model.status import Check
from token_dashboard.render.check_words import advice, finding, named
from token_dashboard.render.columns import fold, left, safe, width
from token_dashboard.render.language import Language
from token_dashboard.render.sizes import size_text
from token_dashboard.render.terminal._grid import HEAD, PLAIN, WARN, Line, Screen, folded, show

_LISTED = 10
_PATH_COLUMNS = 200
_LONGEST_PATH = 4096
_GAP = 2
_FINDING_COLUMNS = 24
"""The least room for what was found beside what was looked at."""
_BESIDE_LINES = 2
"""What would take more lines in its column stands below what was looked at."""
_SUBJECT_COLUMNS = 32
"""With less room for paths than this, what was found always stands below."""
_NAMES_BESIDE = 60
"""Terminals narrower than this show each name on a line of its own."""


def print_checks(screen: Screen, checks: Sequence[Check], language: Language) -> None:
    show(screen, check_lines(checks, language, screen.width))


def print_rejects(screen: Screen, rejects: Sequence[Reject], language: Language) -> None:
    """A line each, however long, as editors and other tools read places in files."""
    if not rejects:
        show(screen, folded(language.gettext("No line was rejected."), screen.width))
    screen.show(
        Line(f"{safe(one.path, _LONGEST_PATH)}:{one.line}: {safe(one.reason, _PATH_COLUMNS)}")
        for one in rejects
    )


def print_scan(screen: Screen, summary: ScanSummary, language: Language) -> None:
    show(screen, scan_lines(summary, language, screen.width))


def check_lines(checks: Sequence[Check], language: Language, columns: int) -> list[Line]:
    """A line a check where there is room: its name, what was looked at, what was found; below, what to do.

    A narrow terminal shows what was found below what was looked at, a very narrow one also below the name.
    """
    names = [named(check, language) for check in checks]
    hang = max(map(width, names), default=0) + _GAP if columns >= _NAMES_BESIDE else _GAP
    room = columns - hang - _GAP - _FINDING_COLUMNS
    subjects = [safe(check.subject, _PATH_COLUMNS) for check in checks]
    column = max((width(subject) for subject in subjects if width(subject) <= room), default=0)
    lines: list[Line] = []
    for check, name, subject in zip(checks, names, subjects, strict=True):
        found = ("" if check.is_ok else "⚠ ") + finding(check, language)
        details = _details(subject, found, column if room >= _SUBJECT_COLUMNS else 0, columns - hang)
        if to_do := advice(check, language):
            details += fold(f"→ {to_do}", columns - hang)
        style = PLAIN if check.is_ok else WARN
        if columns < _NAMES_BESIDE:
            lines.append(Line(name, style or HEAD))
        beside = [name] if columns >= _NAMES_BESIDE else []
        for head, detail in zip_longest(beside, details, fillvalue=""):
            lines.append(Line(f"{left(head, hang)}{detail}", style))
    return lines


def _details(subject: str, finding: str, column: int, columns: int) -> list[str]:
    """What was looked at and what was found: in their columns, else closer, else on more lines."""
    in_columns = f"{left(subject, column)}{' ' * _GAP}{finding}" if column else ""
    closer = f"{subject}{' ' * _GAP}{finding}" if subject else finding
    for line in (in_columns, closer):
        if line and width(line) <= columns:
            return [line]
    if subject and width(subject) <= column:
        beside = fold(in_columns, columns, " " * (column + _GAP))
        if len(beside) <= _BESIDE_LINES:
            return beside
    return [*(fold(subject, columns) if subject else []), *fold(finding, columns)]


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
        count=language.count(summary.files_read), size=size_text(summary.bytes_read, language)
    )
    lines = folded(language.listed([files, read, new]), columns)
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
