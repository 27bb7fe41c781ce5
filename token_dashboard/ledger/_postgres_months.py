"""Requests on PostgreSQL: a table for each month of their time, and one of the keys of all that ever were.

What keeps a request from being stored twice is ``event_key``, which isn't split: a unique key of a split
table has the time in it, and an earlier record of a request may turn up, which changes its time. There
stands the time, and so the month in which the row is found. A key without a row is of a request whose detail
was deleted, so that a month is dropped without a look at what is in it.

Months are UTC's. What lies before the first one that is made, or by the server's clock after next month (a
log may claim any time), is in ``event_rest``; so is what is written by somebody who mustn't make a table,
until somebody who may comes to the same month.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from token_dashboard.ledger import _deletions
from token_dashboard.ledger._database import Transaction
from token_dashboard.ledger._selection import Selection
from token_dashboard.model.period import DAY_MS
from token_dashboard.model.usage import MEMBER_MASK

KEY_COLUMNS = ("key", "time_ms", "role")

_FIRST = date(2020, 1, 1)
_EPOCH = date(1970, 1, 1).toordinal()
_PREFIX = "event_"

_OF_GROUP = f"event_key.key between wanted.value and wanted.value + {MEMBER_MASK}"
_ROW = "from event where event.key = event_key.key and event.time_ms = event_key.time_ms offset 0"
"""``offset 0`` makes the server look row after row up, each in its month. It knows too little of how many
there will be, and would else read whole tables for a few of them."""
OF_WANTED = {
    "event": (
        f"select row.* from event_key cross join lateral (select * {_ROW}) as row where {_OF_GROUP} offset 0"
    ),
    "pruned": f"select * from event_key where {_OF_GROUP} and not exists (select 1 {_ROW}) offset 0",
}
"""How the rows of wanted groups are found in the tables that are searched for them."""

WRONG_KEYS = (
    "select count(*) from event left join event_key on event_key.key = event.key"
    " and event_key.time_ms = event.time_ms and event_key.role = event.role where event_key.key is null"
)
"""How many requests don't lie where their keys say."""

_MADE = (
    "select relname from pg_catalog.pg_inherits join pg_catalog.pg_class on pg_class.oid = inhrelid"
    " where inhparent = cast('event' as regclass)"
)
_MAY_MAKE = (
    "select pg_has_role(relowner, 'usage') and has_schema_privilege(relnamespace, 'create'),"
    " cast(date_trunc('month', now() at time zone 'utc') + interval '1 month' as date)"
    " from pg_catalog.pg_class where oid = cast('event' as regclass)"
)
_HELD = (
    "select held.key, held.time_ms from wanted"
    " cross join lateral (select * from event_key where key = wanted.value offset 0) as held"
)
_REMEMBER = (
    "insert into event_key (key, time_ms, role) values (?, ?, ?) on conflict (key) do update set"
    " time_ms = excluded.time_ms, role = excluded.role"
    " where event_key.time_ms <> excluded.time_ms or event_key.role <> excluded.role"
)
_SPLIT = (
    "alter table event rename to old_event",
    "alter index event_pkey rename to old_event_pkey",
    "create table event (like old_event including defaults) partition by range (time_ms)",
    "create table event_rest partition of event default",
    "create table event_key (key bigint not null, time_ms bigint, role bigint not null)",
)
_FILL = (
    "insert into event select * from old_event",
    "alter table event add primary key (key, time_ms)",
    "insert into event_key select key, time_ms, role from old_event",
    (
        "insert into event_key select key, null, role from pruned"
        " where not exists (select 1 from old_event where old_event.key = pruned.key)"
    ),
    "alter table event_key add primary key (key)",
    "drop table old_event",
    "drop table pruned",
    (
        "create view pruned as select key, role from event_key where not exists"
        " (select 1 from event where event.key = event_key.key and event.time_ms = event_key.time_ms)"
    ),
)
_GRANTED = (
    "select case when grantee = 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end,"
    " string_agg(privilege_type, ', ') from pg_catalog.pg_class, aclexplode(relacl)"
    " where oid = cast('event' as regclass) and grantee <> relowner group by grantee"
)


