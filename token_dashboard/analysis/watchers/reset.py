"""Quota reset: a usage window that was nearly used up has begun anew.

A window that slides loses a little use all the time, and a recount changes it by a few points: neither is a
reset. It is one when the use fell by half or more, to 20 percent or less, and the vendor names a later end,
or none at all.
"""

from decimal import Decimal

from token_dashboard.analysis.thresholds import Judgement
from token_dashboard.model.alert import AlertKind, Cause, CauseKind, Condition, Severity
from token_dashboard.model.period import MINUTE_MS
from token_dashboard.model.snapshot import UsageWindow

WORTH_TELLING = Decimal(80)
"""Whoever used less of it before didn't wait for the reset."""
_MOST_AFTER = Decimal(20)
_SAME_END_MS = 5 * MINUTE_MS


def watch_reset(
    judgement: Judgement,
    provider: str,
    account: str,
    before: UsageWindow,
    after: UsageWindow,
    taken_ms: int,
    least: Decimal = WORTH_TELLING,
) -> None:
    """Did a window begin anew between two answers? ``taken_ms`` is when the later one was given.

    ``least`` is from what use on the owner waits for it: the first of the steps, where there are some.
    """
    prefix = f"{AlertKind.WINDOW_RESET}:{provider}:{account}:{after.name}:"
    judgement.judged.add(prefix)
    fell = before.used_percent - after.used_percent
    if before.used_percent < least or after.used_percent > _MOST_AFTER or fell * 2 < before.used_percent:
        return
    if before.resets_ms is not None and after.resets_ms is not None:
        if after.resets_ms - before.resets_ms <= _SAME_END_MS:
            return
        end = after.resets_ms // _SAME_END_MS
    else:
        end = taken_ms // _SAME_END_MS
    judgement.conditions.append(
        Condition(
            key=f"{prefix}{end}",
            kind=AlertKind.WINDOW_RESET,
            severity=Severity.WARNING,
            subject=provider,
            account=account,
            window=after.name,
            percent=after.used_percent,
            empty_ms=after.resets_ms,
            taken_ms=taken_ms,
            causes=(_how(before, after, taken_ms),),
        )
    )


def _how(before: UsageWindow, after: UsageWindow, taken_ms: int) -> Cause:
    is_early = before.resets_ms is not None and taken_ms < before.resets_ms - _SAME_END_MS
    return Cause(
        kind=CauseKind.RESET,
        name="early" if is_early else None,
        before=before.used_percent,
        after=after.used_percent,
    )
