"""The time, as something that is handed in."""

import time
from typing import Protocol


class Clock(Protocol):
    """Tells the time; tests hand in one that they move."""

    def now_ms(self) -> int:
        """UTC epoch milliseconds."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000
