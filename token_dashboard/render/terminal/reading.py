"""How far a reading of logs is, beside the bar that shows it."""

from token_dashboard.model.scan import Reading
from token_dashboard.render.columns import width
from token_dashboard.render.language import NO_BREAK, Language

_ROOM_FOR_THE_BAR = 18
"""Columns for a bar that one can see move, and the time that is left."""
_LEAST_WANTED_FIRST = (3, 2, 0)


def reading_words(now: Reading, language: Language, columns: int) -> str:
    """Files, bytes, requests, rejects; the least important are left out where there is no room for them."""
    count, ngettext = language.count, language.ngettext
    files = ngettext("{done}/{count} file", "{done}/{count} files", now.files_in_all)
    requests = ngettext("{count} request", "{count} requests", now.requests)
    rejects = ngettext("{count} line rejected", "{count} lines rejected", now.rejects)
    words = [
        files.format(done=count(now.files), count=count(now.files_in_all)),
        f"{count(now.bytes_read >> 20)}/{count(now.bytes_in_all >> 20)}{NO_BREAK}MiB",
        requests.format(count=count(now.requests)),
        rejects.format(count=count(now.rejects)),
    ]
    for left_out in range(len(_LEAST_WANTED_FIRST) + 1):
        unwanted = _LEAST_WANTED_FIRST[:left_out]
        shown = language.listed(word for place, word in enumerate(words) if place not in unwanted)
        if width(shown) + _ROOM_FOR_THE_BAR <= columns:
            break
    return shown.replace(NO_BREAK, " ")


def reading_title(language: Language) -> str:
    """What is shown until the first file was read."""
    return language.gettext("Reading logs")
