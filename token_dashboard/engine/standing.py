"""How things stand in the ledger at one moment, gathered once and shared by every answer."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from token_dashboard.analysis.thresholds import Judgement
from token_dashboard.engine.catalog import Catalog, ShownAccount
from token_dashboard.engine.judge import Judge
from token_dashboard.engine.outdated import as_of_now
from token_dashboard.ledger import AccountRecord, Ledger, Owner
from token_dashboard.model.alert import Alert
from token_dashboard.model.burn import Runway
from token_dashboard.model.money import Money
from token_dashboard.model.period import Period, day_of, local_date, month_of
from token_dashboard.model.record import record
from token_dashboard.model.report import Dimension, ReportRow, Totals
from token_dashboard.model.service import ServiceStatus
from token_dashboard.model.snapshot import Note, Snapshot, Spend, SpendPeriod
from token_dashboard.model.status import Account, AgentUsage, ModelUsage, Status

_BY = (Dimension.AGENT, Dimension.MODEL)
_UNTOUCHED = Totals()
_UTC = ZoneInfo("UTC")
_KEY = "key"
"""The scope of figures that are one key's own."""

_Facts = Mapping[SpendPeriod, Mapping[Owner, Sequence[tuple[str, Money]]]]
"""What vendors' books add up to in this UTC day and month, as (scope, money)."""


@record
class Standing:
    """Accounts, usage and judgement at one moment."""

    as_of_ms: int
    time_zone: str
    accounts: tuple[Account, ...]
    today: Sequence[ReportRow]
    month: Sequence[ReportRow]
    first_event_ms: int | None
    runways: tuple[Runway, ...]
    judgement: Judgement
    names: Mapping[str, str]
    services: Mapping[str, ServiceStatus]
    """By provider."""

    @property
    def month_total(self) -> Totals:
        return _total(self.month)

    def status(
        self,
        *,
        poll_interval_s: int,
        scanned_ms: int | None,
        alerts: tuple[Alert, ...],
        month_projection: Money | None,
    ) -> Status:
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
            accounts=tuple(replace(one, service=self.services.get(one.provider)) for one in self.accounts),
            today=_total(self.today),
            month=self.month_total,
            month_projection=month_projection,
            agents=self._agents(),
            models=self._models(),
            alerts=alerts,
            unpriced_models=tuple(
                sorted({row.model or "?" for row in self.month if row.totals.unpriced_tokens})
            ),
        )

    def _agents(self) -> tuple[AgentUsage, ...]:
        ids = {row.agent for row in self.month}
        used = [
            AgentUsage(
                agent=one,
                name=self.names.get(one, one) if one else "",
                today=_total([row for row in self.today if row.agent == one]),
                month=_total([row for row in self.month if row.agent == one]),
            )
            for one in ids
        ]
        return tuple(sorted(used, key=lambda one: (*_costliest(one.month), one.agent or "")))

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
    ledger: Ledger,
    judge: Judge,
    catalog: Catalog,
    services: Mapping[str, ServiceStatus],
    tz: ZoneInfo,
    now_ms: int,
    poll_interval_s: int,
) -> Standing:
    """Read the ledger and judge it. Cost grows with the month's models times its quarter-hours of use.

    ``services`` is what providers say of their own services.
    """
    records = {(record.provider, record.account): record for record in await ledger.snapshots.latest()}
    known = [(one, records.get((one.provider, one.account))) for one in catalog.shown]
    shown = [(one, record) for one, record in known if record is None or not _has_nothing(record)]
    asked = [record for _, record in shown if record is not None]
    runways = await judge.runways(asked, now_ms)
    facts = await _facts(ledger, now_ms)
    accounts = _sharing(
        [
            _unasked(one)
            if record is None
            else _account(one, record, runways, facts, now_ms, poll_interval_s)
            for one, record in shown
        ]
    )
    runways = tuple(runway for one in accounts for runway in _own_runways(one))
    today = await ledger.usage.rows(day_of(now_ms, tz), _BY, tz)
    month_so_far = Period(month_of(now_ms, tz).start_ms, day_of(now_ms, tz).end_ms)
    month = await ledger.usage.rows(month_so_far, _BY, tz)
    first_event_ms = (await ledger.usage.span())[0]
    # A check that failed a minute after a good one doesn't make the figure of that minute old.
    fresh = [
        _own_figures(one, one.snapshot)
        for one, (which, _) in zip(accounts, shown, strict=True)
        if one.snapshot is not None and not _is_old(which, one.checked_ms, now_ms, poll_interval_s)
    ]
    logged = {SpendPeriod.DAY: _by_provider(today), SpendPeriod.MONTH: _by_provider(month)}
    judgement = judge.judge(fresh, runways, logged, now_ms)
    judge.watch(judgement, asked, services, now_ms, poll_interval_s)
    await judge.watch_windows(judgement, fresh, now_ms, poll_interval_s)
    await judge.budgets.judge(judgement, now_ms)
    return Standing(
        as_of_ms=now_ms,
        time_zone=tz.key,
        accounts=as_of_now(accounts, now_ms),
        today=today,
        month=month,
        first_event_ms=first_event_ms,
        runways=runways,
        judgement=judgement,
        names=catalog.names,
        services=services,
    )


async def _facts(ledger: Ledger, now_ms: int) -> _Facts:
    today = local_date(now_ms, _UTC)
    return {
        SpendPeriod.DAY: await ledger.facts.spent(today, today),
        SpendPeriod.MONTH: await ledger.facts.spent(today.replace(day=1), today),
    }


def _has_nothing(record: AccountRecord) -> bool:
    """Whether all that it had to say is that there is nothing more to say."""
    notes = record.snapshot.notes if record.snapshot and record.problem is None else ()
    return Note.NOTHING_MORE in notes


def _unasked(shown: ShownAccount) -> Account:
    return Account(
        provider=shown.provider,
        account=shown.account,
        name=shown.name or shown.provider,
        snapshot=None,
        checked_ms=None,
        problem=None,
        is_stale=False,
        next_check_ms=None,
    )


def _account(
    shown: ShownAccount,
    record: AccountRecord,
    runways: Sequence[Runway],
    facts: _Facts,
    now_ms: int,
    poll_interval_s: int,
) -> Account:
    is_old = _is_old(shown, record.checked_ms, now_ms, poll_interval_s)
    whose = (record.provider, record.account)
    return Account(
        provider=record.provider,
        account=record.account,
        name=shown.name or record.name,
        snapshot=None if record.snapshot is None else _with_facts(record.snapshot, whose, facts),
        checked_ms=record.checked_ms,
        problem=record.problem,
        is_stale=is_old or record.problem is not None,
        next_check_ms=record.next_check_ms,
        runways=tuple(one for one in runways if (one.provider, one.account) == whose),
    )


def _with_facts(snapshot: Snapshot, whose: Owner, facts: _Facts) -> Snapshot:
    """What the vendor's books add up to, where the vendor itself tells no sum.

    Books that come to less than a figure of the same time are behind it: theirs may end with yesterday.
    """
    told = {(one.period, one.scope) for one in snapshot.spends}
    added = [
        Spend(money=money, period=period, scope=scope)
        for period, sums in facts.items()
        for scope, money in sums.get(whose, ())
        if (period, scope) not in told and not _is_behind(money, period, snapshot)
    ]
    return replace(snapshot, spends=(*snapshot.spends, *added)) if added else snapshot


def _is_behind(money: Money, period: SpendPeriod, snapshot: Snapshot) -> bool:
    return any(
        one.period is period and one.money.currency == money.currency and one.money.nanos > money.nanos
        for one in snapshot.spends
    )


def _sharing(accounts: Sequence[Account]) -> tuple[Account, ...]:
    """Those that show the money of one before them say so."""
    first: dict[tuple[str, str], str] = {}
    found = []
    for one in accounts:
        wallet = one.snapshot.wallet if one.snapshot else None
        before = first.get((one.provider, wallet)) if wallet else None
        if wallet and before is None:
            first[one.provider, wallet] = one.name
        found.append(one if before is None else replace(one, shares_wallet_with=before))
    return tuple(found)


def _own_runways(account: Account) -> tuple[Runway, ...]:
    """What isn't told of another account already."""
    if account.shares_wallet_with is None:
        return account.runways
    return tuple(one for one in account.runways if one.scope == _KEY)


def _own_figures(account: Account, snapshot: Snapshot) -> Snapshot:
    """What is judged: of money that another account shows too, only what is the key's own."""
    if account.shares_wallet_with is None:
        return snapshot
    return replace(
        snapshot,
        balances=tuple(one for one in snapshot.balances if one.scope == _KEY),
        spends=tuple(one for one in snapshot.spends if one.scope == _KEY),
        windows=(),
    )


def _is_old(shown: ShownAccount, checked_ms: int | None, now_ms: int, poll_interval_s: int) -> bool:
    interval_s = max(poll_interval_s, shown.polite_pause_s)
    return checked_ms is not None and now_ms - checked_ms > 2 * interval_s * 1000


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
