"""What goes wrong in a week of an owner: each kind is put on top of ordinary weeks.

The sizes are drawn from what owners reported of such incidents, not from what the watchers look for.
"""

from collections.abc import Callable
from dataclasses import dataclass

from incident_usage import END_MS, WATCH_MS, Owner, Talk

from token_dashboard.model.alert import AlertKind, CauseKind
from token_dashboard.model.period import BUCKET_MS, DAY_MS, HOUR_MS


@dataclass(frozen=True, slots=True)
class Incident:
    """Something that went wrong, when, and what an owner should hear of it."""

    name: str
    start_ms: int
    end_ms: int
    expected: AlertKind
    cause: CauseKind | None = None
    also: tuple[AlertKind, ...] = ()
    """Alerts that are true as well."""


def more_requests(owner: Owner) -> Incident:
    """Somebody sets a session to work on a huge task."""
    start, hours = _at_work(owner, 1.5, 4)
    factor = owner.random.uniform(7, 20)
    for at in _quarters(start, hours):
        asked = int(owner.pace * factor * owner.random.lognormvariate(0, 0.2))
        talk = Talk(asked, owner.context, owner.cached, owner.model, owner.random.randrange(1, 3))
        owner.add(at, "coder", "huge task", talk)
    return _spike("spike: session", start, hours, CauseKind.SESSION)


def dear_model(owner: Owner) -> Incident:
    """A session runs on a model that costs many times as much."""
    start, hours = _at_work(owner, 2, 5)
    for at in _quarters(start, hours):
        _replace(owner, at, lambda talk: setattr(talk, "model", "ultra"))
    return _spike("spike: model", start, hours, CauseKind.MODEL)


def cold_cache(owner: Owner) -> Incident:
    """Something changes the prompt's beginning with each request."""
    start, hours = _at_work(owner, 2, 6)
    share = owner.random.uniform(0.0, 0.08)
    for at in _quarters(start, hours):
        _replace(owner, at, lambda talk: setattr(talk, "cached", share))
    return _spike("spike: cache", start, hours, CauseKind.CACHE)


def long_context(owner: Owner) -> Incident:
    """A session drags a whole repository along."""
    start, hours = _at_work(owner, 2, 5)
    factor = owner.random.uniform(5, 10)
    for at in _quarters(start, hours):
        _replace(owner, at, lambda talk: setattr(talk, "context", int(talk.context * factor)))
    return _spike("spike: context", start, hours, CauseKind.CONTEXT)


def loop(owner: Owner) -> Incident:
    """A session calls the same tools again and again, while its owner is elsewhere."""
    start = _any_time(owner)
    hours = owner.random.uniform(0.75, 3)
    tokens = owner.quarter_cost() * owner.random.uniform(8, 25)
    for at in _quarters(start, hours):
        asked = max(int(tokens / owner.context), 10)
        owner.add(at, "coder", "looping", Talk(asked, owner.context, owner.cached, owner.model, 0))
    also = (AlertKind.SPEND_SPIKE, AlertKind.IDLE_BURN)
    return Incident("loop", start, start + int(hours * HOUR_MS), AlertKind.LOOP, also=also)


def heartbeats(owner: Owner) -> Incident:
    """The bot's heartbeat gets a whole conversation as its context."""
    start = WATCH_MS + owner.random.randrange(0, 6) * DAY_MS + owner.random.randrange(19, 23) * HOUR_MS
    minutes = owner.random.choice([15, 30, 55])
    context = owner.random.randrange(60_000, 180_000)
    end = start + owner.random.randrange(10, 20) * HOUR_MS
    for at in range(start, min(end, END_MS), minutes * 60_000):
        talk = Talk(1, context, owner.random.uniform(0.0, 0.3), "sonnet", 0, "heartbeat", 50)
        owner.add(at // BUCKET_MS * BUCKET_MS, "bot", "main", talk)
    return Incident("idle: heartbeats", start, end, AlertKind.IDLE_BURN, also=(AlertKind.SPEND_SPIKE,))


def zombie(owner: Owner) -> Incident:
    """A session works on through the night, hours after its owner's last word."""
    start = WATCH_MS + owner.random.randrange(0, 6) * DAY_MS + 20 * HOUR_MS
    hours = owner.random.uniform(8, 12)
    asked = max(int(owner.pace * owner.random.uniform(0.3, 0.8)), 2)
    for at in _quarters(start, hours):
        turns = 2 if at < start + HOUR_MS // 2 else 0
        owner.add(at, "coder", "forgotten", Talk(asked, owner.context, owner.cached, owner.model, turns))
    end = start + int(hours * HOUR_MS)
    also = (AlertKind.SPEND_SPIKE, AlertKind.LOOP)
    return Incident("idle: forgotten session", start, end, AlertKind.IDLE_BURN, also=also)


def silence(owner: Owner) -> Incident:
    """The bot's machine, or what reads its log, stands still."""
    start = WATCH_MS + owner.random.randrange(12, 5 * 24) * HOUR_MS
    owner.slices[:] = [one for one in owner.slices if one.agent != "bot" or one.start_ms < start]
    return Incident("silence", start, END_MS, AlertKind.DATA_STOPPED)


USAGE_KINDS: tuple[Callable[[Owner], Incident], ...] = (
    more_requests,
    dear_model,
    cold_cache,
    long_context,
    loop,
    heartbeats,
    zombie,
    silence,
)


def _at_work(owner: Owner, least: float, most: float) -> tuple[int, float]:
    """A time at which the owner works, and for how many hours it goes on. A holiday's week gets work."""
    hours = owner.random.uniform(least, most)
    busy = owner.busy_quarters()
    if busy:
        return owner.random.choice(busy), hours
    return WATCH_MS + 34 * HOUR_MS, hours


def _any_time(owner: Owner) -> int:
    return WATCH_MS + owner.random.randrange(4, 6 * 96) * BUCKET_MS


def _quarters(start: int, hours: float) -> range:
    return range(start, start + int(hours * HOUR_MS), BUCKET_MS)


def _replace(owner: Owner, at: int, change: Callable[[Talk], None]) -> None:
    """What the coding agent did in a quarter is done otherwise, in one session, at a busy pace."""
    owner.slices[:] = [one for one in owner.slices if one.start_ms != at or one.agent != "coder"]
    asked = max(int(owner.pace * owner.random.uniform(1.0, 1.8)), 1)
    context = int(owner.context * owner.random.uniform(0.9, 1.1))
    talk = Talk(asked, context, owner.cached, owner.model, owner.random.randrange(1, 4))
    change(talk)
    owner.add(at, "coder", "changed", talk)


def _spike(name: str, start: int, hours: float, cause: CauseKind) -> Incident:
    also = (AlertKind.LOOP,)
    end = start + int(hours * HOUR_MS)
    return Incident(name, start, end, AlertKind.SPEND_SPIKE, cause, also)
