"""A database of another program, read once because somebody asked for it."""

from collections.abc import Callable
from typing import TypeVar

from token_dashboard.agents._sqlite_file import BUSY, Row, ask
from token_dashboard.model.errors import AgentLogError

_Taken = TypeVar("_Taken")


def rows_of(path: str, sql: str, take: Callable[[Row], _Taken]) -> list[_Taken]:
    """The rows of a query, each through ``take``.

    Raises:
        AgentLogError: the file can't be opened, or its program holds it.
        ValueError: it is no database, it is damaged, or the query doesn't fit it.
    """
    try:
        return ask(path, sql, (), take).rows
    except AgentLogError as error:
        if error.params["reason"] != BUSY:
            raise
        # Logs are read again by themselves; this isn't.
        reason = "its program is busy with it; close that program, or try again"
        raise AgentLogError(path=path, reason=reason) from error
