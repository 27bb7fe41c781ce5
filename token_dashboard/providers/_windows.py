"""How usage windows are called, so that one window has one name wherever it is read."""

_LENGTHS_S = {"d": 86_400, "h": 3600, "m": 60}


def window_name(duration_s: int | None) -> str:
    """A window by its length: ``18000`` → ``5h``, ``604800`` → ``7d``; ``window`` when it isn't known.

    In the longest unit of which it is a whole number, give or take a hundredth: vendors write ``299`` minutes
    for five hours.
    """
    if duration_s is None:
        return "window"
    for unit, length_s in _LENGTHS_S.items():
        count = round(duration_s / length_s)
        if abs(duration_s - count * length_s) * 100 <= duration_s:
            return f"{count}{unit}"
    return f"{max(count, 1)}m"
