"""Runs what a command does. The event loop is loaded only then: help and completion do without it."""

from collections.abc import Coroutine
from typing import Any, TypeVar

_T = TypeVar("_T")


def run_async(work: Coroutine[Any, Any, _T]) -> _T:
    """What the work gives."""
    import asyncio

    return asyncio.run(work)