async def split(transaction: Transaction) -> None:
    """Split the table of requests by months, and gather all keys. Who was let use it still is."""
    granted = await transaction.fetch(_GRANTED)
    for statement in _SPLIT:
        await transaction.execute(statement)
    days = await transaction.fetch(f"select distinct time_ms / {DAY_MS} from old_event")
    await make_months(transaction, {day for (day,) in days})
    for statement in _FILL:
        await transaction.execute(statement)
    for user, rights in granted:
        await transaction.execute(f"grant {rights} on event, event_key, pruned to {user}")


async def make_room(transaction: Transaction, rows: Sequence[Sequence[Any]]) -> None:
    """Get ready for requests that are about to be written, given by their ``KEY_COLUMNS``.

    Makes their months, remembers their keys, and takes away what lies at another time.
    """
    await make_months(transaction, {time_ms // DAY_MS for _, time_ms, _ in rows})
    times = {key: time_ms for key, time_ms, _ in rows}
    held = await transaction.fetch_wanted(_HELD, list(times))
    moved = [(key, time_ms) for key, time_ms in held if time_ms != times[key]]
    if moved:
        await transaction.execute_many("delete from event where key = ? and time_ms = ?", moved)
    await transaction.execute_many(_REMEMBER, rows)


async def delete(transaction: Transaction, which: Selection) -> None:
    """See ``Transaction.delete_events``. Months of which nothing stays are dropped, if this user may."""
    where, values = which.where("time_ms")
    if which.before_ms is not None and which.agent is None:
        await _drop_months(transaction, which.before_ms)
    await transaction.execute(f"delete from event where {where}", values)
    if which.before_ms is not None:
        await _deletions.note_detail(transaction, which.before_ms)


async def _drop_months(transaction: Transaction, before_ms: int) -> None:
    ((may_drop, _),) = await transaction.fetch(_MAY_MAKE)
    before = _month(before_ms // DAY_MS)
    over = [name for name in await _made(transaction) if before is not None and name < _name(before)]
    if over and may_drop:
        await transaction.execute(f"drop table {', '.join(over)}")


async def make_months(transaction: Transaction, days: Iterable[int]) -> None:
    """Make the tables of some days' months that are missing, if this user may. Days count from 1970."""
    wanted = {month for day in days if (month := _month(day)) is not None}
    made = await _made(transaction)
    missing = sorted(month for month in wanted if _name(month) not in made)
    if not missing:
        return
    ((may_make, next_month),) = await transaction.fetch(_MAY_MAKE)
    for month in missing:
        if may_make and month <= next_month:
            await _make(transaction, month)


async def _make(transaction: Transaction, month: date) -> None:
    """A table that is attached, other than one made in its place, lets others read on in other months."""
    name, start_ms, end_ms = _name(month), _start_ms(month), _start_ms(_following(month))
    await transaction.execute(f"create table {name} (like event including all)")
    await transaction.execute(
        f"with moved as (delete from event_rest where time_ms >= {start_ms} and time_ms < {end_ms}"
        f" returning *) insert into {name} select * from moved"
    )
    await transaction.execute(
        f"alter table event attach partition {name} for values from ({start_ms}) to ({end_ms})"
    )


async def _made(transaction: Transaction) -> set[str]:
    """The names of the months, which sort as they follow each other; never the rest's."""
    names = [name for (name,) in await transaction.fetch(_MADE)]
    return {name for name in names if name.removeprefix(_PREFIX)[:1].isdigit()}


def _month(day: int) -> date | None:
    """The month of a day; ``None`` for one that no month is made for."""
    ordinal = _EPOCH + day
    if not _FIRST.toordinal() <= ordinal <= date.max.toordinal():
        return None
    return date.fromordinal(ordinal).replace(day=1)


def _following(month: date) -> date:
    return month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)


def _start_ms(month: date) -> int:
    return (month.toordinal() - _EPOCH) * DAY_MS


def _name(month: date) -> str:
    return f"{_PREFIX}{month:%Y_%m}"
