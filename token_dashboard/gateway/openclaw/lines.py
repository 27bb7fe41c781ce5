"""Lines over two pipes: one thread reads, one writes, and the loop waits for neither.

The loop's own pipes would do on POSIX alone. A daemon thread that is stuck on a pipe keeps no process alive.
"""

import asyncio
import contextlib
import queue
import threading
from typing import BinaryIO

MAX_LINE = 16 * 2**20
"""Bytes that a line may have, its end included."""
TOO_LONG = b""
"""Stands for a line that was longer; it has been passed over."""
_AHEAD = 64
"""Lines that are read before they are asked for."""


class Lines:
    """What comes in from one pipe and goes out by another. Made inside a running loop."""

    def __init__(self, source: BinaryIO, sink: BinaryIO) -> None:
        self._loop = asyncio.get_running_loop()
        self._incoming: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._room = threading.Semaphore(_AHEAD)
        self._outgoing: queue.SimpleQueue[tuple[bytes, asyncio.Future[None] | None]] = queue.SimpleQueue()
        self._is_gone = False
        for work, pipe in ((self._read, source), (self._write, sink)):
            threading.Thread(target=work, args=(pipe,), daemon=True, name=f"bridge {work.__name__}").start()

    async def next(self) -> bytes | None:
        """The next line, perhaps ``TOO_LONG``; ``None`` when the other end has closed."""
        line = await self._incoming.get()
        self._room.release()
        return line

    async def send(self, line: bytes) -> None:
        """Write a line and wait until the pipe has taken it: whoever floods a slow reader waits for it.

        A line is written whole even when its sender is cancelled.

        Raises:
            ConnectionError: the other end is gone.
        """
        taken: asyncio.Future[None] = self._loop.create_future()
        self._outgoing.put((line, taken))
        await taken

    def post(self, line: bytes) -> None:
        """Write a line, from any thread, without waiting or hearing whether it arrived."""
        if not self._is_gone:
            self._outgoing.put((line, None))

    def _read(self, source: BinaryIO) -> None:
        try:
            while line := source.readline(MAX_LINE):
                self._hand_over(line if line.endswith(b"\n") or _is_last(line) else _pass_over(source))
        except (OSError, ValueError):
            pass  # a pipe that breaks has ended
        self._hand_over(None)

    def _hand_over(self, line: bytes | None) -> None:
        self._room.acquire()
        with contextlib.suppress(RuntimeError):  # the loop has ended: nobody asks any more
            self._loop.call_soon_threadsafe(self._incoming.put_nowait, line)

    def _write(self, sink: BinaryIO) -> None:
        while True:
            line, taken = self._outgoing.get()
            if not self._is_gone:
                try:
                    sink.write(line)
                    sink.flush()
                except (OSError, ValueError):
                    self._is_gone = True
            if taken is not None:
                with contextlib.suppress(RuntimeError):
                    self._loop.call_soon_threadsafe(_settle, taken, self._is_gone)


def _is_last(line: bytes) -> bool:
    """A line without an end that had room for one is the torn last line of a process that died."""
    return len(line) < MAX_LINE


def _pass_over(source: BinaryIO) -> bytes:
    while (piece := source.readline(MAX_LINE)) and not piece.endswith(b"\n"):
        pass
    return TOO_LONG


def _settle(taken: asyncio.Future[None], is_gone: bool) -> None:
    if taken.done():
        return
    if is_gone:
        taken.set_exception(ConnectionError("the other end has gone"))
    else:
        taken.set_result(None)
