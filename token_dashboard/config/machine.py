"""The language and the time zone of the machine, for when the operator names none."""

from collections.abc import Mapping
from pathlib import Path
from typing import get_args

from token_dashboard.config.settings import Language
from token_dashboard.model.period import zone

_LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
_ZONE_FOLDER = "/zoneinfo/"


def language(environment: Mapping[str, str]) -> Language:
    """The language of the first locale variable that is set, if we speak it; else English."""
    spoken = next((name for variable in _LOCALE_VARIABLES if (name := environment.get(variable))), "")
    found: Language
    for found in get_args(Language):
        if spoken[:2].lower() == found and not spoken[2:3].isalpha():
            return found
    return "en"


def time_zone(environment: Mapping[str, str], etc: Path = Path("/etc")) -> str:
    """The IANA name of the zone: from ``TZ``, ``/etc/localtime``, ``/etc/timezone``; else UTC.

    A ``TZ`` that spells out a rule (``CET-1CEST``) names no zone and is passed over.
    """
    for candidate in (
        _name_in(environment.get("TZ", "").removeprefix(":")),
        _name_in((etc / "localtime").resolve().as_posix()),
        _first_line(etc / "timezone"),
    ):
        if _is_zone(candidate):
            return candidate
    return "UTC"


def _name_in(path: str) -> str:
    name = path.rpartition(_ZONE_FOLDER)[2]
    return name.removeprefix("posix/").removeprefix("right/")


def _first_line(file: Path) -> str:
    try:
        return file.read_text("utf-8").partition("\n")[0].strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _is_zone(name: str) -> bool:
    try:
        zone(name)
    except ValueError:
        return False
    return bool(name)
