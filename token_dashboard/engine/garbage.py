"""Python's search for garbage, put off while thousands of values are made."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Rows of a report and events of a scan are no cycles: walking them takes a fifth of the time.

    Other tasks do without as well meanwhile.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
