"""How accounts stood over time, from the ledger alone."""

from datetime import date
from zoneinfo import ZoneInfo

from token_dashboard.analysis import account_history as judging
from token_dashboard.engine.insights import local_days
from token_dashboard.ledger import Ledger
from token_dashboard.model.account_history import AccountDays, AccountReadings, AccountStats, Reading


class AccountReports:
    """Answers how balances, windows and spend were; of all accounts, or of those of one provider."""

    def __init__(self, ledger: Ledger, tz: ZoneInfo) -> None:
        self._ledger = ledger
        self._tz = tz

    async def days(self, since: date, until: date, provider: str | None = None) -> AccountDays:
        found = await self._readings(since, until, provider)
        days = judging.by_day(found, since, until, self._tz)
        return AccountDays(time_zone=self._tz.key, since=since, until=until, days=days)

    async def stats(self, since: date, until: date, provider: str | None = None) -> AccountStats:
        found = await self._readings(since, until, provider)
        stats = judging.stats(found, local_days(since, until, self._tz))
        return AccountStats(time_zone=self._tz.key, since=since, until=until, stats=stats)

    async def readings(self, since: date, until: date, provider: str | None = None) -> AccountReadings:
        found = await self._readings(since, until, provider)
        return AccountReadings(time_zone=self._tz.key, since=since, until=until, readings=found)

    async def _readings(self, since: date, until: date, provider: str | None) -> tuple[Reading, ...]:
        every = await self._ledger.account_history.readings(local_days(since, until, self._tz))
        return tuple(one for one in every if provider in {None, one.figure.provider})
