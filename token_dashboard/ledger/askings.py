"""What was asked about each account the last time."""

from token_dashboard.ledger._database import Database, upsert
from token_dashboard.ledger._records import from_json, to_json
from token_dashboard.model.provider_detail import Asking

_SAVE = upsert("asking", ("provider", "account"), ("body",))


class AskingStore:
    """One asking for each account, by provider and account."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, provider: str, account: str, asking: Asking) -> None:
        async with self._database.transaction() as transaction:
            await transaction.execute(_SAVE, (provider, account, to_json(asking)))

    async def get(self, provider: str, account: str) -> Asking | None:
        rows = await self._database.fetch(
            "select body from asking where provider = ? and account = ?", (provider, account)
        )
        return from_json(Asking, str(rows[0][0])) if rows else None
