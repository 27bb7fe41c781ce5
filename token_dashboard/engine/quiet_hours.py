"""The hours in which only what is urgent is brought."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from token_dashboard.model.record import record


@record
class QuietHours:
    """From one time of day to another, by the owner's clock; the first may be the later one."""

    start: time
    end: time
    tz: ZoneInfo

    def hold(self, now_ms: int) -> bool:
        """Whether it is quiet now."""
        now = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(self.tz).time()
        if self.start <= self.end:
            return self.start <= now < self.end
        return now >= self.start or now < self.end
