"""``tokens graph``: a year of use as a calendar, a column a week."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from token_dashboard.model.calendar import Calendar, Measure, Streak
from token_dashboard.render.columns import left, sparkline, width
from token_dashboard.render.language import Language
from token_dashboard.render.terminal._grid import HEAD, QUIET, Line, Screen, blocks, folded, show
from token_dashboard.render.times import day_text, month_name, weekday_name
from token_dashboard.render.usage_words import cost_cell

_LEVELS = "·░▒▓█"
_LABELLED = (0, 2, 4)
"""Monday, Wednesday, Friday."""
_WEEK = timedelta(days=7)


def print_calendar(screen: Screen, calendar: Calendar, language: Language) -> None:
    show(screen, calendar_lines(calendar, language, screen.width))


def calendar_lines(calendar: Calendar, language: Language, columns: int) -> list[Line]:
    """The calendar, in as many strips as the width asks for, and what it shows in words."""
    levels = {one.day: one.intensity for one in calendar.days}
    return blocks(
        *_strips(calendar, levels, language, columns),
        _legend(calendar, language, columns),
        [line for fact in _facts(calendar, language) for line in folded(fact, columns)],
        folded(language.gettext("Days as in {zone}.").format(zone=calendar.time_zone), columns, QUIET),
    )


def _strips(
    calendar: Calendar, levels: Mapping[date, int], language: Language, columns: int
) -> Iterator[list[Line]]:
    names = [weekday_name(place, language) if place in _LABELLED else "" for place in range(7)]
    margin = max(map(width, names)) + 1
    first = calendar.since - timedelta(days=calendar.since.weekday())
    weeks = [first + place * _WEEK for place in range((calendar.until - first).days // 7 + 1)]
    cell = 2 if margin + 2 * len(weeks) <= columns else 1
    room = max((columns - margin) // cell, 1)
    for start in range(0, len(weeks), room):
        strip = weeks[start : start + room]
        yield [
            Line((" " * margin + _months(strip, cell, calendar.until, language)).rstrip(), HEAD),
            *(
                Line(left(name, margin) + _row(strip, place, cell, calendar, levels))
                for place, name in enumerate(names)
            ),
        ]


def _months(weeks: Sequence[date], cell: int, until: date, language: Language) -> str:
    """The name of each month over the week in which it begins, where there is room for it."""
    line = ""
    for place, monday in enumerate(weeks):
        sunday = min(monday + timedelta(days=6), until)
        name = month_name(sunday, language)
        has_room = width(line) <= place * cell and place * cell + width(name) <= len(weeks) * cell
        if sunday.day <= 7 and sunday.replace(day=1) >= monday and has_room:
            line = left(line, place * cell) + name + " "
    return line


def _row(
    weeks: Sequence[date], weekday: int, cell: int, calendar: Calendar, levels: Mapping[date, int]
) -> str:
    cells = ""
    for monday in weeks:
        day = monday + timedelta(days=weekday)
        is_shown = calendar.since <= day <= min(calendar.until, calendar.today)
        cells += left(_LEVELS[levels.get(day, 0)] if is_shown else " ", cell)
    return cells.rstrip()


def _legend(calendar: Calendar, language: Language, columns: int) -> list[Line]:
    _ = language.gettext
    scale = _("less {levels} more").format(levels=_LEVELS)
    by = _("by list cost") if calendar.measure is Measure.COST else _("by tokens")
    return folded(language.listed([scale, by]), columns, QUIET)


def _facts(calendar: Calendar, language: Language) -> Iterator[str]:
    _ = language.gettext
    if not calendar.days:
        yield _("Nothing was used in this time.")
        return
    total = calendar.total
    yield language.listed(
        [
            cost_cell(total, language),
            _("{count} tokens").format(count=language.tokens(total.total_tokens)),
            _counted(len(calendar.days), language),
        ]
    )
    busiest = next(one for one in calendar.days if one.day == calendar.busiest_day)
    tokens = _("{count} tokens").format(count=language.tokens(busiest.totals.total_tokens))
    yield _("Busiest day: {figures}").format(
        figures=language.listed(
            [day_text(busiest.day, language), cost_cell(busiest.totals, language), tokens]
        )
    )
    if calendar.current_streak is not None:
        yield _("Streak now: {streak}").format(streak=_streak(calendar.current_streak, language))
    if calendar.longest_streak is not None:
        yield _("Longest streak: {streak}").format(streak=_streak(calendar.longest_streak, language))
    if calendar.peak_hour is not None and calendar.peak_weekday is not None:
        amounts = [calendar.measure.of(one) for one in calendar.hours]
        yield (
            _("Busiest hour: {hour}")
            .format(hour=f"{calendar.peak_hour:02}:00  {sparkline(amounts)}")
            .rstrip()
        )
        amounts = [calendar.measure.of(one) for one in calendar.weekdays]
        name = weekday_name(calendar.peak_weekday, language)
        yield _("Busiest weekday: {day}").format(day=f"{name}  {sparkline(amounts)}").rstrip()


def _streak(streak: Streak, language: Language) -> str:
    days = _counted(streak.days, language)
    since = day_text(streak.since, language)
    if streak.days == 1:
        return language.with_remark(days, since)
    return language.with_remark(days, f"{since} \N{EN DASH} {day_text(streak.until, language)}")


def _counted(days: int, language: Language) -> str:
    return language.ngettext("{count} day", "{count} days", days).format(count=language.count(days))
