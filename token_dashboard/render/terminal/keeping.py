"""What ``tokens ledger`` says when it has copied, put back, checked, shrunk or deleted something."""

from token_dashboard.model.keeping import BackedUp, Checked, Phase, Purge, Restored, Vacuumed
from token_dashboard.model.period import local_date, zone
from token_dashboard.render.columns import safe
from token_dashboard.render.errors import phrase
from token_dashboard.render.language import N_, Language
from token_dashboard.render.sizes import size_text
from token_dashboard.render.terminal._grid import PLAIN, WARN, Line, Screen, folded, show
from token_dashboard.render.times import day_text

_PATH_COLUMNS = 400
_NAME_COLUMNS = 60
_PHASES = {
    Phase.COPYING: N_("Copying"),
    Phase.CHECKING: N_("Checking"),
    Phase.REWRITING: N_("Writing the file anew"),
    Phase.CLEARING: N_("Clearing away deleted rows"),
}
_YES = N_("y yes")
"""What answers a question with yes, apart from the English words."""


def print_backup(screen: Screen, done: BackedUp, language: Language) -> None:
    text = language.gettext("{file}: {size}, checked.")
    size = size_text(done.size_bytes, language)
    _print(screen, text.format(file=safe(done.file, _PATH_COLUMNS), size=size))


def print_restored(screen: Screen, done: Restored, language: Language) -> None:
    holds = language.ngettext(
        "{ledger} now holds {count} request from {file}.",
        "{ledger} now holds {count} requests from {file}.",
        done.requests,
    )
    told = [
        holds.format(
            ledger=safe(done.path, _PATH_COLUMNS),
            count=language.count(done.requests),
            file=safe(done.file, _PATH_COLUMNS),
        )
    ]
    if done.kept is not None:
        kept = language.gettext("What it held before is kept: {file}")
        told.append(kept.format(file=safe(done.kept, _PATH_COLUMNS)))
    _print(screen, *told)


def print_vacuumed(screen: Screen, done: Vacuumed, language: Language) -> None:
    before, after = (size_text(one, language) for one in (done.before_bytes, done.after_bytes))
    told = [language.gettext("{before} before, {after} now.").format(before=before, after=after)]
    if done.freed_rows:
        freed = language.ngettext(
            "The room of {count} deleted row is free for new ones.",
            "The room of {count} deleted rows is free for new ones.",
            done.freed_rows,
        )
        told.append(freed.format(count=language.count(done.freed_rows)))
    _print(screen, *told)


def print_checked(
    screen: Screen, found: Checked, language: Language, *, time_zone: str, is_file: bool
) -> None:
    """``ok``, or each fault and what to do; and what could not be checked."""
    if found.is_sound:
        _print(screen, language.gettext("ok"))
    else:
        _print(screen, *(safe(phrase(one, language), _PATH_COLUMNS) for one in found.faults), style=WARN)
        advice = damage_advice(found.path, language) if is_file else server_advice(language)
        _print(screen, advice)
    if found.requests_without_detail:
        _print(screen, _unchecked(found.requests_without_detail, found.detail_begins_ms, time_zone, language))


def damage_advice(ledger: str, language: Language) -> str:
    """What to do with a ledger that isn't sound."""
    advice = language.gettext(
        "Put a backup back (`tokens ledger restore FILE`), or move {file} away: `tokens scan` counts anew "
        "what the logs still hold."
    )
    return advice.format(file=safe(ledger, _PATH_COLUMNS))


def server_advice(language: Language) -> str:
    """The same for one on a server."""
    return language.gettext("`tokens audit` says where. Put a backup back: `tokens ledger restore FILE`.")


def restore_question(ledger: str, requests: int, language: Language) -> str:
    """What is asked before a ledger on a server is replaced."""
    text = language.ngettext(
        "{ledger} holds {count} request. Put the backup in its place?",
        "{ledger} holds {count} requests. Put the backup in its place?",
        requests,
    )
    return text.format(ledger=safe(ledger, _PATH_COLUMNS), count=language.count(requests))


def not_restored(language: Language) -> str:
    return language.gettext("Nothing was changed.")


