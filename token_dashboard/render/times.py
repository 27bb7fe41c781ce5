"""Durations, ages and moments, as a person in one time zone says them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from functools import cache, lru_cache, partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

from token_dashboard.model.period import zone
from token_dashboard.render.language import N_, NO_BREAK, Language

MINUTE_S = 60
HOUR_S = 3600
DAY_S = 86_400
MONTH_S = 30 * DAY_S
YEAR_S = 365 * DAY_S

_UNITS = (
    (DAY_S, N_("{count} d")),
    (HOUR_S, N_("{count} h")),
    (MINUTE_S, N_("{count} m")),
    (1, N_("{count} s")),
)
_ROUGH_UNITS = (
    (2 * YEAR_S, YEAR_S, N_("{count} y")),
    (2 * MONTH_S, MONTH_S, N_("{count} mo")),
    (2 * DAY_S, DAY_S, N_("{count} d")),
    (HOUR_S, HOUR_S, N_("{count} h")),
    (0, MINUTE_S, N_("{count} m")),
)
_FIRST_MS = -62_000_000_000_000
_LAST_MS = 253_000_000_000_000
"""Years 5 to 9987: a vendor's moment beyond them is held at the edge instead of failing."""


def duration(seconds: float, language: Language) -> str:
    """In two units, rounded down: ``2 d 4 h``, ``2 h 15 m``, ``45 s``."""
    rest = max(int(seconds), 0)
    parts: list[str] = []
    for unit, message in _UNITS:
        count, remainder = divmod(rest, unit)
        if count and (unit > 1 or not parts):
            parts.append(_counted(message, count, language))
        if (parts and not count) or len(parts) == 2:
            break
        rest = remainder
    if len(parts) == 2:
        joined = language.gettext("{first} {second}").format(first=parts[0], second=parts[1])
        return joined.replace(" ", NO_BREAK)
    return parts[0] if parts else _counted("{count} s", 0, language)


