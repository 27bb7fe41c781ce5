"""Which alerts hold: what was judged just now, beside what the ledger remembers of alerts."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from token_dashboard.analysis.thresholds import told
from token_dashboard.engine.judge import Judge
from token_dashboard.engine.standing import Standing
from token_dashboard.model.alert import Alert, AlertKind, Alerts, AlertState, Condition

_USAGE = frozenset({AlertKind.SPEND_SPIKE, AlertKind.LOOP, AlertKind.IDLE_BURN})


def held(standing: Standing, known: Sequence[Alert], judge: Judge) -> tuple[Alert, ...]:
    """What holds now, and what held when it was last looked at."""
    remembered = {alert.condition.key: alert for alert in known}
    silent = {(one.provider, one.account) for one in standing.accounts if one.is_stale}
    unjudged = [
        alert.condition
        for alert in known
        if alert.state is not AlertState.RESOLVED
        and alert.condition.key not in standing.judgement.judged
        and (
            _is_seen_now_and_then(alert.condition)
            or (
                (alert.condition.subject, alert.condition.account) in silent
                and judge.still_asks(alert.condition)
            )
        )
    ]
    conditions = told([*standing.judgement.conditions, *unjudged])
    return tuple(_alert(one, remembered, standing.as_of_ms) for one in conditions)


def held_and_over(standing: Standing, known: Sequence[Alert], judge: Judge) -> Alerts:
    """The same, with those that were over lately, latest first."""
    holding = held(standing, known, judge)
    keys = {alert.condition.key for alert in holding}
    over = [one for one in known if one.state is AlertState.RESOLVED and one.condition.key not in keys]
    return Alerts(
        as_of_ms=standing.as_of_ms,
        time_zone=standing.time_zone,
        standing=holding,
        resolved=tuple(sorted(over, key=lambda alert: alert.resolved_ms or 0, reverse=True)),
    )


def _is_seen_now_and_then(condition: Condition) -> bool:
    """Whether it is about an agent's use: that holds until it is looked at again, not by every answer."""
    is_quiet_agent = condition.kind is AlertKind.DATA_STOPPED and condition.account is None
    return condition.kind in _USAGE or is_quiet_agent


def _alert(condition: Condition, remembered: Mapping[str, Alert], now_ms: int) -> Alert:
    known = remembered.get(condition.key)
    if known is None or known.state is AlertState.RESOLVED:
        return Alert(condition=condition, state=AlertState.NEW, since_ms=now_ms)
    return replace(known, condition=condition)
