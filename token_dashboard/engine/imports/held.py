"""What the ledger has of an agent already, seen from an import of what somebody made of that agent's logs."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from token_dashboard.ledger.upkeep import Upkeep
from token_dashboard.model.period import local_date


class Held(NamedTuple):
    """An agent's days and sessions, by other ways than the import."""

    days: AbstractSet[date]
    """With requests of it that aren't of this import."""
    sessions: Mapping[str, int]
    """That its logs told of, and the tokens of each."""
    summed: AbstractSet[date]
    """That an import told of as days."""
    sessions_until: date | None
    """When the last of the sessions ended that an import told of: nobody knows on which days before it they
    were active."""
    begun: AbstractSet[date]
    """That this import is known to have begun: what it says of them now replaces what it said."""

    @classmethod
    async def of(
        cls, upkeep: Upkeep, agent: str, own: AbstractSet[int], begun: AbstractSet[date], tz: ZoneInfo
    ) -> "Held":
        """``own`` are the keys of the import.

        Imported sums whose detail was deleted are of this import on the days that it is known to have begun.
        """

        def days_of(moments: Iterable[int]) -> set[date]:
            return {local_date(time_ms, tz) for time_ms in moments}

        others = [time_ms for key, time_ms in await upkeep.imported_events(agent) if key not in own]
        without_detail = days_of(await upkeep.imported_without_detail(agent))
        sums = await upkeep.imported_sums(agent)
        return cls(
            days=days_of([*await upkeep.read_buckets(agent), *others]) | without_detail - begun,
            sessions=await upkeep.read_sessions(agent),
            summed=days_of(time_ms for time_ms, is_of_session in sums if not is_of_session),
            sessions_until=max(
                days_of(time_ms for time_ms, is_of_session in sums if is_of_session), default=None
            ),
            begun=begun,
        )

    def has(self, session: str | None, first: date, last: date) -> bool:
        """Could what was used from the first to the last day, in a session or by whomever, be held?"""
        if last in self.days or session in self.sessions:
            return True
        if session is not None:
            return any(first <= day <= last for day in self.summed)
        return self.sessions_until is not None and last <= self.sessions_until and last not in self.begun
