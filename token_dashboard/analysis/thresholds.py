"""Which thresholds are crossed now.

Only fresh, known figures are judged: an unknown or stale figure neither raises an alert nor ends one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from token_dashboard.model.alert import AlertKind, Condition, Severity
from token_dashboard.model.burn import Runway
from token_dashboard.model.money import Money
from token_dashboard.model.record import record
from token_dashboard.model.snapshot import UsageWindow

_FULL = Decimal(100)


@record
class Thresholds:
    """What the operator wants to be warned of for one provider; ``None`` or empty: nothing."""

    balance: Money | None = None
    """Warn under this; critical under half of it."""
    daily_spend: Money | None = None
    """Warn from this on; critical from twice of it on."""
    window_percents: tuple[Decimal, ...] = ()
    """Warn at each step; the last step, and 100 in any case, is critical."""


@dataclass(slots=True)
class Judgement:
    """The conditions that hold, and the crossings that were judged at all (by the start of their key)."""

    conditions: list[Condition] = field(default_factory=list)
    judged: set[str] = field(default_factory=set)


def judge_balance(judgement: Judgement, runway: Runway, thresholds: Thresholds) -> None:
    """Is the balance under its threshold? A balance in another currency than the threshold isn't judged."""
    threshold = thresholds.balance
    if threshold is None or threshold.currency != runway.balance.currency:
        return
    key = f"{AlertKind.LOW_BALANCE}:{runway.provider}:{runway.account}:{runway.scope}:{threshold.currency}"
    judgement.judged.add(key)
    if runway.balance.nanos < threshold.nanos:
        is_critical = runway.balance.nanos * 2 < threshold.nanos
        judgement.conditions.append(
            Condition(
                key=key,
                kind=AlertKind.LOW_BALANCE,
                severity=Severity.CRITICAL if is_critical else Severity.WARNING,
                subject=runway.provider,
                money=runway.balance,
                threshold=threshold,
                per_day=runway.per_day,
                empty_ms=runway.empty_ms,
            )
        )


def judge_daily_spend(
    judgement: Judgement, provider: str, day: date, spent: Money | None, thresholds: Thresholds
) -> None:
    """Has the day's spend reached its threshold? Each day is a crossing of its own."""
    threshold = thresholds.daily_spend
    prefix = f"{AlertKind.HIGH_SPEND}:{provider}:"
    if threshold is None or spent is None or spent.currency != threshold.currency:
        return
    judgement.judged.add(prefix)
    if spent.nanos >= threshold.nanos:
        is_critical = spent.nanos >= 2 * threshold.nanos
        judgement.conditions.append(
            Condition(
                key=f"{prefix}{day.isoformat()}",
                kind=AlertKind.HIGH_SPEND,
                severity=Severity.CRITICAL if is_critical else Severity.WARNING,
                subject=provider,
                money=spent,
                threshold=threshold,
            )
        )


def judge_windows(
    judgement: Judgement, provider: str, account: str, windows: Sequence[UsageWindow], thresholds: Thresholds
) -> None:
    """Has a usage window reached one of its steps? Each step is a crossing of its own."""
    steps = sorted(thresholds.window_percents)
    for window in windows:
        for step in steps:
            key = f"{AlertKind.WINDOW_USED}:{provider}:{account}:{window.name}:{step.normalize():f}"
            judgement.judged.add(key)
            if window.used_percent >= step:
                judgement.conditions.append(_window_condition(key, provider, window, step, steps[-1]))


def _window_condition(
    key: str, provider: str, window: UsageWindow, step: Decimal, last: Decimal
) -> Condition:
    return Condition(
        key=key,
        kind=AlertKind.WINDOW_USED,
        severity=Severity.CRITICAL if step == last or window.used_percent >= _FULL else Severity.WARNING,
        subject=provider,
        percent=window.used_percent,
        threshold_percent=step,
        window=window.name,
        empty_ms=window.resets_ms,
    )


def told(conditions: Sequence[Condition]) -> tuple[Condition, ...]:
    """What a person is told, worst first, always in the same order; of a window's steps the highest only."""
    highest: dict[tuple[str, ...], Condition] = {}
    for condition in conditions:
        subject = (condition.key,) if condition.window is None else (condition.subject, condition.window)
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
