"""A line of ``tokens doctor`` about logs that their own program deletes."""

import json
from pathlib import Path

from token_dashboard.model.status import Check

_DEFAULT_DAYS = 30


def claude_code_deletion(home: Path, shown: str) -> Check:
    """After how many days Claude Code deletes its sessions, by the settings in its home."""
    days = _cleanup_period_days(home)
    return Check(
        name="claude-code",
        subject="",
        is_ok=True,
        code="logs_deleted_by_default" if days is None else "logs_deleted",
        values={"count": _DEFAULT_DAYS if days is None else days, "path": f"{shown}/settings.json"},
    )


def _cleanup_period_days(home: Path) -> int | None:
    """What somebody set; ``None``: nothing that Claude Code would take."""
    try:
        settings = json.loads((home / "settings.json").read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    days = settings.get("cleanupPeriodDays") if isinstance(settings, dict) else None
    return days if isinstance(days, int) and not isinstance(days, bool) and days >= 0 else None
