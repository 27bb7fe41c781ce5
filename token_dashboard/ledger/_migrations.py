"""Numbered migrations: which there are, how far a file is, and bringing it up to date."""

from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path

from token_dashboard.ledger._database import Row, Transaction

Fetch = Callable[[str], Awaitable[list[Row]]]

_FOLDER = Path(__file__).parent / "migrations"
_TABLES = "select name from sqlite_master where type = 'table'"


class Foreign(Exception):
    """The file is a sound database of another program."""


@cache
def migrations() -> tuple[str, ...]:
    """The text of each migration; the first one makes schema 1."""
    return tuple(one.read_text("utf-8") for one in sorted(_FOLDER.glob("*.sql")))


async def version_of(fetch: Fetch) -> int:
    """The schema that a database has: 0 for an empty one.

    Raises:
        Foreign: it has tables, and they aren't ours.
    """
    tables = {str(name) for (name,) in await fetch(_TABLES)}
    if not tables:
        return 0
    if "schema_version" not in tables:
        raise Foreign
    ((version,),) = await fetch("select max(version) from schema_version")
    return int(version)


async def migrate(transaction: Transaction) -> None:
    """Apply what is missing, all of it or nothing; another process may have been faster."""
    version = await version_of(transaction.fetch)
    if version == 0:
        await transaction.execute("create table schema_version (version integer primary key)")
    for number, text in enumerate(migrations()[version:], start=version + 1):
        for statement in _statements(text):
            await transaction.execute(statement)
        await transaction.execute("insert into schema_version (version) values (?)", (number,))


def _statements(text: str) -> list[str]:
    """A migration's statements. No text in a migration holds a semicolon or two dashes but as SQL's own."""
    bare = "\n".join(line.partition("--")[0] for line in text.splitlines())
    return [statement for part in bare.split(";") if (statement := part.strip())]
