"""What a ledger on a server takes of its disk, and room made in it for new rows."""

from token_dashboard.ledger._copies import PATIENCE_S, Told, to_nobody
from token_dashboard.ledger._postgres_address import Address
from token_dashboard.ledger._postgres_errors import translated
from token_dashboard.ledger._postgres_line import SCHEMA, connect
from token_dashboard.ledger._postgres_opening import open_postgres
from token_dashboard.model.errors import LedgerError
from token_dashboard.model.keeping import Phase, Vacuumed
from token_dashboard.model.secret import Secret

_OURS = (
    f"from pg_catalog.pg_class where relnamespace = cast('{SCHEMA}' as regnamespace)"
    " and relkind in ('r', 'p')"
)
_SIZES = (
    "select (select relname from pg_catalog.pg_class as whole"
    " where whole.oid = coalesce(pg_partition_root(pg_class.oid), pg_class.oid)) as name,"
    f" cast(sum(pg_total_relation_size(oid)) as bigint) {_OURS} group by 1 order by 2 desc, 1"
)
_TAKEN = (
    "select cast(coalesce(sum(pg_total_relation_size(oid)), 0) as bigint),"
    f" cast(coalesce(sum(pg_stat_get_dead_tuples(oid)), 0) as bigint) {_OURS}"
)
_THEIRS = (
    f"select distinct pg_get_userbyid(relowner) {_OURS} and not pg_has_role(relowner, 'usage') order by 1"
)
_TABLES = f"select format('%I.%I', '{SCHEMA}', relname) {_OURS} and relkind = 'r' order by relname"
_SPLIT = f"select format('%I.%I', '{SCHEMA}', relname) {_OURS} and relkind = 'p' order by relname"


async def sizes(url: Secret) -> dict[str, int]:
    """Bytes of each table with its indexes, the largest first; those of all months are one.

    Raises the errors of ``open_ledger``.
    """
    async with open_postgres(url, PATIENCE_S) as database:
        return {name: int(size) for name, size in await database.fetch(_SIZES)}


async def vacuum(url: Secret, told: Told = to_nobody) -> Vacuumed:
    """Have the server clear away deleted rows of our tables, and look anew at what is in them.

    Others read and write on meanwhile. It gives back to the disk only what lies at a table's end.

    Raises:
        LedgerError: the tables are another user's; or see ``open_ledger``.
    """
    address = Address.of(url)
    async with open_postgres(url, PATIENCE_S):
        pass
    with translated(address.name):
        connection = await connect(address, None)
        try:
            owners = [owner for (owner,) in await connection.fetch(_THEIRS)]
            if owners:
                reason = f"only the user that owns its tables may do that: {', '.join(owners)}"
                raise LedgerError(path=address.name, reason=reason)
            ((before, freed),) = await connection.fetch(_TAKEN)
            tables = [table for (table,) in await connection.fetch(_TABLES)]
            for done, table in enumerate(tables):
                told(Phase.CLEARING, done, len(tables))
                await connection.execute(
                    f"vacuum (analyze) {table}"
                )  # of no values: it stands in no transaction
            for (table,) in await connection.fetch(_SPLIT):
                await connection.execute(f"analyze {table}")
            ((after, _),) = await connection.fetch(_TAKEN)
        finally:
            await connection.close()
    return Vacuumed(path=address.name, before_bytes=before, after_bytes=after, freed_rows=freed)
