"""``--since``, ``--until`` and ``--last``: local days of commands that look back."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple, TypeVar

import click

from token_dashboard.cli.spoken import misused, unfit
from token_dashboard.model.stretch import FIRST_YEAR, LAST_YEAR

_Command = TypeVar("_Command", bound=Callable[..., Any])

_MOST = 3650
_UNITS = {"d": 1, "w": 7}
_LENGTH = re.compile(r"([0-9]{1,9})([dw])")


class Day(click.DateTime):
    """A day in a year that an agent could have written a log in, or a person could mean."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            moment: datetime = super().convert(value, param, ctx)
        except click.BadParameter:  # which shows how days are written in the language C
            from token_dashboard.render.refusals import Refusal

            raise unfit(Refusal.NO_DAY, word=repr(value)) from None
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            from token_dashboard.render.refusals import Refusal

            years = {"first": str(FIRST_YEAR), "last": str(LAST_YEAR)}
            raise unfit(Refusal.OUTSIDE_YEARS, word=repr(value), **years)
        return moment


DAY = Day(["%Y-%m-%d", "%Y%m%d"])


def _length(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> int | None:
    if value is None:
        return None
    found = _LENGTH.fullmatch(value)
    days = int(found[1]) * _UNITS[found[2]] if found else 0
    if not 0 < days <= _MOST:
        from token_dashboard.render.refusals import Refusal

        raise unfit(Refusal.NO_LENGTH, word=repr(value), most=str(_MOST))
    return days


def last_option(told: str) -> Callable[[_Command], _Command]:
    """``--last``, in days."""
    return click.option("--last", callback=_length, metavar="7d|4w", help=told)


class Days(NamedTuple):
    """The days that were asked for."""

    since: date | None
    until: date | None
    last: int | None

    def within(self, today: date, default: int) -> tuple[date, date]:
        """The first and the last day; those that were left out make it so many days."""
        until = self.until or today
        return self.since or until - timedelta(days=(self.last or default) - 1), until


def days_options(command: _Command) -> _Command:
    """The three options."""
    command = click.option("--until", type=DAY, metavar="YYYY-MM-DD", help="To this local day, included.")(
        command
    )
    command = click.option("--since", type=DAY, metavar="YYYY-MM-DD", help="From this local day on.")(command)
    return last_option("So many days, the last one included.")(command)


def asked_days(since: datetime | None, until: datetime | None, last: int | None) -> Days:
    """What the options say.

    Raises:
        click.UsageError: they contradict each other.
    """
    is_twice, is_backwards = since is not None and last is not None, since and until and since > until
    if is_twice or is_backwards:
        from token_dashboard.render.refusals import Refusal

        raise misused(Refusal.SINCE_AND_LAST if is_twice else Refusal.SINCE_AFTER_UNTIL)
    return Days(_date(since), _date(until), last)


def _date(moment: datetime | None) -> date | None:
    return moment.replace(tzinfo=UTC).date() if moment else None
