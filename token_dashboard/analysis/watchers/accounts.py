"""What happens to accounts: figures that stopped, providers that are down, keys that end.

A provider that can't be asked for a while is down; but when two or more are asked and none answers, it is
our own network, and until a provider is tried again after that nobody knows whether it is down. Any other
failure that goes on means that the figures stopped. A machine that slept asked nobody, and its old figures
are no news: only tries that failed are.
"""

from collections.abc import Sequence

from token_dashboard.analysis.thresholds import Judgement
from token_dashboard.model.alert import AlertKind, Cause, CauseKind, Condition, Severity
from token_dashboard.model.period import DAY_MS, HOUR_MS, MINUTE_MS
from token_dashboard.model.record import record
from token_dashboard.model.service import Health, ServiceStatus

LASTS_MS = HOUR_MS
"""An outage shorter than this isn't told."""
_CRITICAL_MS = 6 * HOUR_MS
_LEAST_STALE_MS = 30 * MINUTE_MS
_LEAST_FAILURES = 2
_ONE_ROUND_MS = MINUTE_MS
"""Accounts that are asked together are noted within this."""
_UNREACHABLE = {"provider_unavailable", "unexpected_response"}
_NOT_NEWS = {"rate_limited"}
_DOWN = {Health.PARTIAL_OUTAGE, Health.MAJOR_OUTAGE}
KEY_WARNS_MS, KEY_CRITICAL_MS = 7 * DAY_MS, DAY_MS


@record
class Pulse:
    """How one account fares."""

    provider: str
    account: str
    attempted_ms: int
    """When it was last asked about."""
    checked_ms: int | None
    """The last good answer; ``None``: there was none yet."""
    problem: str | None = None
    """The key of the error of the last try."""
    problem_since_ms: int | None = None
    failures: int = 0
    """Failed tries in a row."""
    status: ServiceStatus | None = None
    """What the provider says of its own service."""
    key_expires_ms: int | None = None


def watch_accounts(judgement: Judgement, pulses: Sequence[Pulse], now_ms: int, poll_interval_s: int) -> None:
    """Outages that last, figures that stopped, keys that end; each account is a crossing of its own."""
    is_asked = [one for one in pulses if now_ms - one.attempted_ms <= 2 * poll_interval_s * 1000]
    reached = [one for one in is_asked if one.problem not in _UNREACHABLE]
    is_offline = not reached and len({one.provider for one in is_asked}) > 1
    for pulse in pulses:
        _watch_key(judgement, pulse, now_ms)
        if pulse in is_asked and not is_offline:
            if _is_its_own(pulse, is_asked, poll_interval_s):
                _watch_outage(judgement, pulse, now_ms)
            _watch_figures(judgement, pulse, now_ms, poll_interval_s)
    key = f"{AlertKind.DATA_STOPPED}:*"
    since = max((one.checked_ms or 0 for one in is_asked), default=0)
    if is_offline and since and now_ms - since >= LASTS_MS:
        judgement.hold(_stopped(key, "*", None, since, "provider_unavailable"))
    elif reached:
        judgement.judged.add(key)


def _is_its_own(pulse: Pulse, asked: Sequence[Pulse], poll_interval_s: int) -> bool:
    """Whether our network was there when it was last tried, by other providers that were reached before."""
    others = [one for one in asked if one.provider != pulse.provider]
    if pulse.problem not in _UNREACHABLE or not others:
        return True
    reached = [pulse.attempted_ms - one.attempted_ms for one in others if one.problem not in _UNREACHABLE]
    return any(-_ONE_ROUND_MS <= one <= 2 * poll_interval_s * 1000 for one in reached)


def _watch_outage(judgement: Judgement, pulse: Pulse, now_ms: int) -> None:
    key = f"{AlertKind.PROVIDER_OUTAGE}:{pulse.provider}:{pulse.account}"
    since_ms, name = _outage(pulse)
    if name is None:
        judgement.judged.add(key)
    elif since_ms is not None and now_ms - since_ms >= LASTS_MS:
        is_major = pulse.status is not None and pulse.status.health is Health.MAJOR_OUTAGE
        is_critical = is_major or now_ms - since_ms >= _CRITICAL_MS
        judgement.hold(
            Condition(
                key=key,
                kind=AlertKind.PROVIDER_OUTAGE,
                severity=Severity.CRITICAL if is_critical else Severity.WARNING,
                subject=pulse.provider,
                account=pulse.account,
                taken_ms=since_ms,
                causes=(Cause(kind=CauseKind.PROBLEM, name=name),),
            )
        )


def _outage(pulse: Pulse) -> tuple[int | None, str | None]:
    """Since when the provider is down, if that is known, and what tells so; no name when it isn't down."""
    if pulse.problem in _UNREACHABLE and pulse.failures >= _LEAST_FAILURES:
        return pulse.problem_since_ms, pulse.problem
    if pulse.status is not None and pulse.status.health in _DOWN:
        begun = [one.since_ms for one in pulse.status.incidents if one.since_ms is not None]
        return min(begun, default=None), pulse.status.health
    return None, None


def _watch_figures(judgement: Judgement, pulse: Pulse, now_ms: int, poll_interval_s: int) -> None:
    key = f"{AlertKind.DATA_STOPPED}:{pulse.provider}:{pulse.account}"
    if pulse.problem is None:
        judgement.judged.add(key)
    if pulse.problem is None or pulse.checked_ms is None or pulse.failures < _LEAST_FAILURES:
        return
    if pulse.problem in _UNREACHABLE | _NOT_NEWS:
        return
    if now_ms - pulse.checked_ms >= max(2 * poll_interval_s * 1000, _LEAST_STALE_MS):
        judgement.hold(_stopped(key, pulse.provider, pulse.account, pulse.checked_ms, pulse.problem))


def _stopped(key: str, subject: str, account: str | None, since_ms: int, problem: str) -> Condition:
    return Condition(
        key=key,
        kind=AlertKind.DATA_STOPPED,
        severity=Severity.WARNING,
        subject=subject,
        account=account,
        taken_ms=since_ms,
        causes=(Cause(kind=CauseKind.PROBLEM, name=problem),),
    )


def _watch_key(judgement: Judgement, pulse: Pulse, now_ms: int) -> None:
    key = f"{AlertKind.KEY_EXPIRING}:{pulse.provider}:{pulse.account}"
    if pulse.key_expires_ms is None:
        judgement.judged.add(key)
        return
    left_ms = pulse.key_expires_ms - now_ms
    if left_ms > KEY_WARNS_MS:
        judgement.judged.add(key)
        return
    judgement.hold(
        Condition(
            key=key,
            kind=AlertKind.KEY_EXPIRING,
            severity=Severity.CRITICAL if left_ms <= KEY_CRITICAL_MS else Severity.WARNING,
            subject=pulse.provider,
            account=pulse.account,
            ends_ms=pulse.key_expires_ms,
            taken_ms=now_ms,
        )
    )
