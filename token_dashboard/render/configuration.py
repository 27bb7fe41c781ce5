"""What ``tokens config`` and ``tokens prices`` say of what they found."""

from datetime import date
from pathlib import Path

from token_dashboard.render.language import Language
from token_dashboard.render.times import day_text


def found_right(file: Path | None, language: Language) -> str:
    """Of a configuration with nothing wrong in it; ``None``: there is none."""
    if file is None:
        return language.gettext("No configuration file: everything has its default.")
    return language.gettext("{file}: ok").format(file=file)


def prices_age(as_of: date, *, is_refreshed: bool, language: Language) -> str:
    """Of what day the prices are, and whether they were fetched."""
    _ = language.gettext
    told = (
        _("Prices as of {day} (fetched).")
        if is_refreshed
        else _("Prices as of {day} (came with this version).")
    )
    return told.format(day=day_text(as_of, language))


def prices_updated(as_of: date, language: Language) -> str:
    """Of prices that were just brought."""
    told = language.gettext(
        "Prices as of {day} are in use. Costs already stored keep theirs; what had no price gets one with "
        "the next look at the logs."
    )
    return told.format(day=day_text(as_of, language))
