"""A ledger on a server with something of everything, and everything that a server or a file holds."""

from pathlib import Path

from ledger_world import NOON, SetClock, StoredInFile, StoredOnServer, an_event

from token_dashboard.ledger import open_ledger
from token_dashboard.ledger.server_backups import back_up
from token_dashboard.ledger.upkeep import Selection, Upkeep
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.budget import Raise
from token_dashboard.model.money import Money
from token_dashboard.model.period import DAY_MS
from token_dashboard.model.secret import Secret

CLOCK = SetClock()
HELD = 283
"""Requests of the full ledger: 281 of m0 to m299, the one at noon and the one that was typed."""
_TABLES = "select name from sqlite_master where type = 'table' and name not like 'sqlite%' order by name"


async def fill(url: Secret) -> None:
    """Write months, sessions, deleted detail, purged usage and a numbered row into a ledger."""
    owners = [Attribution(project=f"p{n}", session=f"s{n}", user="ann", machine="box") for n in range(5)]
    events = [
        an_event(f"m{n}", time_ms=NOON - n * DAY_MS // 2, owner=owners[n % 5], recorded_cost_nanos=n)
        for n in range(300)
    ]
    async with open_ledger(url, CLOCK) as ledger:
        await ledger.usage.record([*events, an_event("early", time_ms=-5), an_event("sub\0way", "\ud800")])
        await ledger.usage.record(
            [an_event("typed", agent=None, source="manual", time_ms=NOON - 80 * DAY_MS)]
        )
        await ledger.usage.prune(NOON - 60 * DAY_MS)
        await Upkeep.of(ledger).purge(Selection(before_ms=NOON - 140 * DAY_MS))
        await ledger.notes.set("said", "ünï ✓")
        await ledger.budgets.add_raise(raised("team"))


def raised(name: str) -> Raise:
    return Raise(budget=name, money=Money(5), from_ms=NOON, until_ms=NOON + DAY_MS)


async def rows_on(url: Secret, file: Path) -> dict[str, list[tuple[object, ...]]]:
    """Everything that a server holds, by the tables of a file."""
    stored = StoredOnServer(url)
    tables = [name for (name,) in await StoredInFile(file).look(_TABLES)]
    return {table: sorted(await stored.look(f"select * from {table}"), key=repr) for table in tables}


async def rows_in(file: Path) -> dict[str, list[tuple[object, ...]]]:
    stored = StoredInFile(file)
    tables = [name for (name,) in await stored.look(_TABLES)]
    return {table: sorted(await stored.look(f"select * from {table}"), key=repr) for table in tables}


async def copied(url: Secret, target: Path) -> Path:
    await back_up(url, target, CLOCK, replaces=False)
    return target


def names_in(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())
