"""Python's search for garbage, put off while thousands of values are made."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Rows of a report and events of a scan are no cycles: walking them takes a fifth of the time.

    Nor are they walked in the end: they count as old at once, and are looked through with all that is old.
    Other tasks do without as well meanwhile.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            if not gc.get_freeze_count():  # else what somebody froze would be set free
                gc.freeze()
                gc.unfreeze()
            gc.enable()
