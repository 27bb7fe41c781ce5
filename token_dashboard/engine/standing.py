"""How things stand in the ledger at one moment, gathered once and shared by every answer."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from token_dashboard.analysis import burn as burning
from token_dashboard.analysis.thresholds import Judgement
from token_dashboard.engine.catalog import Catalog
from token_dashboard.engine.judge import Judge
from token_dashboard.ledger import Ledger, ProviderRecord
from token_dashboard.model.alert import Alert
from token_dashboard.model.burn import Runway
from token_dashboard.model.money import Money
from token_dashboard.model.period import Period, day_of, month_of
from token_dashboard.model.record import record
from token_dashboard.model.report import Dimension, ReportRow, Totals
from token_dashboard.model.status import Account, AgentUsage, ModelUsage, Status
from token_dashboard.providers._contract import Provider

_BY = (Dimension.AGENT, Dimension.MODEL)
_UNTOUCHED = Totals()


@record
class Standing:
    """Accounts, usage and judgement at one moment."""

    as_of_ms: int
    time_zone: str
    accounts: tuple[Account, ...]
    today: tuple[ReportRow, ...]
    month: tuple[ReportRow, ...]
    month_projection: Money | None
    first_event_ms: int | None
    runways: tuple[Runway, ...]
    judgement: Judgement
    names: dict[str, str]

    @property
    def month_total(self) -> Totals:
        return _total(self.month)

    def status(self, *, poll_interval_s: int, scanned_ms: int | None, alerts: tuple[Alert, ...]) -> Status:
        """The answer to ``/tokens``."""
        checked = [one.checked_ms for one in self.accounts if one.checked_ms is not None]
        waiting = [one.next_check_ms for one in self.accounts if one.next_check_ms is not None]
        return Status(
            as_of_ms=self.as_of_ms,
            time_zone=self.time_zone,
            is_stale=any(one.is_stale for one in self.accounts),
            poll_interval_s=poll_interval_s,
            checked_ms=max(checked, default=None),
            scanned_ms=scanned_ms,
            next_check_ms=min(waiting, default=None),
            accounts=self.accounts,
            today=_total(self.today),
            month=self.month_total,
            month_projection=self.month_projection,
            agents=self._agents(),
            models=self._models(),
            alerts=alerts,
            unpriced_models=tuple(
                sorted({row.model or "?" for row in self.month if row.totals.unpriced_tokens})
            ),
        )

    def _agents(self) -> tuple[AgentUsage, ...]:
        ids = {row.agent for row in self.month if row.agent}
        used = [
            AgentUsage(
                agent=one,
                name=self.names.get(one, one),
                today=_total([row for row in self.today if row.agent == one]),
                month=_total([row for row in self.month if row.agent == one]),
            )
            for one in ids
        ]
        return tuple(sorted(used, key=lambda one: (*_costliest(one.month), one.agent)))

    def _models(self) -> tuple[ModelUsage, ...]:
        pairs = {(row.provider, row.model) for row in self.month}
        used = [
            ModelUsage(
                provider=provider,
                model=model,
                today=_total([row for row in self.today if (row.provider, row.model) == (provider, model)]),
                month=_total([row for row in self.month if (row.provider, row.model) == (provider, model)]),
            )
            for provider, model in pairs
        ]
        return tuple(
            sorted(used, key=lambda one: (*_costliest(one.month), one.model or "", one.provider or ""))
        )


async def standing_of(
    ledger: Ledger, judge: Judge, catalog: Catalog, tz: ZoneInfo, now_ms: int, poll_interval_s: int
) -> Standing:
    """Read the ledger and judge it. Cost grows with the month's models times its quarter-hours of use."""
    records = {record.provider: record for record in await ledger.snapshots.latest()}
    watched = [(provider, records.get(provider.id)) for provider in catalog.watched]
    runways = await judge.runways([record for _, record in watched if record is not None], now_ms)
    accounts = tuple(
        _unasked(provider) if record is None else _account(record, runways, now_ms, poll_interval_s)
        for provider, record in watched
    )
    month_period = month_of(now_ms, tz)
    today = await ledger.usage.rows(day_of(now_ms, tz), _BY, tz)
    month = await ledger.usage.rows(month_period, _BY, tz)
    first_event_ms = (await ledger.usage.span())[0]
    # A check that failed a minute after a good one doesn't make the figure of that minute old.
    fresh = [
        one.snapshot
        for one in accounts
        if one.snapshot is not None and not _is_old(one.checked_ms, now_ms, poll_interval_s)
    ]
    return Standing(
        as_of_ms=now_ms,
        time_zone=tz.key,
        accounts=accounts,
        today=today,
        month=month,
        month_projection=_projection(month, month_period, now_ms, first_event_ms),
        first_event_ms=first_event_ms,
        runways=runways,
        judgement=judge.judge(fresh, runways, _by_provider(today), now_ms),
        names=catalog.names,
    )


def _projection(
    month: Sequence[ReportRow], period: Period, now_ms: int, first_event_ms: int | None
) -> Money | None:
    return burning.month_projection(_total(month).list_cost, period, now_ms, first_event_ms)


def _unasked(provider: Provider) -> Account:
    return Account(
        provider=provider.id,
        name=provider.name,
        snapshot=None,
        checked_ms=None,
        problem=None,
        is_stale=False,
        next_check_ms=None,
    )


def _account(record: ProviderRecord, runways: Sequence[Runway], now_ms: int, poll_interval_s: int) -> Account:
    snapshot = record.snapshot
    is_old = _is_old(record.checked_ms, now_ms, poll_interval_s)
    return Account(
        provider=record.provider,
        name=record.name,
        snapshot=snapshot,
        checked_ms=record.checked_ms,
        problem=record.problem,
        is_stale=is_old or record.problem is not None,
        next_check_ms=record.next_check_ms,
        runways=tuple(one for one in runways if one.provider == record.provider),
    )


def _is_old(checked_ms: int | None, now_ms: int, poll_interval_s: int) -> bool:
    return checked_ms is not None and now_ms - checked_ms > 2 * poll_interval_s * 1000


def _by_provider(rows: Sequence[ReportRow]) -> dict[str, Totals]:
    sums: dict[str, Totals] = {}
    for row in rows:
        if row.provider is not None:
            sums[row.provider] = sums.get(row.provider, _UNTOUCHED) + row.totals
    return sums


def _total(rows: Sequence[ReportRow]) -> Totals:
    return sum((row.totals for row in rows), _UNTOUCHED)


def _costliest(totals: Totals) -> tuple[int, int]:
    return (-totals.list_cost_nanos, -totals.total_tokens)
