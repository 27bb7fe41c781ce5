"""What plans are worth, from the ledger alone."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from token_dashboard.analysis.forecast import expected_at_end
from token_dashboard.analysis.plan_value import billing_months, month_value
from token_dashboard.analysis.rhythm import learn
from token_dashboard.engine.insights import local_days
from token_dashboard.engine.spending import hourly_spend
from token_dashboard.ledger import Ledger
from token_dashboard.ledger.reports import EVERYTHING, Only
from token_dashboard.model.clock import Clock
from token_dashboard.model.money import Money
from token_dashboard.model.period import Period, local_date
from token_dashboard.model.plan_value import PlanMonth, PlanValue, PlanValues
from token_dashboard.model.report import Dimension

_MOST_MONTHS = 6


class PlanReports:
    """Answers whether a plan pays."""

    def __init__(self, ledger: Ledger, tz: ZoneInfo, clock: Clock) -> None:
        self._ledger = ledger
        self._tz = tz
        self._clock = clock

    async def values(self, paid: Mapping[str | None, Money], billing_day: int) -> PlanValues:
        """The plans by the agent that each pays for; the last six billing months in which it was used."""
        now_ms = self._clock.now_ms()
        await self._ledger.usage.keep_days(self._tz, now_ms)
        plans, unpriced = [], set[str]()
        for agent, money in paid.items():
            months = await self._months(agent, billing_day, now_ms)
            plans.append(await self._value(agent, money, months, now_ms))
            unpriced |= await self._unpriced(agent, months)
        return PlanValues(
            as_of_ms=now_ms,
            time_zone=self._tz.key,
            billing_day=billing_day,
            plans=tuple(plans),
            unpriced_models=tuple(sorted(unpriced)),
        )

    async def _months(self, agent: str | None, billing_day: int, now_ms: int) -> list[tuple[date, date]]:
        today = local_date(now_ms, self._tz)
        first_ms, _ = await self._ledger.usage.span(_only(agent))
        first = today if first_ms is None else local_date(first_ms, self._tz)
        return billing_months(first, today, billing_day, _MOST_MONTHS)

    async def _value(
        self, agent: str | None, paid: Money, months: list[tuple[date, date]], now_ms: int
    ) -> PlanValue:
        tz = self._tz
        rows = await self._ledger.usage.rows(_whole(months, tz), (Dimension.DAY,), tz, _only(agent))
        by_day = {row.day: row.totals for row in rows if row.day is not None}
        *over, running = (month_value(*month, by_day, paid, local_date(now_ms, tz)) for month in months)
        projected = await self._projected(agent, running, now_ms)
        return PlanValue(agent=agent, paid=paid, months=(*over, replace(running, projected_worth=projected)))

    async def _projected(self, agent: str | None, month: PlanMonth, now_ms: int) -> Money | None:
        """What a month comes to, as forecasts have it."""
        if month.worth is None:
            return None
        series = await hourly_spend(self._ledger, _only(agent), now_ms)
        whole = local_days(month.since, month.until, self._tz)
        return expected_at_end(learn(series, now_ms, self._tz), month.worth, whole, now_ms)

    async def _unpriced(self, agent: str | None, months: list[tuple[date, date]]) -> set[str]:
        period = _whole(months, self._tz)
        rows = await self._ledger.usage.rows(period, (Dimension.MODEL,), self._tz, _only(agent))
        return {row.model or "?" for row in rows if row.totals.requests > row.totals.priced_requests}


def _whole(months: list[tuple[date, date]], tz: ZoneInfo) -> Period:
    return local_days(months[0][0], months[-1][1], tz)


def _only(agent: str | None) -> Only:
    return {Dimension.AGENT: agent} if agent else EVERYTHING