def print_purged(screen: Screen, named: Purge, language: Language) -> None:
    text = language.gettext("Deleted: {what}. What is still in a log isn't counted again.")
    told = [text.format(what=_what(named, language))]
    if named.untold:
        never = language.ngettext(
            "The team's ledger was never told of {count} of them.",
            "The team's ledger was never told of {count} of them.",
            named.untold,
        )
        told.append(never.format(count=language.count(named.untold)))
    _print(screen, *told)


def print_nothing_to_purge(screen: Screen, named: Purge, language: Language) -> None:
    text = language.gettext("There is nothing to delete: {what}.")
    _print(screen, text.format(what=_what(named, language)))


def purge_question(named: Purge, language: Language) -> str:
    """What is asked before usage is deleted for good."""
    question = language.gettext("Delete {what}, from the totals too?").format(what=_what(named, language))
    if not named.untold:
        return question
    untold = language.ngettext(
        "The team's ledger wasn't told of {count} request of these yet; `tokens sync` tells it.",
        "The team's ledger wasn't told of {count} requests of these yet; `tokens sync` tells it.",
        named.untold,
    )
    return language.sentences([untold.format(count=language.count(named.untold)), question])


def not_purged(language: Language) -> str:
    return language.gettext("Nothing was deleted.")


def choice(language: Language) -> str:
    """The letters for yes and no; the second one is taken when nothing is typed."""
    return language.gettext("[y/N]")


def is_yes(answer: str, language: Language) -> bool:
    return answer.strip().lower() in {*_YES.split(), *language.gettext(_YES).split()}


def phase_words(phase: Phase, language: Language) -> str:
    """What stands beside the bar while a file is copied or looked through."""
    return language.gettext(_PHASES[phase])


def requests_passed(count: int, language: Language) -> str:
    """How far an export or an import is."""
    text = language.ngettext("{count} request", "{count} requests", count)
    return text.format(count=language.count(count))


def rows_written(count: int, language: Language) -> str:
    """How long an export of sums is."""
    return language.ngettext("{count} row", "{count} rows", count).format(count=language.count(count))


def without_detail(count: int, language: Language) -> str:
    """What an export of single requests leaves out."""
    text = language.ngettext(
        "{count} more request is in the totals alone, since its detail was deleted; "
        "`tokens ledger backup` copies the totals too.",
        "{count} more requests are in the totals alone, since their detail was deleted; "
        "`tokens ledger backup` copies the totals too.",
        count,
    )
    return text.format(count=language.count(count))


def _unchecked(count: int, detail_begins_ms: int | None, time_zone: str, language: Language) -> str:
    """What is told of requests that only totals are left of, which nothing can be compared with."""
    counted = language.ngettext(
        "{count} request is in the totals alone, since its detail was deleted",
        "{count} requests are in the totals alone, since their detail was deleted",
        count,
    ).format(count=language.count(count))
    if detail_begins_ms is None:
        text = language.gettext("{counted}. These totals can only be compared with each other.")
        return text.format(counted=counted)
    day = day_text(local_date(detail_begins_ms, zone(time_zone)), language)
    text = language.gettext("{counted} (before {day}). These totals can only be compared with each other.")
    return text.format(counted=counted, day=day)


def _what(purge: Purge, language: Language) -> str:
    """``4 requests of codex before 2026-01-01``."""
    if purge.agent is None:
        text = language.ngettext(
            "{count} request before {day}", "{count} requests before {day}", purge.requests
        )
    elif purge.before is None:
        text = language.ngettext("{count} request of {agent}", "{count} requests of {agent}", purge.requests)
    else:
        text = language.ngettext(
            "{count} request of {agent} before {day}",
            "{count} requests of {agent} before {day}",
            purge.requests,
        )
    return text.format(
        count=language.count(purge.requests),
        agent=safe(purge.agent or "", _NAME_COLUMNS),
        day="" if purge.before is None else purge.before.isoformat(),
    )


def _print(screen: Screen, *sentences: str, style: str = PLAIN) -> None:
    lines: list[Line] = [line for one in sentences for line in folded(one, screen.width, style)]
    show(screen, lines)
