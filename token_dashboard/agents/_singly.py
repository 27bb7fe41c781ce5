"""Reading a log one record at a time, so that it can be told where in it each event stands.

A scan reads blocks of lines and pages of rows, which is faster; what the readers make of them is the same.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_SINGLY: ContextVar[bool] = ContextVar("singly", default=False)


@contextmanager
def reading_singly() -> Iterator[None]:
    """Within, every piece that a reader gives is that of one line, one row or one document."""
    token = _SINGLY.set(True)
    try:
        yield
    finally:
        _SINGLY.reset(token)


def is_singly() -> bool:
    return _SINGLY.get()
