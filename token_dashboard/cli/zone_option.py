"""``--time-zone``: whose days are meant, where the owner's are not."""

from collections.abc import Callable
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import click

from token_dashboard.cli.spoken import reason_of
from token_dashboard.model.period import zone

_Command = TypeVar("_Command", bound=Callable[..., Any])


def zone_option(command: _Command) -> _Command:
    """The option."""
    return click.option(
        *("--time-zone", "--timezone"),
        callback=_zone,
        metavar="ZONE",
        help="Days of this zone, e.g. Europe/Berlin.",
    )(command)


def _zone(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> ZoneInfo | None:
    try:
        return None if value is None else zone(value)
    except ValueError as error:
        raise click.BadParameter(f"{reason_of(error)}.") from error
