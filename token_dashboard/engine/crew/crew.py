"""Some processes that read logs side by side.

Worth it for a first reading of very many logs only: a process takes a tenth of a second to start, and what it
finds has to travel. One that dies, or can't be started, costs nothing but time: this process reads its files.
"""

import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from queue import Empty, Queue
from threading import Thread
from typing import BinaryIO, NamedTuple, TypeAlias, cast

from token_dashboard.engine.crew import frames
from token_dashboard.engine.log_pieces import Pieces, Read, pieces
from token_dashboard.model.cursor import Cursor, LogFile

_MOST = 4
"""More don't help: one process stores what all of them find."""
_JOB_BYTES = 8 << 20
_JOB_FILES = 200
_JOBS_AHEAD = 2
"""How many jobs each has, so that none waits for the next one."""
_MESSAGES_AHEAD = 32
"""How many messages wait to be stored, a thousand requests in each; then the processes wait."""


class _Job(NamedTuple):
    read: Read
    files: Sequence[LogFile]
    cursors: Mapping[str, Cursor]


_Heard: TypeAlias = "Queue[tuple[_Worker, bytes | None]]"
"""Messages of all processes; ``None`` is the last of each."""


class _Worker:
    """One process, what it was asked to do and hasn't done, and the thread that hears it."""

    def __init__(self, process: "subprocess.Popen[bytes]", heard: _Heard) -> None:
        self.jobs: deque[_Job] = deque()
        self.is_alive = True
        self._process = process
        self._asked = cast("BinaryIO", process.stdin)
        self._answers = cast("BinaryIO", process.stdout)
        self.thread = Thread(target=self._hear, args=(heard,), daemon=True, name="crew")
        self.thread.start()

    def take(self, job: _Job) -> None:
        """Ask for a job. If the process has died, the thread says so."""
        self.jobs.append(job)
        with suppress(OSError):
            frames.write(self._asked, pickle.dumps(job[:]))

    def dismiss(self) -> None:
        self._process.kill()
        self._process.wait()
        with suppress(OSError):  # of a job that it didn't take
            self._asked.close()

    def _hear(self, heard: _Heard) -> None:
        with self._answers:
            while (message := frames.read(self._answers)) is not None:
                heard.put((self, message))
        heard.put((self, None))


class Crew:
    """Processes that read."""

    def __init__(self, processes: "Sequence[subprocess.Popen[bytes]]") -> None:
        self._heard: _Heard = Queue(_MESSAGES_AHEAD)
        self._workers = [_Worker(process, self._heard) for process in processes]
        self._is_over = False

    def pieces(self, read: Read, files: Sequence[LogFile], cursors: Mapping[str, Cursor]) -> Pieces:
        """As ``log_pieces.pieces``, but for the order of the files; the pieces of each come in theirs."""
        waiting = deque(_jobs(read, files, cursors) if _has_name(read) else ())
        if not waiting:
            yield from pieces(read, files, cursors)
        while waiting or any(one.jobs for one in self._workers):
            for one in self._workers:
                while waiting and one.is_alive and len(one.jobs) < _JOBS_AHEAD:
                    one.take(waiting.popleft())
            if not any(one.jobs for one in self._workers):  # nobody is left
                yield from pieces(*waiting.popleft())
                continue
            worker, message = self._heard.get()
            if self._is_over:
                return
            if message is None:
                worker.is_alive = False
                for job in worker.jobs:  # what of them has come already counts once all the same
                    yield from pieces(*job)
                worker.jobs.clear()
            elif message:
                for number, found in frames.unpacked(message):
                    yield worker.jobs[0].files[number], found
            else:
                worker.jobs.popleft()

    def dismiss(self) -> None:
        """End all of them at once, whatever they do; what is still being read of their work ends, too."""
        self._is_over = True
        for one in self._workers:
            one.dismiss()
        while any(one.thread.is_alive() for one in self._workers):
            with suppress(Empty):
                self._heard.get(timeout=0.01)  # a thread may wait for room
        self._heard.put((self._workers[0], None))  # and who reads, for a message


@contextmanager
def crew() -> Iterator[Crew | None]:
    """As many processes as there are processors; ``None`` where they don't help or can't be had."""
    count = min(os.cpu_count() or 1, _MOST)
    processes = _started(count) if count > 1 else []
    if not processes:
        yield None
        return
    found = Crew(processes)
    try:
        yield found
    finally:
        found.dismiss()


def _started(count: int) -> "list[subprocess.Popen[bytes]]":
    if not sys.executable or getattr(sys, "frozen", False):
        return []  # what runs here is no interpreter that could be started again
    # -P: what lies in the folder that somebody stands in is none of our modules.
    command = [sys.executable, "-P", "-m", "token_dashboard.engine.crew.worker"]
    started = []
    with suppress(OSError):
        for _ in range(count):
            started.append(  # noqa: PERF401 - those that could be started are kept
                subprocess.Popen(  # noqa: S603 - this program itself
                    command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
                )
            )
    return started


def _has_name(read: Read) -> bool:
    """Can another process find the function?"""
    try:
        pickle.dumps(read)
    except (pickle.PicklingError, AttributeError, TypeError):
        return False
    return True


def _jobs(read: Read, files: Sequence[LogFile], cursors: Mapping[str, Cursor]) -> Iterator[_Job]:
    """The files in shares of a size, each with where it is to be read from."""
    share: list[LogFile] = []
    size = 0
    for place, file in enumerate(files, 1):
        share.append(file)
        size += file.size
        if place == len(files) or len(share) >= _JOB_FILES or size >= _JOB_BYTES:
            yield _Job(read, share, {one.path: cursors[one.path] for one in share if one.path in cursors})
            share, size = [], 0
