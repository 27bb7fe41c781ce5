"""Single texts that outlive a process: when the logs were last read, when providers were last asked."""

from token_dashboard.ledger._database import Database, upsert


class NoteStore:
    """Texts by name."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, key: str) -> str | None:
        rows = await self._database.fetch("select body from note where key = ?", (key,))
        return str(rows[0][0]) if rows else None

    async def set(self, key: str, text: str) -> None:
        async with self._database.transaction() as transaction:
            await transaction.execute(upsert("note", ("key",), ("body",)), (key, text))
