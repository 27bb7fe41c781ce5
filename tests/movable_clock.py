"""A clock for tests."""

from dataclasses import dataclass


@dataclass(slots=True)
class MovableClock:
    """A clock that stands until a test moves it."""

    time_ms: int = 1_795_357_920_000
    """Sunday 2026-11-22 14:32 UTC."""

    def now_ms(self) -> int:
        return self.time_ms

    def move(self, seconds: float) -> None:
        self.time_ms += round(seconds * 1_000)
