"""Processes and ports of this machine: found free, watched, and ended by their number."""

import ctypes
import os
import random
import signal
import socket
from pathlib import Path

_LIBC = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1


def end_with_this_process() -> None:
    """In a new process: have the kernel end it with the test run that started it, however that ends."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def free_port() -> int:
    """A port that is free now, and that the system gives nobody who asks for any."""
    while True:
        with socket.socket() as listening:
            try:
                listening.bind(("127.0.0.1", port := random.randrange(20_000, 30_000)))
            except OSError:
                continue
            return port


def end_group(leader: int) -> None:
    """Kill what is left of a process group that was started here."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def parent_of(pid: int) -> int | None:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return None


def command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
