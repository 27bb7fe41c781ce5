"""Some processes that read logs side by side.

Worth it for a first reading of very many logs only: a process takes a tenth of a second to start, and what it
finds has to travel. One that dies, or can't be started, costs nothing but time: this process reads its files.
"""

import os
import pickle
import subprocess
import sys
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from queue import Empty, Queue
from threading import Thread
from typing import BinaryIO, NamedTuple, TypeAlias, cast

from token_dashboard.agents._contract import Scan
from token_dashboard.engine.crew import frames
from token_dashboard.engine.log_pieces import Found, Pieces, Read, pieces
from token_dashboard.model.cursor import Cursor, LogFile

_MOST = 4
"""More don't help: one process stores what all of them find."""
_JOB_BYTES = 8 << 20
_JOB_FILES = 200
_JOBS_AHEAD = 2
"""How many jobs each has, so that none waits for the next one."""
_MESSAGES_AHEAD = 32
"""How many messages wait to be stored, a thousand requests in each; then the processes wait."""
_PIPE_BYTES = 1 << 20
"""While this process computes, its threads are slow to listen: a small pipe would stop the others. The most
that Linux lets anybody have; elsewhere it says nothing."""
_EARLY_EVENTS = 20_000
"""How much of later readings may be found before its turn; then no more of them is asked for."""


class _Job(NamedTuple):
    asked: int
    """Which of the readings that were asked for it is a part of."""
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
            frames.write(self._asked, pickle.dumps(job[1:]))

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
    """Processes that read. What is asked for is taken in the order in which it was asked for."""

    def __init__(self, processes: "Sequence[subprocess.Popen[bytes]]") -> None:
        self._heard: _Heard = Queue(_MESSAGES_AHEAD)
        self._workers = [_Worker(process, self._heard) for process in processes]
        self._waiting: deque[_Job] = deque()
        self._undone: list[int] = []
        """The jobs of each reading that aren't done."""
        self._early: dict[int, list[tuple[LogFile, Found]]] = defaultdict(list)
        """What was found of later readings."""
        self._early_events = 0
        self._is_over = False

    def pieces(self, read: Read, files: Sequence[LogFile], cursors: Mapping[str, Cursor]) -> Pieces:
        """As ``log_pieces.pieces``, but for the order of the files; the pieces of each come in theirs.

        Ask for everything before taking any: they go on with the next while the last of one is stored.
        """
        if not _has_name(read):
            return pieces(read, files, cursors)
        asked = len(self._undone)
        jobs = list(_jobs(asked, read, files, cursors))
        self._undone.append(len(jobs))
        self._waiting += jobs
        return self._found(asked)

    def _found(self, asked: int) -> Pieces:
        early = self._early.pop(asked, [])
        self._early_events -= _events(early)
        yield from early
        while self._undone[asked]:
            self._hand_out(asked)
            if not any(one.jobs for one in self._workers):  # nobody is left
                yield from self._read_here(self._waiting.popleft())
                continue
            worker, message = self._heard.get()
            if self._is_over:
                return
            if message is None:
                self._lose(worker)
            elif not message:
                self._undone[worker.jobs.popleft().asked] -= 1
            else:
                job = worker.jobs[0]
                found = ((job.files[number], one) for number, one in frames.unpacked(message))
                if job.asked == asked:
                    yield from found
                else:
                    self._keep(job.asked, list(found))

    def _hand_out(self, asked: int) -> None:
        for one in self._workers:
            while self._waiting and one.is_alive and len(one.jobs) < _JOBS_AHEAD:
                if self._waiting[0].asked != asked and self._early_events >= _EARLY_EVENTS:
                    return
                one.take(self._waiting.popleft())

    def _keep(self, asked: int, found: list[tuple[LogFile, Found]]) -> None:
        self._early[asked] += found
        self._early_events += _events(found)

    def _lose(self, worker: _Worker) -> None:
        """Others do what it didn't; what of it has come already counts once all the same."""
        worker.is_alive = False
        self._waiting = deque(sorted((*worker.jobs, *self._waiting), key=lambda job: job.asked))
        worker.jobs.clear()

    def _read_here(self, job: _Job) -> Pieces:
        yield from pieces(*job[1:])
        self._undone[job.asked] -= 1

    def dismiss(self) -> None:
        """End all of them at once, whatever they do; what is still being read of their work ends, too."""
        self._is_over = True
        for one in self._workers:
            one.dismiss()
        while any(one.thread.is_alive() for one in self._workers):
            with suppress(Empty):
                self._heard.get(timeout=0.01)  # a thread may wait for room
        self._heard.put((self._workers[0], None))  # and who reads, for a message


def _events(found: Iterable[tuple[LogFile, Found]]) -> int:
    return sum(len(one.events) for _, one in found if isinstance(one, Scan))


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
                    command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    pipesize=_PIPE_BYTES,
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


def _jobs(asked: int, read: Read, files: Sequence[LogFile], cursors: Mapping[str, Cursor]) -> Iterator[_Job]:
    """The files in shares of a size, each with where it is to be read from."""
    share: list[LogFile] = []
    size = 0
    for place, file in enumerate(files, 1):
        share.append(file)
        size += file.size
        if place == len(files) or len(share) >= _JOB_FILES or size >= _JOB_BYTES:
            held = {one.path: cursors[one.path] for one in share if one.path in cursors}
            yield _Job(asked, read, share, held)
            share, size = [], 0
