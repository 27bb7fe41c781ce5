"""Waiting for something that happens elsewhere."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from inspect import isawaitable


async def until(is_so: Callable[[], object | Awaitable[object]], seconds: float = 10) -> float:
    """Wait until something has become true; how long that took."""
    began = time.monotonic()
    while True:
        answer = is_so()
        if await answer if isawaitable(answer) else answer:
            return time.monotonic() - began
        assert time.monotonic() - began < seconds, f"not within {seconds} s"
        await asyncio.sleep(0.02)
