"""What generated logs of several agents hold, added up from the numbers as they are drawn.

Nothing here knows how a log is read: days are those of ``zoneinfo``, sums are plain additions.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

ZONES = ("America/Los_Angeles", "Asia/Kolkata", "Europe/Berlin")
"""West and east of UTC, one of half hours, two that change their clocks in autumn."""


@dataclass(frozen=True, slots=True)
class Used:
    """The tokens of one request; input includes every cached part, output includes reasoning."""

    input: int
    output: int
    cache_read: int = 0
    cache_creation: int = 0
    cache_creation_1h: int = 0
    reasoning: int = 0

    def counts(self) -> dict[str, int]:
        return {
            "requests": 1,
            "inputTokens": self.input,
            "cacheReadInputTokens": self.cache_read,
            "cacheCreationInputTokens": self.cache_creation,
            "cacheCreation1hInputTokens": self.cache_creation_1h,
            "outputTokens": self.output,
            "reasoningOutputTokens": self.reasoning,
        }


@dataclass(slots=True)
class Cuts:
    """The same requests, added up in every way that they can be asked for."""

    total: Counter[str] = field(default_factory=Counter)
    by: dict[str, dict[str, Counter[str]]] = field(default_factory=dict)

    def add(self, used: Used, *, agent: str, model: str, session: str, project: str, at: datetime) -> None:
        counts = used.counts()
        self.total.update(counts)
        cuts = {"agent": agent, "model": model, "session": f"{agent}:{session}", "project": project}
        days = {f"day {zone}": at.astimezone(ZoneInfo(zone)).date().isoformat() for zone in ZONES}
        for cut, name in {**cuts, **days}.items():
            self.by.setdefault(cut, {}).setdefault(name, Counter()).update(counts)

    def as_json(self) -> dict[str, Any]:
        groups = {
            cut: {name: dict(found[name]) for name in sorted(found)} for cut, found in sorted(self.by.items())
        }
        return {"total": dict(self.total), "by": groups}
