"""Five weeks of one owner's use, as random as real ones: four to learn from, one to watch.

Whoever draws an owner gets workdays and weekends, bursts of work, long runs without a person, new projects
with a cold cache, growing contexts, a change of the model, holidays, heartbeats, and a small job each night.
Each of it is ordinary. What isn't ordinary is put on top by ``incident_kinds``.
"""

from dataclasses import dataclass, field
from random import Random

from token_dashboard.model.period import BUCKET_MS, DAY_MS, HOUR_MS
from token_dashboard.model.series import UsageSlice

START_MS = 1_791_763_200_000
"""Monday, 12 October 2026, 00:00 UTC."""
WATCH_MS = START_MS + 28 * DAY_MS
END_MS = WATCH_MS + 7 * DAY_MS
PRICES = {
    "haiku": (1_000, 5_000),
    "gpt": (1_250, 10_000),
    "sonnet": (3_000, 15_000),
    "opus": (5_000, 25_000),
    "ultra": (30_000, 150_000),
}
"""Nanos a token of input and of output; cached input costs a tenth."""


@dataclass(slots=True)
class Talk:
    """What the requests of one quarter of an hour are like."""

    requests: int
    context: int
    cached: float
    model: str
    turns: int | None
    trigger: str | None = None
    output: int = 600


@dataclass(slots=True)
class Owner:
    """One person with a coding agent that they sit at, and a bot that they talk to."""

    random: Random
    slices: list[UsageSlice] = field(default_factory=list)
    model: str = "sonnet"
    pace: float = 6.0
    """Requests in an ordinary quarter of an hour."""
    context: int = 40_000
    cached: float = 0.9
    heartbeat_min: int = 30

    @classmethod
    def drawn(cls, random: Random) -> "Owner":
        owner = cls(
            random=random,
            model=random.choice(["gpt", "sonnet", "opus"]),
            pace=random.uniform(3, 12),
            context=random.randrange(20_000, 80_000),
            cached=random.uniform(0.82, 0.95),
            heartbeat_min=random.choice([15, 30, 60]),
        )
        owner.live()
        return owner

    def add(self, at_ms: int, agent: str, session: str, talk: Talk) -> None:
        """One slice of the ledger."""
        tokens = talk.requests * talk.context
        cached = int(tokens * talk.cached)
        into, out = PRICES[talk.model]
        nanos = (tokens - cached) * into + cached * into // 10 + talk.requests * talk.output * out
        self.slices.append(
            UsageSlice(
                start_ms=at_ms,
                agent=agent,
                session=session,
                provider="vendor",
                model=talk.model,
                trigger=talk.trigger,
                requests=talk.requests,
                input_tokens=tokens,
                cache_read_input_tokens=cached,
                output_tokens=talk.requests * talk.output,
                cost_nanos=nanos,
                human_turns=talk.turns,
            )
        )

    def live(self) -> None:
        """Five ordinary weeks."""
        random = self.random
        holiday = range(first := random.randrange(0, 33), first + random.choice([0, 0, 1, 2, 4]))
        switch_day = random.randrange(14, 70)
        other = random.choice(["gpt", "sonnet", "opus"])
        for day in range(35):
            midnight = START_MS + day * DAY_MS
            self._housekeeping(midnight)
            if day >= switch_day:
                self.model = other
            is_weekend = day % 7 >= 5
            if day in holiday or random.random() < (0.6 if is_weekend else 0.03):
                continue
            self._work(midnight, random.gauss(2.5 if is_weekend else 7, 1.2), day)
            self._chat(midnight)

    def _work(self, midnight: int, hours: float, day: int) -> None:
        """A day at the coding agent: sessions one after the other, now and then two at once."""
        random = self.random
        at = midnight + int(random.gauss(9, 0.7) * HOUR_MS) // BUCKET_MS * BUCKET_MS
        mood = random.lognormvariate(0, 0.25)
        left = int(hours * 4)
        number = 0
        while left > 0:
            number += 1
            length = min(random.randrange(2, 14), left)
            is_burst, is_alone = random.random() < 0.08, random.random() < 0.12
            is_new = random.random() < 0.1
            grows = random.uniform(1.0, 1.08)
            for quarter in range(length):
                if quarter and random.random() < 0.12:
                    continue
                faster = random.uniform(1.5, 2.8) if is_burst else random.uniform(1.1, 1.6) if is_alone else 1
                amount = self.pace * mood * faster * random.lognormvariate(0, 0.35)
                cached = self.cached * (0.7 if is_new and quarter < 4 else 1) * random.uniform(0.97, 1.02)
                turns = 0 if is_alone and quarter else random.randrange(1, 5)
                talk = Talk(
                    requests=max(int(amount), 1),
                    context=int(self.context * grows**quarter * random.uniform(0.85, 1.15)),
                    cached=min(cached, 0.97),
                    model=self.model if random.random() < 0.93 else "haiku",
                    turns=turns,
                )
                self.add(at + quarter * BUCKET_MS, "coder", f"day {day} session {number}", talk)
            left -= length
            at += length * BUCKET_MS + random.choice([0, 0, 1, 3]) * BUCKET_MS

    def _chat(self, midnight: int) -> None:
        """Words with the bot, from breakfast to bed."""
        random = self.random
        for _ in range(random.randrange(3, 12)):
            at = midnight + random.randrange(7 * 4, 23 * 4) * BUCKET_MS
            talk = Talk(random.randrange(1, 6), 25_000, 0.8, "sonnet", random.randrange(1, 4), "human")
            self.add(at, "bot", "chat", talk)

    def _housekeeping(self, midnight: int) -> None:
        """Cheap heartbeats, and a job at night that takes a quarter of an hour or two."""
        random = self.random
        for at in range(midnight, midnight + DAY_MS, self.heartbeat_min * 60_000):
            if random.random() < 0.97:
                self.add(at, "bot", "main", Talk(1, 6_000, 0.9, "haiku", 0, "heartbeat", 30))
        night = midnight + 3 * HOUR_MS
        for quarter in range(random.choice([1, 1, 2])):
            talk = Talk(random.randrange(2, 8), 15_000, 0.7, "sonnet", 0, "cron")
            self.add(night + quarter * BUCKET_MS, "bot", "nightly", talk)

    def busy_quarters(self) -> list[int]:
        """The quarters of the watched week in which the owner works, with room for an incident after them."""
        last = END_MS - 12 * HOUR_MS
        found = {one.start_ms for one in self.slices if one.agent == "coder" and one.human_turns}
        return sorted(one for one in found if WATCH_MS + HOUR_MS <= one < last)

    def quarter_cost(self) -> float:
        """Tokens of a session's median quarter at the coding agent."""
        tokens = sorted(one.total_tokens for one in self.slices if one.agent == "coder")
        return float(tokens[len(tokens) // 2])
