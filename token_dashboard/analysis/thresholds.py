"""Which thresholds are crossed now.

Only fresh, known figures are judged: an unknown or stale figure neither raises an alert nor ends one. Nor
does a figure that is back on the good side by a hair, or what stands near its line would be told all day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType

from token_dashboard.model.alert import AlertKind, Condition, Severity
from token_dashboard.model.burn import Runway
from token_dashboard.model.money import Money
from token_dashboard.model.period import DAY_MS
from token_dashboard.model.record import record
from token_dashboard.model.snapshot import UsageWindow

_FULL = Decimal(100)
_NOBODY_KNOWS: Mapping[str, int | None] = MappingProxyType({})
_BALANCE_BACK_PERCENT = 105
"""A balance is no longer low when it is this much of its threshold."""
_RUNWAY_BACK_PERCENT = 125
"""The same for runways, which move with each hour's use."""
_WINDOW_BACK_POINTS = 5
_SPEND_BACK_PERCENT = 95
"""What was spent may be corrected downwards; that much less is another figure."""


@record
class Thresholds:
    """What the operator wants to be warned of for one provider; ``None`` or empty: nothing."""

    balance: Money | None = None
    """Warn under this; critical under half of it."""
    native_balance: Money | None = None
    """The same in the currency of the operator's choice; for balances in it, it goes first."""
    daily_spend: Money | None = None
    """Warn from this on; critical from twice of it on."""
    monthly_spend: Money | None = None
    runway_days: Decimal | None = None
    """Warn when a balance lasts less than this; critical under half of it."""
    window_percents: tuple[Decimal, ...] = ()
    """Warn at each step; the last step, and 100 in any case, is critical."""

    def balance_in(self, currency: str) -> Money | None:
        """The threshold for balances of a currency; nothing is converted."""
        given = (self.native_balance, self.balance)
        return next((one for one in given if one is not None and one.currency == currency), None)


@dataclass(slots=True)
class Judgement:
    """The conditions that hold, and the crossings that were judged at all (by the start of their key).

    What is judged and isn't among the conditions is over. What isn't judged stays as it was.
    """

    conditions: list[Condition] = field(default_factory=list)
    judged: set[str] = field(default_factory=set)
    withdrawn: set[str] = field(default_factory=set)
    """Crossings that nobody will judge any more: over without a word."""

    def hold(self, condition: Condition) -> None:
        """This one holds."""
        self.judged.add(condition.key)
        self.conditions.append(condition)


def still_asked(condition: Condition, thresholds: Thresholds) -> bool:
    """Whether the owner still wants to hear of what a condition says: thresholds change, days end.

    For the thresholds of one provider only; budgets and watchers are judged anew each time.
    """
    match condition.kind:
        case AlertKind.LOW_BALANCE:
            line = condition.threshold
            return line is not None and line == thresholds.balance_in(line.currency)
        case AlertKind.SHORT_RUNWAY:
            return thresholds.runway_days is not None
        case AlertKind.WINDOW_USED:
            return condition.threshold_percent in thresholds.window_percents
    return False


def has_lapsed(condition: Condition, thresholds: Thresholds, today: date) -> bool:
    """Whether nothing will judge a condition any more: its threshold is gone, or its day or month is over.

    ``today`` is the earliest day that it is anywhere.
    """
    match condition.kind:
        case AlertKind.HIGH_SPEND:
            return thresholds.daily_spend is None or condition.key[-10:] < today.isoformat()
        case AlertKind.HIGH_MONTH_SPEND:
            return thresholds.monthly_spend is None or condition.key[-7:] < f"{today:%Y-%m}"
        case AlertKind.LOW_BALANCE | AlertKind.SHORT_RUNWAY | AlertKind.WINDOW_USED:
            return not still_asked(condition, thresholds)
    return False


def judge_balance(
    judgement: Judgement, runway: Runway, thresholds: Thresholds, *, taken_ms: int | None = None
) -> None:
    """Is the balance under its threshold? A balance in another currency than the threshold isn't judged."""
    threshold = thresholds.balance_in(runway.balance.currency)
    if threshold is None:
        return
    key = f"{AlertKind.LOW_BALANCE}:{runway.provider}:{runway.account}:{runway.scope}:{threshold.currency}"
    left = runway.balance.nanos
    if left < threshold.nanos:
        severity = Severity.CRITICAL if left * 2 < threshold.nanos else Severity.WARNING
        condition = _of_balance(key, AlertKind.LOW_BALANCE, severity, runway, taken_ms, threshold)
        judgement.hold(condition)
    elif left * 100 >= threshold.nanos * _BALANCE_BACK_PERCENT:
        judgement.judged.add(key)


def judge_runway(
    judgement: Judgement, runway: Runway, thresholds: Thresholds, now_ms: int, *, taken_ms: int | None = None
) -> None:
    """Is the balance gone too soon? Not judged when nobody knows how fast it goes, nor when it is gone.

    A balance of nothing isn't the news of this alert, and many accounts are paid afterwards.
    """
    if thresholds.runway_days is None or runway.per_day is None or runway.balance.nanos <= 0:
        return
    key = (
        f"{AlertKind.SHORT_RUNWAY}:{runway.provider}:{runway.account}:{runway.scope}"
        f":{runway.balance.currency}"
    )
    wanted_ms = int(thresholds.runway_days * DAY_MS)
    if runway.empty_ms is None or (runway.empty_ms - now_ms) * 100 >= wanted_ms * _RUNWAY_BACK_PERCENT:
        judgement.judged.add(key)
    elif (lasts_ms := runway.empty_ms - now_ms) < wanted_ms:
        severity = Severity.CRITICAL if lasts_ms * 2 < wanted_ms else Severity.WARNING
        judgement.hold(_of_balance(key, AlertKind.SHORT_RUNWAY, severity, runway, taken_ms))


