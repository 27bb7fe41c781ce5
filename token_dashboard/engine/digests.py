"""Summaries that come by themselves, when their time has come, each once."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from token_dashboard.engine.courier import Courier
from token_dashboard.engine.dashboard import Dashboard
from token_dashboard.engine.ports import Channel
from token_dashboard.ledger import Ledger
from token_dashboard.model.clock import Clock
from token_dashboard.model.digest import BalanceLeft, Covers, Digest, ModelShare
from token_dashboard.model.notice import Notice, Posting
from token_dashboard.model.period import start_of
from token_dashboard.model.record import record
from token_dashboard.model.report import Dimension
from token_dashboard.model.status import Status

_LOOK_EVERY_S = 30.0
_CHART_DAYS = 14
_MOST = 3
"""Of models and of balances."""


@record
class Plan:
    """A digest that the operator asked for."""

    name: str
    schedule: str
    """A cron expression of five fields."""
    covers: Covers
    channels: Sequence[str] | None = None
    """``None``: all that take digests, and from which no alerts are kept."""

    def goes_to(self, channel: Channel) -> bool:
        is_meant = not channel.is_narrowed if self.channels is None else channel.name in self.channels
        return is_meant and channel.takes_digests


class Digests:
    """Looks whether a digest is due, and posts it."""

    def __init__(
        self,
        plans: Sequence[Plan],
        dashboard: Dashboard,
        ledger: Ledger,
        courier: Courier,
        clock: Clock,
        tz: ZoneInfo,
    ) -> None:
        """Schedules are by the clocks of ``tz``."""
        self._plans = plans
        self._dashboard = dashboard
        self._ledger = ledger
        self._courier = courier
        self._clock = clock
        self._tz = tz

    async def look(self) -> float:
        """Post what is due; gives the seconds until the next look.

        Of several times that have passed unseen the last one counts. A new digest, and one whose schedule was
        changed, waits for its next time.
        """
        for plan in self._plans:
            await self._look_at(plan)
        return _LOOK_EVERY_S

    async def make(self, covers: Covers) -> Digest:
        """The digest of the days before today."""
        status = await self._dashboard.cached()
        alerts = await self._dashboard.alerts()
        today = self._dashboard.today()
        start = today - timedelta(days=covers.days)
        daily = await self._daily(today)
        yesterday = today - timedelta(days=1)
        models = await self._dashboard.history.report((Dimension.MODEL,), since=start, until=yesterday)
        before = await self._dashboard.history.report(
            (), since=start - timedelta(days=covers.days), until=start - timedelta(days=1)
        )
        costliest = sorted(models.rows, key=lambda row: (-row.totals.list_cost_nanos, row.model or ""))
        return Digest(
            covers=covers,
            as_of_ms=status.as_of_ms,
            time_zone=self._tz.key,
            start_ms=start_of(start, self._tz),
            end_ms=start_of(today, self._tz),
            cost=models.total.list_cost,
            tokens=models.total.total_tokens,
            requests=models.total.requests,
            previous_cost=before.total.list_cost,
            daily_nanos=daily,
            models=tuple(
                ModelShare(model=row.model, cost=row.totals.list_cost, tokens=row.totals.total_tokens)
                for row in costliest[:_MOST]
            ),
            unpriced_tokens=models.total.unpriced_tokens,
            month=status.month.list_cost,
            month_expected=status.month_projection,
            balances=_emptiest(status),
            alerts=(*alerts.standing, *alerts.resolved),
        )

    async def _daily(self, today: date) -> tuple[int, ...]:
        days = [today - timedelta(days=ago) for ago in range(_CHART_DAYS, 0, -1)]
        report = await self._dashboard.history.report((Dimension.DAY,), since=days[0], until=days[-1])
        costs = {row.day: row.totals.list_cost_nanos for row in report.rows}
        return tuple(costs.get(day, 0) for day in days)

    async def _look_at(self, plan: Plan) -> None:
        key = f"digest.{plan.name}"
        now_ms = self._clock.now_ms()
        before = await self._ledger.notes.get(key)
        known = json.loads(before) if before else {}
        is_new = known.get("schedule") != plan.schedule
        due_ms = latest_time(plan.schedule, now_ms, self._tz)
        if not is_new and (due_ms is None or due_ms <= known["doneMs"]):
            return
        postings: list[Posting] = []
        if not is_new:
            notice = Notice(digest=await self.make(plan.covers))
            postings = [
                Posting(channel=one.name, topic=key, notice=notice, is_urgent=True)
                for one in self._courier.channels
                if plan.goes_to(one)
            ]
        done = json.dumps({"schedule": plan.schedule, "doneMs": now_ms if is_new else due_ms})
        if await self._ledger.outbox.post_once(key, before, done, postings, now_ms) and postings:
            self._courier.wake()


def latest_time(schedule: str, now_ms: int, tz: ZoneInfo) -> int | None:
    """When a schedule's time came last, now included; ``None`` when it never did.

    A time that a change of the clocks leaves out comes right after the change; one that it brings twice comes
    once.

    Raises:
        ValueError: it is no cron expression of five fields.
    """
    from cronsim import CronSim, CronSimError  # noqa: PLC0415 - only who wants digests pays for it

    if len(schedule.split()) != 5:
        raise ValueError("a cron expression has five fields")
    after = datetime.fromtimestamp(now_ms // 1000 + 1, UTC).astimezone(tz)
    try:
        found = next(CronSim(schedule, after, reverse=True), None)
    except CronSimError as error:
        raise ValueError(str(error)) from error
    return None if found is None else round(found.timestamp() * 1000)


def _emptiest(status: Status) -> tuple[BalanceLeft, ...]:
    left = [
        BalanceLeft(
            name=account.name, money=runway.balance, empty_ms=runway.empty_ms, is_stale=account.is_stale
        )
        for account in status.accounts
        if account.shares_wallet_with is None
        for runway in account.runways
    ]
    never = float("inf")
    return tuple(sorted(left, key=lambda one: never if one.empty_ms is None else one.empty_ms)[:_MOST])
