"""The short way of ``tokens statusline``: it prints what was found when last looked, and has somebody look.

A status bar is drawn several times a minute and must never wait for logs, a database or a vendor. So this
opens one small file and imports next to nothing: pathlib alone would cost as much as all the rest. The file
is made by ``tokens statusline --refresh``, which is started behind it at most every few seconds and ends by
itself.
"""

import json
import os
import sys
import time

from token_dashboard.render.statusline import line

REFRESH_MS = 10_000
_ABANDONED_S = 60.0
"""A refresh that takes longer has died."""
_MOST_BYTES = 1 << 20


def show(config: str | None) -> None:
    """Print the line. Whatever goes wrong, there is a line, and no error."""
    now_ms = time.time_ns() // 1_000_000
    given = _given()
    glance = _glance(config)
    if glance is None or not 0 <= now_ms - _as_of_ms(glance) < REFRESH_MS:
        try:
            _refresh(config)
        except OSError:
            glance = {**(glance or {}), "problem": "nothing can be kept"}
    has_colour = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    text = line(given, glance, now_ms, has_colour=has_colour)
    try:
        os.write(1, (text + "\n").encode("utf-8", "replace"))
    except OSError:
        return  # nobody reads it


def folder() -> str:
    """The state folder, as ``config.places`` has it."""
    for variable in ("XDG_STATE_HOME", "LOCALAPPDATA"):
        if os.path.isabs(named := os.environ.get(variable, "")):
            return os.path.join(named, "token-dashboard")
    return os.path.join(os.path.expanduser("~"), ".local", "state", "token-dashboard")


def glance_file() -> str:
    return os.path.join(folder(), "statusline.json")


def lock_file() -> str:
    return os.path.join(folder(), "statusline.lock")


def _given() -> object:
    """What Claude Code says on standard input."""
    try:
        if sys.stdin is None or sys.stdin.isatty():
            return None
        given: object = json.loads(sys.stdin.buffer.read(_MOST_BYTES))
    except (OSError, ValueError, RecursionError):
        return None
    return given


def _glance(config: str | None) -> dict[str, object] | None:
    """What was found by the same configuration."""
    try:
        with open(glance_file(), "rb") as file:
            glance: object = json.load(file)
    except (OSError, ValueError, RecursionError):
        return None
    return glance if isinstance(glance, dict) and glance.get("config") == config else None


def _as_of_ms(glance: dict[str, object]) -> int:
    as_of_ms = glance.get("as_of_ms")
    return as_of_ms if isinstance(as_of_ms, int) else 0


def _refresh(config: str | None) -> None:
    """Have another process look, unless one does already. It belongs to no terminal and outlives us."""
    os.makedirs(folder(), mode=0o700, exist_ok=True)
    lock = lock_file()
    try:
        os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        _give_up(lock)
        return
    import subprocess

    chosen = [] if config is None else ["--config", config]
    # -P: the folder that the user works in is no place to import from.
    subprocess.Popen(  # noqa: S603 - this program itself
        [sys.executable, "-P", "-m", "token_dashboard", *chosen, "statusline", "--refresh"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _give_up(lock: str) -> None:
    """Take the lock of a refresh that has died away, so that the next line starts another."""
    try:
        if time.time() - os.stat(lock).st_mtime > _ABANDONED_S:
            os.unlink(lock)
    except FileNotFoundError:
        return  # it has just ended
