"""Plays weeks to the watchers as a poller would, and counts what they get right and wrong."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from random import Random

from incident_accounts import ACCOUNT_KINDS, POLL_S, Week
from incident_kinds import USAGE_KINDS, Incident
from incident_usage import END_MS, WATCH_MS, Owner

from token_dashboard.analysis.thresholds import Judgement
from token_dashboard.analysis.watchers.accounts import watch_accounts
from token_dashboard.analysis.watchers.idle import watch_idle
from token_dashboard.analysis.watchers.loop import watch_loops
from token_dashboard.analysis.watchers.reset import watch_reset
from token_dashboard.analysis.watchers.silence import watch_silence
from token_dashboard.analysis.watchers.spike import watch_spike
from token_dashboard.model.alert import AlertKind, Condition
from token_dashboard.model.period import BUCKET_MS, DAY_MS, HOUR_MS

SEED = 2026
WEEKS = 50
WATCHERS = (
    AlertKind.SPEND_SPIKE,
    AlertKind.LOOP,
    AlertKind.IDLE_BURN,
    AlertKind.DATA_STOPPED,
    AlertKind.PROVIDER_OUTAGE,
    AlertKind.KEY_EXPIRING,
    AlertKind.WINDOW_RESET,
)


@dataclass(slots=True)
class Score:
    """What one watcher made of all weeks."""

    incidents: int = 0
    found: int = 0
    alerts: int = 0
    right: int = 0

    @property
    def precision(self) -> float:
        return self.right / self.alerts if self.alerts else 1.0

    @property
    def recall(self) -> float:
        return self.found / self.incidents if self.incidents else 1.0


@dataclass(slots=True)
class Desk:
    """Tells a crossing when it is new, as the alert desk does."""

    standing: set[str] = field(default_factory=set)
    told: list[tuple[int, Condition]] = field(default_factory=list)

    def settle(self, judgement: Judgement, now_ms: int) -> None:
        holding = {one.key: one for one in judgement.conditions}
        self.told += [(now_ms, one) for key, one in holding.items() if key not in self.standing]
        self.standing = {key for key in self.standing if not _is_judged(key, judgement)} | holding.keys()


def _is_judged(key: str, judgement: Judgement) -> bool:
    return any(key == one or (one.endswith(":") and key.startswith(one)) for one in judgement.judged)


def play(owner: Owner, week: Week, quarters: int = 4) -> list[tuple[int, Condition]]:
    """What was told in the watched week, and when.

    Accounts are looked at each quarter of an hour, usage every few of them.
    """
    slices = sorted(owner.slices, key=lambda one: one.start_ms)
    starts = [one.start_ms for one in slices]
    beats = sorted({one.start_ms for one in slices if one.agent == "bot"})
    desk = Desk()
    windows = week.windows()
    before = windows[0][1]
    for (now, pulse), (_, window) in zip(week.pulses(), windows, strict=True):
        judgement = Judgement()
        watch_accounts(judgement, [pulse], now, POLL_S)
        watch_reset(judgement, "vendor", "default", before, window, now)
        before = window
        if now // BUCKET_MS % quarters:
            desk.settle(judgement, now)
            continue
        known = slices[bisect_left(starts, now - 28 * DAY_MS) : bisect_left(starts, now)]
        watch_spike(judgement, known, now)
        watch_loops(judgement, known, now)
        watch_idle(judgement, known[-400:], now)
        watch_silence(
            judgement, "bot", beats[bisect_left(beats, now - 8 * DAY_MS) : bisect_left(beats, now)], now, now
        )
        desk.settle(judgement, now)
    return desk.told


def weeks(seed: int) -> Iterator[tuple[Incident | None, Owner, Week]]:
    """50 weeks with an incident each, all kinds in turn, then 50 without."""
    kinds: tuple[Callable[[Owner], Incident] | Callable[[Week], Incident], ...]
    kinds = (*USAGE_KINDS[:6], *USAGE_KINDS, *ACCOUNT_KINDS, *USAGE_KINDS[2:6])
    for number in range(2 * WEEKS):
        random = Random(f"{seed}/{number}")
        owner, week = Owner.drawn(random), Week.drawn(random)
        incident = None
        if number < WEEKS:
            kind = kinds[number % len(kinds)]
            incident = kind(week) if kind in ACCOUNT_KINDS else kind(owner)
        yield incident, owner, week


def scores(
    seed: int, note: Callable[[str], None] = lambda _: None, quarters: int = 4
) -> dict[AlertKind, Score]:
    """Precision and recall of each watcher. ``note`` hears of each mistake."""
    found = {kind: Score() for kind in WATCHERS}
    for number, (incident, owner, week) in enumerate(weeks(seed)):
        told = play(owner, week, quarters)
        if incident:
            found[incident.expected].incidents += 1
            if any(_finds(incident, at, one) for at, one in told):
                found[incident.expected].found += 1
            else:
                note(f"week {number}: missed {incident.name}")
        for at, one in told:
            found[one.kind].alerts += 1
            if incident and _is_true(incident, at, one):
                found[one.kind].right += 1
            else:
                hour = (at - WATCH_MS) / HOUR_MS
                name = incident.name if incident else "quiet"
                note(f"week {number} ({name}): false {one.key} at {hour:.1f} h: {_why(one)}")
    return found


def _why(told: Condition) -> str:
    causes = " ".join(f"{one.kind} {one.name or ''} {one.before}→{one.after}" for one in told.causes)
    return f"{told.money} of usually {told.threshold}: {causes}"


def overall(parts: Iterable[Score]) -> Score:
    """All watchers as one."""
    every = list(parts)
    return Score(
        incidents=sum(one.incidents for one in every),
        found=sum(one.found for one in every),
        alerts=sum(one.alerts for one in every),
        right=sum(one.right for one in every),
    )


def _finds(incident: Incident, at: int, told: Condition) -> bool:
    """The right alert, in time, with the right reason first."""
    if told.kind is not incident.expected or not _is_true(incident, at, told):
        return False
    return incident.cause is None or (bool(told.causes) and told.causes[0].kind is incident.cause)


def _is_true(incident: Incident, at: int, told: Condition) -> bool:
    is_kind = told.kind is incident.expected or told.kind in incident.also
    return is_kind and incident.start_ms <= at <= min(incident.end_ms + HOUR_MS, END_MS)
