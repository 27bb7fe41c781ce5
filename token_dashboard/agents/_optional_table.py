"""Tables that only some versions of a program have."""

from collections.abc import Iterable

from token_dashboard.agents._sqlite_file import Row, ask
from token_dashboard.agents._sqlite_tables import Table


def present(path: str, tables: Iterable[Table]) -> list[Table]:
    """Those of the tables that a database has; none of one that cannot be read.

    Raises:
        AgentLogError: the file cannot be opened, or its program holds it for too long.
    """
    try:
        names = set(ask(path, "select name from sqlite_master where type = 'table'", (), _name).rows)
    except ValueError:  # told as a reject where the others are read
        return []
    return [table for table in tables if table.name in names]


def _name(row: Row) -> str:
    return str(row[0])