def hours(seconds: float, language: Language) -> str:
    """``2 h 15 m``; whole hours from a day on, since a day of work has no 24: ``132 h``."""
    if seconds < DAY_S:
        return duration(seconds, language)
    return _counted("{count} h", int(seconds // HOUR_S), language)


def rough(seconds: float, language: Language) -> str:
    """In one unit, for estimates and ages: ``18 h``, ``41 d``, ``3 mo``."""
    for least, unit, message in _ROUGH_UNITS:
        if seconds >= least:
            return _counted(message, int(seconds // unit), language)
    return _counted("{count} s", int(seconds), language)


def _counted(message: str, count: int, language: Language) -> str:
    return language.gettext(message).format(count=language.count(count)).replace(" ", NO_BREAK)


class LocalTime(NamedTuple):
    """Moments as seen now, in the reader's time zone and language."""

    language: Language
    tz: ZoneInfo
    now_ms: int

    @classmethod
    def of(cls, time_zone: str, now_ms: int, language: Language) -> "LocalTime":
        return cls(language, zone(time_zone), now_ms)

    def local(self, time_ms: int) -> datetime:
        return datetime.fromtimestamp(_held(time_ms) // 1000, self.tz).replace(tzinfo=None)

    def clock(self, time_ms: int) -> str:
        """``14:32``."""
        return f"{self.local(time_ms):%H:%M}"

    def when(self, time_ms: int) -> str:
        """As near as it needs: ``14:32``, ``tomorrow 08:30``, ``Fri 09:00``, ``Nov 30``, ``Mar 3, 2027``."""
        moment, now = self.local(time_ms), self.local(self.now_ms)
        days = (moment.date() - now.date()).days
        if days == 0:
            return self.clock(time_ms)
        if days == 1:
            return self.language.gettext("tomorrow {time}").format(time=self.clock(time_ms))
        if days == -1:
            return self.language.gettext("yesterday {time}").format(time=self.clock(time_ms))
        if abs(days) < 7:
            return f"{self._skeleton(moment, 'EEE')}{NO_BREAK}{self.clock(time_ms)}"
        return self._skeleton(moment, "MMMd" if moment.year == now.year else "yMMMd")

    def day(self, time_ms: int) -> str:
        """``Nov 30``."""
        return self._skeleton(self.local(time_ms), "MMMd")

    def full(self, time_ms: int) -> str:
        """``Sun, Nov 22 14:32``."""
        return f"{self._skeleton(self.local(time_ms), 'MMMEd')} {self.clock(time_ms)}"

    def moments(self, times_ms: Iterable[int]) -> list[str]:
        """``Nov 21, 2026 14:00`` of each."""
        day, clock = cache(partial(day_text, language=self.language)), cache(_clock)
        moments = [datetime.fromtimestamp(_held(time_ms) // 1000, self.tz) for time_ms in times_ms]
        return [f"{day(at.date())}{NO_BREAK}{clock(at.hour, at.minute)}" for at in moments]

    def moments_apart(self, times_ms: Sequence[int]) -> list[str]:
        """The same of different moments; those that one clock strikes twice say by which time it is meant."""
        said = self.moments(times_ms)
        often = Counter(said)
        return [
            text
            if often[text] == 1
            else f"{text}{NO_BREAK}{datetime.fromtimestamp(_held(time_ms) // 1000, self.tz):%Z}"
            for time_ms, text in zip(times_ms, said, strict=True)
        ]

    def month_end(self) -> str:
        """The last day of this month: ``Nov 30``."""
        first = self.local(self.now_ms).replace(day=1)
        return self._skeleton((first + timedelta(days=32)).replace(day=1) - timedelta(days=1), "MMMd")

    def age(self, since_ms: int) -> str:
        """How long ago, in one unit; ``0 s`` for a moment that is still to come."""
        return rough(max(self.now_ms - since_ms, 0) / 1000, self.language)

    def until(self, time_ms: int) -> str:
        """A time to come: as a duration within a day, else ``when``."""
        left_s = (time_ms - self.now_ms) / 1000
        return duration(left_s, self.language) if left_s < DAY_S else self.when(time_ms)

    def runway(self, empty_ms: int) -> str:
        """How long something lasts, estimated: ``≈ 18 h``; ``empty`` when it is over."""
        left_s = (empty_ms - self.now_ms) / 1000
        if left_s <= 0:
            return self.language.gettext("empty")
        if left_s > 2 * YEAR_S:
            return self.language.gettext("> 2 y")
        return f"≈{NO_BREAK}{rough(left_s, self.language)}"

    def _skeleton(self, moment: datetime, skeleton: str) -> str:
        return _skeleton(moment.date(), skeleton, self.language)


def _held(time_ms: int) -> int:
    return time_ms if _FIRST_MS <= time_ms <= _LAST_MS else min(max(time_ms, _FIRST_MS), _LAST_MS)


@cache
def _clock(hour: int, minute: int) -> str:
    return f"{hour:02}:{minute:02}"


def day_text(day: date, language: Language) -> str:
    """``Nov 21, 2026``."""
    return _skeleton(day, "yMMMd", language)


def month_text(day: date, language: Language) -> str:
    """``Nov 2026``."""
    return _skeleton(day, "yMMM", language)


def short_day(day: date, language: Language) -> str:
    """``Nov 21``."""
    return _skeleton(day, "MMMd", language)


def month_name(day: date, language: Language) -> str:
    """``Nov``."""
    return _skeleton(day, "MMM", language)


def weekday_name(weekday: int, language: Language) -> str:
    """``Mon`` for 0."""
    return _skeleton(date(2024, 1, 1 + weekday), "EEE", language)


@lru_cache(4096)
def _skeleton(day: date, skeleton: str, language: Language) -> str:
    from babel.dates import format_skeleton  # noqa: PLC0415 - costs 8 ms, and many answers name no day

    at = datetime.combine(day, time_of_day.min)
    return format_skeleton(skeleton, at, locale=language.locale).replace(" ", NO_BREAK)
