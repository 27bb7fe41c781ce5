"""Services of plugins: started together, watched, stopped promptly."""

import asyncio
import logging
from collections.abc import Iterable
from typing import Literal, TypeAlias

from token_dashboard.gateway.host import Service

State: TypeAlias = Literal["running", "stopped", "failed"]

STOP_S = 2.0

_log = logging.getLogger(__name__)


class Services:
    """The running ones. A service that fails is logged once and shows in ``states``; the others go on."""

    def __init__(self) -> None:
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def start(self, services: Iterable[Service]) -> None:
        for service in services:
            task = asyncio.create_task(_run(service), name=service.id)
            task.add_done_callback(_report)
            self._tasks[service.id] = task

    async def stop(self) -> None:
        """Cancel all and wait for them, two seconds at most."""
        for task in self._tasks.values():
            task.cancel()
        if not self._tasks:
            return
        _, hanging = await asyncio.wait(self._tasks.values(), timeout=STOP_S)
        for task in hanging:
            _log.warning("service %s did not stop within %s s", task.get_name(), STOP_S)

    def states(self) -> dict[str, State]:
        return {name: _state(task) for name, task in self._tasks.items()}


async def _run(service: Service) -> None:
    await service.run()


def _report(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()):
        _log.error("service %s failed: %s", task.get_name(), type(error).__name__)


def _state(task: asyncio.Task[None]) -> State:
    if not task.done():
        return "running"
    return "stopped" if task.cancelled() or not task.exception() else "failed"
