"""A week of one provider account: what was asked, what came, how full its windows were."""

from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

from incident_kinds import Incident
from incident_usage import END_MS, WATCH_MS

from token_dashboard.analysis.watchers.accounts import Pulse
from token_dashboard.model.alert import AlertKind
from token_dashboard.model.period import BUCKET_MS, DAY_MS, HOUR_MS
from token_dashboard.model.service import Health, ServiceStatus
from token_dashboard.model.service import Incident as Told
from token_dashboard.model.snapshot import UsageWindow

POLL_S = 900


@dataclass(slots=True)
class Week:
    """What goes wrong with an account, by the moment of the poll. Short troubles are ordinary."""

    random: Random
    failures: dict[int, str] = field(default_factory=dict)
    asleep: set[int] = field(default_factory=set)
    degraded: set[int] = field(default_factory=set)
    down: set[int] = field(default_factory=set)
    key_ends_ms: int | None = None
    highest: int = 75
    """What percentage its window reaches at most before it resets."""

    @classmethod
    def drawn(cls, random: Random) -> "Week":
        week = cls(random)
        for _ in range(random.randrange(0, 6)):
            error = random.choice(["provider_unavailable", "rate_limited", "unexpected_response"])
            week.fail(error, _moment(random), random.choice([1, 1, 2, 3]))
        for _ in range(random.randrange(0, 4)):
            start = _moment(random)
            week.asleep |= set(range(start, start + random.randrange(2, 12) * HOUR_MS, BUCKET_MS))
        if random.random() < 0.3:
            start = _moment(random)
            week.degraded |= set(range(start, start + random.randrange(1, 8) * HOUR_MS, BUCKET_MS))
        if random.random() < 0.5:
            week.key_ends_ms = END_MS + random.randrange(8, 90) * DAY_MS
        return week

    def fail(self, error: str, start_ms: int, polls: int) -> None:
        self.failures |= {start_ms + number * BUCKET_MS: error for number in range(polls)}

    def pulses(self) -> list[tuple[int, Pulse]]:
        """What the ledger says at each poll, with the time of the poll."""
        told: list[tuple[int, Pulse]] = []
        checked, attempted, failures, since = WATCH_MS - BUCKET_MS, WATCH_MS, 0, WATCH_MS
        problem: str | None = None
        for now in range(WATCH_MS, END_MS, BUCKET_MS):
            if now not in self.asleep:
                attempted = now
                if error := self.failures.get(now):
                    since = since if problem == error else now
                    failures, problem = failures + 1, error
                else:
                    failures, problem, checked = 0, None, now
            pulse = Pulse(
                provider="vendor",
                account="default",
                attempted_ms=attempted,
                checked_ms=checked,
                problem=problem,
                problem_since_ms=since if problem else None,
                failures=failures,
                status=self._status(now),
                key_expires_ms=self.key_ends_ms,
            )
            told.append((now, pulse))
        return told

    def _status(self, now: int) -> ServiceStatus:
        health = Health.DEGRADED if now in self.degraded else Health.OPERATIONAL
        incidents: tuple[Told, ...] = ()
        if now in self.down:
            health = Health.MAJOR_OUTAGE
            incidents = (Told(title="Elevated errors", health=health, since_ms=min(self.down)),)
        return ServiceStatus(health=health, page="", checked_ms=now, incidents=incidents)

    def windows(self) -> list[tuple[int, UsageWindow]]:
        """A five-hour window that fills and resets, with a recount now and then, at each poll."""
        told: list[tuple[int, UsageWindow]] = []
        end, used = WATCH_MS + 5 * HOUR_MS, Decimal(0)
        target = self.random.randrange(5, self.highest)
        for now in range(WATCH_MS, END_MS, BUCKET_MS):
            if now >= end:
                end, used = end + 5 * HOUR_MS, Decimal(0)
                target = self.random.randrange(5, self.highest)
            used = min(used + self.random.randrange(0, 9), Decimal(target))
            shown = max(used - (3 if self.random.random() < 0.05 else 0), Decimal(0))
            told.append((now, UsageWindow(name="5h", used_percent=shown, resets_ms=end, duration_s=18_000)))
        return told


def unreachable(week: Week) -> Incident:
    start, polls = _moment(week.random), week.random.randrange(8, 60)
    week.fail("provider_unavailable", start, polls)
    return _incident(week, "outage: unreachable", start, polls, AlertKind.PROVIDER_OUTAGE)


def told_outage(week: Week) -> Incident:
    start, polls = _moment(week.random), week.random.randrange(8, 40)
    week.down |= set(range(start, start + polls * BUCKET_MS, BUCKET_MS))
    return _incident(week, "outage: told", start, polls, AlertKind.PROVIDER_OUTAGE)


def refused_key(week: Week) -> Incident:
    start, polls = _moment(week.random), week.random.randrange(20, 200)
    week.fail("credentials_rejected", start, polls)
    return _incident(week, "data stopped: key refused", start, polls, AlertKind.DATA_STOPPED)


def ending_key(week: Week) -> Incident:
    start = _moment(week.random)
    week.key_ends_ms = start + 7 * DAY_MS
    return Incident("key expiring", start, END_MS, AlertKind.KEY_EXPIRING)


def full_window(week: Week) -> Incident:
    """Only the resets of windows that were nearly full are news; this week has some."""
    week.highest = 101
    return Incident("reset", WATCH_MS, END_MS, AlertKind.WINDOW_RESET)


ACCOUNT_KINDS = (unreachable, told_outage, refused_key, ending_key, full_window)


def _moment(random: Random) -> int:
    return WATCH_MS + random.randrange(8, 5 * 96) * BUCKET_MS


def _incident(week: Week, name: str, start: int, polls: int, kind: AlertKind) -> Incident:
    """The machine is awake meanwhile."""
    span = range(start, start + polls * BUCKET_MS, BUCKET_MS)
    week.asleep -= set(span)
    week.failures = {at: error for at, error in week.failures.items() if at not in span} | {
        at: error for at, error in week.failures.items() if at in span
    }
    return Incident(name, start, start + polls * BUCKET_MS, kind)
