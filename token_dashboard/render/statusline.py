"""One line for the status bar of Claude Code.

It is made many times a minute by a program of its own each time, so nothing is imported here. The words are
English in every language: a catalog would cost more than all the rest.
"""

from collections.abc import Mapping

_OLD_MS = 300_000
_FARTHEST_MS = 31 * 86_400_000
"""No window of a plan is longer."""
_HIGH, _FULL = 75, 90
_YELLOW, _RED = "33", "31"
_QUOTAS = {"5h": "five_hour", "7d": "seven_day"}
_NAME_COLUMNS = 40


def line(given: object, glance: Mapping[str, object] | None, now_ms: int, *, has_colour: bool) -> str:
    """The line of what Claude Code says of its session, and of what was found when last looked.

    Neither is trusted in its shape: what isn't there, or isn't what it should be, is left out.
    """
    told = glance or {}
    parts = [
        _name(_part(given, "model", "display_name") or _part(given, "model", "id")),
        _session(given, told),
        _today(told, now_ms),
        _block(told, now_ms),
        *(_window(name, given, told, now_ms, has_colour=has_colour) for name in _QUOTAS),
        _context(given, has_colour=has_colour),
        "⚠ tokens doctor" if told.get("problem") else "",
    ]
    return " · ".join(part for part in parts if part) or "tokens: reading logs"


def _part(value: object, *names: str) -> object:
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _number(value: object) -> float | None:
    """A number that isn't negative, nor -0.0; JSON as Python reads it knows infinity too."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e15:
        return None
    return abs(value)


def _name(value: object) -> str:
    text = value if isinstance(value, str) else ""
    return "".join(one if one.isprintable() else " " for one in text[:_NAME_COLUMNS]).strip()


def _session(given: object, told: Mapping[str, object]) -> str:
    """By the agent's own count, which is of this moment; else by ours."""
    dollars = _number(_part(given, "cost", "total_cost_usd"))
    if dollars is not None:
        return f"session {_money(dollars)}"
    session, partial = _part(given, "session_id"), told.get("partial_sessions")
    nanos = _number(_part(told, "sessions", session)) if isinstance(session, str) else None
    if nanos is None:
        return ""
    is_partial = isinstance(partial, list) and session in partial
    return f"session {_money(nanos / 1e9)}" + (" + ?" if is_partial else "")


def _today(told: Mapping[str, object], now_ms: int) -> str:
    as_of_ms, ends_ms = _number(told.get("as_of_ms")), _number(told.get("today_ends_ms"))
    if as_of_ms is None or ends_ms is None or now_ms >= ends_ms:
        return ""
    nanos = _number(told.get("today_nanos"))
    cost = "?" if nanos is None else _money(nanos / 1e9)
    if nanos is not None and told.get("is_today_partial"):
        cost += " + ?"
    age_ms = now_ms - as_of_ms
    return f"today {cost}" + (f" ({_time(age_ms)} old)" if age_ms > _OLD_MS else "")


def _block(told: Mapping[str, object], now_ms: int) -> str:
    ends_ms = _number(told.get("block_ends_ms"))
    return "" if ends_ms is None or now_ms >= ends_ms else f"block {_time(ends_ms - now_ms)} left"


def _window(name: str, given: object, told: Mapping[str, object], now_ms: int, *, has_colour: bool) -> str:
    """``5h 42% (2h 15m)``: from the agent where it says so, else as the vendor last told us."""
    percent = _number(_part(given, "rate_limits", _QUOTAS[name], "used_percentage"))
    seconds = _number(_part(given, "rate_limits", _QUOTAS[name], "resets_at"))
    resets_ms = None if seconds is None else seconds * 1000
    if percent is None:
        windows = told.get("windows")
        known = [one for one in windows if _part(one, "name") == name] if isinstance(windows, list) else []
        percent = _number(_part(known[0], "used_percent")) if known else None
        resets_ms = _number(_part(known[0], "resets_ms")) if known else None
    if percent is None or (resets_ms is not None and resets_ms <= now_ms):
        return ""
    resets = ""
    if resets_ms is not None and resets_ms - now_ms <= _FARTHEST_MS:
        resets = f" ({_time(resets_ms - now_ms)})"
    return f"{name} {_percent(percent, has_colour=has_colour)}{resets}"


def _context(given: object, *, has_colour: bool) -> str:
    percent = _number(_part(given, "context_window", "used_percentage"))
    return "" if percent is None else f"context {_percent(percent, has_colour=has_colour)}"


def _money(dollars: float) -> str:
    if 0 < dollars < 0.01:
        return "<$0.01"
    return f"${dollars:,.2f}"


def _percent(percent: float, *, has_colour: bool) -> str:
    """Marked when little is left, by the figure that is shown; the colour says no more than the mark."""
    shown = round(percent)
    text = f"⚠ {shown}%" if shown >= _FULL else f"{shown}%"
    if not has_colour or shown < _HIGH:
        return text
    return f"\N{ESCAPE}[{_RED if shown >= _FULL else _YELLOW}m{text}\N{ESCAPE}[0m"


def _time(ms: float) -> str:
    """In two units: ``3d 4h``, ``2h 15m``, ``12m``."""
    minutes = int(ms) // 60_000
    hours, days = minutes // 60, minutes // 1440
    if days:
        return f"{days}d {hours % 24}h"
    return f"{hours}h {minutes % 60}m" if hours else f"{minutes}m"
