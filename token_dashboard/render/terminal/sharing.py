"""``tokens sync`` and ``tokens bundle``: what machines that count as one told each other."""

from token_dashboard.model.sharing import BundleFile, Sent, TakenBundle
from token_dashboard.render.columns import safe
from token_dashboard.render.language import N_, Language
from token_dashboard.render.terminal._grid import Screen, folded, show

SENDING = N_("Sending requests")
WRITING = N_("Writing requests")
READING = N_("Reading {name}")
_NAMESAKE = N_(
    "Another ledger calls itself {machine}, too. If it is another computer's, give one of them a team.machine"
    " of its own."
)
_PATH_COLUMNS = 400
_NAME_COLUMNS = 60


def print_sent(screen: Screen, done: Sent, language: Language) -> None:
    text = language.ngettext(
        "{machine}: {count} request sent to {name}, {new} new there.",
        "{machine}: {count} requests sent to {name}, {new} new there.",
        done.sent,
    )
    told = text.format(
        machine=safe(done.machine, _NAME_COLUMNS),
        count=language.count(done.sent),
        name=safe(done.to, _PATH_COLUMNS),
        new=language.count(done.new),
    )
    lines = folded(told, screen.width)
    if done.withdrawn:
        text = language.ngettext(
            "{count} request that an import had brought in is taken back there, too.",
            "{count} requests that an import had brought in are taken back there, too.",
            done.withdrawn,
        )
        lines += folded(text.format(count=language.count(done.withdrawn)), screen.width)
    show(screen, lines)


def waiting_words(sentence: str, waiting: int, language: Language) -> str:
    """A sentence that says why nothing could be sent, with what becomes of what is new."""
    text = language.ngettext(
        "Nothing is lost: {count} request waits here for the next tokens sync.",
        "Nothing is lost: {count} requests wait here for the next tokens sync.",
        waiting,
    )
    return language.sentences([sentence, text.format(count=language.count(waiting))])


def namesake_words(machine: str, language: Language) -> str:
    """That another ledger has this one's name, and what to do if it isn't just its former one."""
    return language.gettext(_NAMESAKE).format(machine=safe(machine, _NAME_COLUMNS))


def print_bundle(screen: Screen, made: BundleFile, language: Language) -> None:
    text = language.ngettext(
        "{file}: {count} request of {machine}.", "{file}: {count} requests of {machine}.", made.requests
    )
    told = text.format(
        file=safe(made.file, _PATH_COLUMNS),
        count=language.count(made.requests),
        machine=safe(made.machine, _NAME_COLUMNS),
    )
    show(screen, folded(told, screen.width))


def print_taken(screen: Screen, taken: TakenBundle, language: Language) -> None:
    text = language.ngettext(
        "{file}: {count} request of {machine}, {new} new here.",
        "{file}: {count} requests of {machine}, {new} new here.",
        taken.requests,
    )
    told = text.format(
        file=safe(taken.file, _PATH_COLUMNS),
        count=language.count(taken.requests),
        machine=safe(taken.machine, _NAME_COLUMNS),
        new=language.count(taken.new),
    )
    show(screen, folded(told, screen.width))
