"""A process that reads logs for another one: ``python -m token_dashboard.engine.crew.worker``.

It takes jobs from standard input and writes what it finds to standard output, until its input ends.
"""

import gc
import os
import pickle
import signal
import sys
from queue import SimpleQueue
from threading import Thread
from typing import BinaryIO

from token_dashboard.engine.crew import frames
from token_dashboard.engine.crew.frames import Numbered
from token_dashboard.engine.log_pieces import Pieces, pieces

_EVENTS = 1000
_PIECES = 100
"""What is sent at once."""


def main() -> None:
    """Work until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who asks; without them the input ends
    gc.disable()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a reader may print is no answer
    jobs: SimpleQueue[bytes | None] = SimpleQueue()
    Thread(target=_take, args=(sys.stdin.buffer, jobs), daemon=True).start()
    while (job := jobs.get()) is not None:
        read, files, cursors = pickle.loads(job)  # noqa: S301 - from the process that started this one
        numbers = {file.path: number for number, file in enumerate(files)}
        _answer(pieces(read, files, cursors), numbers, answers)


def _take(asked: BinaryIO, jobs: "SimpleQueue[bytes | None]") -> None:
    """Take jobs at once, whatever is being read: who asks must never wait for this process to listen."""
    while (job := frames.read(asked)) is not None:
        jobs.put(job)
    os._exit(0)  # nobody is there to tell


def _answer(found: Pieces, numbers: dict[str, int], answers: BinaryIO) -> None:
    ready: list[Numbered] = []
    events = 0
    for file, one in found:
        ready.append((numbers[file.path], one))
        events += 0 if one is None else len(getattr(one, "events", ()))
        if events >= _EVENTS or len(ready) >= _PIECES:
            frames.write(answers, frames.packed(ready))
            ready, events = [], 0
    frames.write(answers, frames.packed(ready))
    frames.write(answers, b"")


if __name__ == "__main__":
    main()