def _of_balance(
    key: str,
    kind: AlertKind,
    severity: Severity,
    runway: Runway,
    taken_ms: int | None,
    threshold: Money | None = None,
) -> Condition:
    return Condition(
        key=key,
        kind=kind,
        severity=severity,
        subject=runway.provider,
        account=runway.account,
        money=runway.balance,
        threshold=threshold,
        per_day=runway.per_day,
        empty_ms=runway.empty_ms,
        taken_ms=taken_ms,
    )


def judge_daily_spend(
    judgement: Judgement,
    provider: str,
    day: date,
    spent: Money | None,
    thresholds: Thresholds,
    *,
    account: str | None = None,
    taken_ms: int | None = None,
) -> None:
    """Has the day's spend reached its threshold? Each day is a crossing of its own.

    ``account`` is whose spend it is; ``None`` for what the agents' logs hold, which tell no account.
    """
    names = (day.isoformat(), (day - timedelta(days=1)).isoformat())
    whose = (provider, account)
    _judge_spend(judgement, AlertKind.HIGH_SPEND, whose, names, spent, thresholds.daily_spend, taken_ms)


def judge_monthly_spend(
    judgement: Judgement,
    provider: str,
    day: date,
    spent: Money | None,
    thresholds: Thresholds,
    *,
    account: str | None = None,
    taken_ms: int | None = None,
) -> None:
    """The same for the calendar month that ``day`` lies in."""
    last_month = day.replace(day=1) - timedelta(days=1)
    names = (f"{day:%Y-%m}", f"{last_month:%Y-%m}")
    whose = (provider, account)
    kind = AlertKind.HIGH_MONTH_SPEND
    _judge_spend(judgement, kind, whose, names, spent, thresholds.monthly_spend, taken_ms)


def _judge_spend(
    judgement: Judgement,
    kind: AlertKind,
    whose: tuple[str, str | None],
    names: tuple[str, str],
    spent: Money | None,
    threshold: Money | None,
    taken_ms: int | None,
) -> None:
    """``names`` are those of the running period and of the one before it, which is over in any case."""
    provider, account = whose
    prefix = f"{kind}:{provider}:{f'{account}:' if account else ''}"
    if threshold is None or spent is None or spent.currency != threshold.currency:
        return
    current, before = names
    is_crossed = spent.nanos >= threshold.nanos
    is_near = spent.nanos * 100 > threshold.nanos * _SPEND_BACK_PERCENT
    judgement.judged.add(f"{prefix}{before}" if is_near and not is_crossed else prefix)
    if is_crossed:
        is_critical = spent.nanos >= 2 * threshold.nanos
        judgement.conditions.append(
            Condition(
                key=f"{prefix}{current}",
                kind=kind,
                severity=Severity.CRITICAL if is_critical else Severity.WARNING,
                subject=provider,
                account=account,
                money=spent,
                threshold=threshold,
                taken_ms=taken_ms,
            )
        )


def judge_windows(
    judgement: Judgement,
    provider: str,
    account: str,
    windows: Sequence[UsageWindow],
    thresholds: Thresholds,
    *,
    taken_ms: int | None = None,
    full_ms: Mapping[str, int | None] = _NOBODY_KNOWS,
) -> None:
    """Has a usage window reached one of its steps? Each step is a crossing of its own.

    ``full_ms`` is when each window is used up, by its name, where that was forecast.
    """
    steps = sorted(thresholds.window_percents)
    for window in windows:
        for step in steps:
            key = f"{AlertKind.WINDOW_USED}:{provider}:{account}:{window.name}:{step.normalize():f}"
            if window.used_percent >= step:
                is_critical = step == steps[-1] or window.used_percent >= _FULL
                judgement.hold(
                    Condition(
                        key=key,
                        kind=AlertKind.WINDOW_USED,
                        severity=Severity.CRITICAL if is_critical else Severity.WARNING,
                        subject=provider,
                        account=account,
                        percent=window.used_percent,
                        threshold_percent=step,
                        window=window.name,
                        empty_ms=window.resets_ms,
                        full_ms=full_ms.get(window.name),
                        taken_ms=taken_ms,
                    )
                )
            elif window.used_percent <= max(step - _WINDOW_BACK_POINTS, Decimal(0)):
                judgement.judged.add(key)


def told(conditions: Sequence[Condition]) -> tuple[Condition, ...]:
    """What a person is told, worst first, always in the same order; of a subject's steps the highest only."""
    highest: dict[tuple[str, ...], Condition] = {}
    for condition in conditions:
        name = condition.window or condition.budget
        subject = (
            (condition.key,)
            if name is None
            else (condition.kind, condition.subject, condition.account or "", name)
        )
        seen = highest.get(subject)
        if seen is None or (condition.threshold_percent or 0) > (seen.threshold_percent or 0):
            highest[subject] = condition
    kinds = list(AlertKind)
    return tuple(
        sorted(
            highest.values(),
            key=lambda one: (one.severity != Severity.CRITICAL, kinds.index(one.kind), one.key),
        )
    )
