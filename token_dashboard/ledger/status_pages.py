"""What vendors' status pages said when they were last read."""

from collections.abc import Mapping

from token_dashboard.ledger._database import Database, upsert
from token_dashboard.ledger._records import from_json, to_json
from token_dashboard.model.service import StatusPage

_SAVE = upsert("status_page", ("url",), ("body",))


class StatusPageStore:
    """Pages by their address."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, page: StatusPage) -> None:
        async with self._database.transaction() as transaction:
            await transaction.execute(_SAVE, (page.url, to_json(page)))

    async def all(self) -> Mapping[str, StatusPage]:
        rows = await self._database.fetch("select url, body from status_page")
        return {str(url): from_json(StatusPage, str(body)) for url, body in rows}
