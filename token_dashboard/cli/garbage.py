"""How often Python looks for garbage: a short command ends before it matters."""

import gc

_USUAL_THRESHOLD = gc.get_threshold()
_OBJECTS_OF_A_START = 100_000
"""Modules make as many, and looking for garbage among them would take a tenth of a short command's time."""


def look_seldom() -> None:
    """For who starts."""
    gc.set_threshold(_OBJECTS_OF_A_START)


def look_as_usual() -> None:
    """For who runs on after the start."""
    gc.set_threshold(*_USUAL_THRESHOLD)


def look_no_more() -> None:
    """For who ends. Python looks when all of it goes, too: a fifth of a short command's time."""
    gc.freeze()
