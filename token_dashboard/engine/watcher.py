"""Notices within a second or two that an agent's log has grown, without walking all of them.

The kernel tells of changes in the folders in which the last walk found logs, and in those above them up to
the agent's home. It is silent about what other machines write on a network drive, about drives of Windows
under WSL, and when its watches are used up; so the files that were written last are also looked at each
second. What neither of them notices is found by the next walk.
"""

import asyncio
import logging
import os
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from heapq import nlargest
from typing import NamedTuple, NoReturn

from token_dashboard.model.cursor import LogFile

_log = logging.getLogger(__name__)

_GLANCE_EVERY_S = 1.0
_MOST_WARM = 32
"""Files of one agent that are looked at each second: those that were written last."""
_STEP_MS = 200
"""How often the waiting thread looks whether the kernel told of anything."""
_GATHER_MS = 400
"""How long changes that keep coming are gathered before they are told."""
_NEW_FOLDER_S = 2.0
"""After this time a new folder, which nobody watched yet, is looked at again: its first log may have come."""
_WAL = "-wal"
_TELLS_OF_TREES = sys.platform != "linux"
"""Elsewhere a home is watched as a whole at no cost; Linux takes a watch for each folder."""


class _Places(NamedTuple):
    """Where an agent's logs are."""

    homes: frozenset[str]
    folders: frozenset[str]
    warm: tuple[str, ...]


class LogWatch:
    """Which agents' logs may have changed since they were walked."""

    def __init__(self) -> None:
        self._places: dict[str, _Places] = {}
        self._changed: set[str] = set()
        self._news = asyncio.Event()
        self._moved = asyncio.Event()
        self._movers: set[str] = set()
        self._loop = asyncio.get_running_loop()

    def walked(self, agent: str, homes: Iterable[str], files: Sequence[LogFile]) -> None:
        """A walk found these files. May be called from any thread."""
        places = _places(homes, files)
        known = self._places.get(agent)
        self._places = {**self._places, agent: places}
        if known is None or (known.homes, known.folders) != (places.homes, places.folders):
            self._loop.call_soon_threadsafe(self._move, agent)

    async def changed(self) -> frozenset[str]:
        """The agents whose logs may have changed; waits until there are any."""
        await self._news.wait()
        self._news.clear()
        agents, self._changed = frozenset(self._changed), set()
        return agents

    async def listen(self) -> NoReturn:
        """Let the kernel tell, anew whenever the folders have become others.

        What was written between the walk that found them and their watch is news of those agents, too.
        """
        while True:
            await self._moved.wait()
            await asyncio.sleep(_STEP_MS / 1000)  # agents are walked one after the other
            self._moved.clear()
            movers, self._movers = frozenset(self._movers), set()
            stop = threading.Event()
            by_folder = _agents_by_folder(self._places)
            homes = {home for places in self._places.values() for home in places.homes}
            watched = sorted(homes if _TELLS_OF_TREES else by_folder.keys())
            present = [folder for folder in watched if os.path.isdir(folder)]  # noqa: ASYNC240, PTH112 - stats
            if present:
                # No daemon: one that is in Rust when the interpreter ends takes the process down with it.
                threading.Thread(
                    target=self._hear, args=(present, by_folder, movers, stop), name="log watch"
                ).start()
            try:
                await self._moved.wait()
            finally:
                stop.set()

    def _hear(
        self,
        folders: Sequence[str],
        by_folder: Mapping[str, frozenset[str]],
        movers: frozenset[str],
        stop: threading.Event,
    ) -> None:
        """In a thread of its own: tell of the kernel's news until ``stop``, and of ``movers`` at once."""
        try:
            from watchfiles import watch  # noqa: PLC0415 - only a service watches

            for changes in watch(
                *folders,
                watch_filter=lambda _, path: _folder(path) in by_folder,
                debounce=_GATHER_MS,
                step=_STEP_MS,
                stop_event=stop,
                rust_timeout=2 * _STEP_MS,
                yield_on_timeout=True,
                force_polling=False,
                recursive=_TELLS_OF_TREES,
                ignore_permission_denied=True,
            ):
                paths = {path for _, path in changes}
                agents = {one for path in paths for one in by_folder[_folder(path)]}
                agents |= movers
                movers = frozenset()
                if agents:
                    self._loop.call_soon_threadsafe(self._tell, agents)
                if any(map(os.path.isdir, paths)):
                    self._loop.call_soon_threadsafe(self._loop.call_later, _NEW_FOLDER_S, self._tell, agents)
        except FileNotFoundError:  # a folder went between walk and watch
            for agent in movers:
                self._loop.call_soon_threadsafe(self._move, agent)
        except (ImportError, OSError, RuntimeError) as error:  # no watches left, or none on this system
            if not stop.is_set():
                _log.warning("the system tells of no changes in logs (%s): they are looked at instead", error)

    async def glance(self) -> NoReturn:
        """Look at the files that were written last."""
        seen: dict[str, tuple[int, int] | None] = {}
        while True:
            await asyncio.sleep(_GLANCE_EVERY_S)
            places = self._places
            warm = [path for one in places.values() for path in one.warm]
            now = await asyncio.to_thread(_sizes, warm)
            changed = {
                path.removesuffix(_WAL) for path, size in now.items() if path in seen and seen[path] != size
            }
            seen = now
            if changed:
                self._tell({agent for agent, one in places.items() if not changed.isdisjoint(one.warm)})

    def _move(self, agent: str) -> None:
        self._movers.add(agent)
        self._moved.set()

    def _tell(self, agents: Iterable[str]) -> None:
        self._changed.update(agents)
        self._news.set()


def _folder(path: str) -> str:
    """``Path.parent`` costs ten times as much, and every file of a walk is asked for it."""
    return path.rpartition(os.sep)[0] or os.sep


def _places(homes: Iterable[str], files: Sequence[LogFile]) -> _Places:
    present = frozenset(filter(os.path.isdir, map(os.path.realpath, homes)))
    folders = set(present)
    for folder in {_folder(file.path) for file in files}:
        _add_up_to_home(folder, present, folders)
    newest = nlargest(_MOST_WARM, files, key=lambda file: file.mtime_ns)
    return _Places(present, frozenset(folders), tuple(file.path for file in newest))


def _add_up_to_home(folder: str, homes: frozenset[str], found: set[str]) -> None:
    """Add a folder and those above it, as long as they lie in a home; the folder alone if it doesn't."""
    is_within = any(folder.startswith(home + os.sep) for home in homes)
    while folder not in found:
        found.add(folder)
        if is_within:
            folder = _folder(folder)


def _agents_by_folder(places: Mapping[str, _Places]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for agent, one in places.items():
        for folder in one.folders:
            found.setdefault(folder, set()).add(agent)
    return {folder: frozenset(agents) for folder, agents in found.items()}


def _sizes(paths: Iterable[str]) -> dict[str, tuple[int, int] | None]:
    """Size and time of each file, and of the log that SQLite keeps beside a database."""
    return {one: _size(one) for path in paths for one in (path, f"{path}{_WAL}")}


def _size(path: str) -> tuple[int, int] | None:
    try:
        status = os.stat(path)  # noqa: PTH116 - of hundreds of files each second
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns
