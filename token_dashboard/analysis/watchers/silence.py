"""Data that stopped: a source that never sleeps has gone quiet.

People sleep, and so do the tools they use; that their logs stand still is no news. A source is steady when
the longest pause within the last seven days was six hours or less. Its silence is news when it is twice as
long as that pause, and two hours at the least.
"""

from collections.abc import Sequence
from itertools import pairwise

from token_dashboard.analysis.thresholds import Judgement
from token_dashboard.model.alert import AlertKind, Condition, Severity
from token_dashboard.model.period import BUCKET_MS, DAY_MS, HOUR_MS

_PAST_MS = 7 * DAY_MS
_STEADY_MS = 6 * HOUR_MS
_LEAST_MS = 2 * HOUR_MS


def watch_silence(
    judgement: Judgement, source: str, quarters: Sequence[int], now_ms: int, read_ms: int
) -> None:
    """Has a source stopped? ``quarters`` are the starts of those it was active in, of eight days or more.

    ``source`` is an agent, or whatever brings usage. ``read_ms`` is when its data was last looked for: no
    answer is given for the time since.
    """
    seen = sorted({one for one in quarters if one <= now_ms})
    if not seen or seen[-1] - seen[0] < _PAST_MS:
        return
    last = seen[-1] + BUCKET_MS
    week = [one for one in seen if one >= seen[-1] - _PAST_MS]
    pause = max(after - before for before, after in pairwise(week)) - BUCKET_MS
    if pause > _STEADY_MS:
        return
    key = f"{AlertKind.DATA_STOPPED}:{source}"
    if read_ms - last < max(2 * pause, _LEAST_MS):
        judgement.judged.add(key)
        return
    judgement.hold(
        Condition(
            key=key,
            kind=AlertKind.DATA_STOPPED,
            severity=Severity.WARNING,
            subject=source,
            taken_ms=last,
        )
    )
