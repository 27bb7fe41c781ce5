"""Which language click's own words are in: that of the settings, like everything else that is said.

Nearly always it is English, which is found out at no cost: settings are read for it only where a locale or a
document may name another.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from token_dashboard.cli.options import host_config
from token_dashboard.config.places import CONFIG_VARIABLE, anchored, config_files, home_dir
from token_dashboard.model.errors import ConfigError

_LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
_ENGLISH = {"", "en", "c", "c.", "po"}
"""How the names of English locales begin, and of those of no language."""


def follow(file: Path | None = None) -> None:
    """Have click speak as the settings say; ``file`` is what ``--config`` names."""
    if file is None and not _may_be_another():
        return
    from token_dashboard.config import finding, machine
    from token_dashboard.render.click_words import speak

    try:
        language = finding.load(file, os.environ, host_config()).settings.language
    except ConfigError:  # which the command will tell
        language = machine.language(os.environ)
    speak(language)


def _may_be_another() -> bool:
    if any(os.environ.get(name, "")[:2].lower() not in _ENGLISH for name in _LOCALE_VARIABLES):
        return True
    try:
        return "language" in (host_config() or {}) or any(map(_mentions_language, _documents()))
    except (ConfigError, OSError):
        return False


def _documents() -> Iterator[Path]:
    if named := os.environ.get(CONFIG_VARIABLE):
        yield anchored(Path(named), home_dir(os.environ), Path())
    else:
        yield from config_files(os.environ)[:1]


def _mentions_language(document: Path) -> bool:
    return document.is_file() and b"language" in document.read_bytes()  # a pipe is read once, if at all
