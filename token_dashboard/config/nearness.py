"""The right name for one that was mistyped."""

from collections.abc import Iterable


def nearest(mistyped: str, known: Iterable[str]) -> str | None:
    """The known name that is most like it, whatever the case and the hyphens; ``None`` when none is near."""
    from difflib import get_close_matches  # noqa: PLC0415 - only mistakes need it

    by_letters = {_letters(name): name for name in known}
    near = get_close_matches(_letters(mistyped), by_letters, n=1)
    return by_letters[near[0]] if near else None


def hint(mistyped: str, known: Iterable[str]) -> str:
    """What to write instead, as the rest of a sentence."""
    names = list(known)
    if near := nearest(mistyped, names):
        return f"did you mean {near}?"
    return f"choose from {', '.join(names)}."


def _letters(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()
