"""Whether a program that printed what a run used has kept the run in its own log, too.

Somebody may save what ``codex exec --json`` or ``gemini -o json`` prints, and count that folder. The
session's own log has the same requests one by one, so a run that has one is left to it. A run that isn't kept
(``codex exec --ephemeral``), and one whose output names no session, counts by what was printed.
"""

import os
from pathlib import Path

from token_dashboard.agents._places import named

_ODD = frozenset("*?[]/\\")
_HEAD_BYTES = 4_096


def has_codex_thread(thread: str) -> bool:
    """Is there a file of this thread in Codex' own folders?"""
    home = Path.home()
    if not thread or not _ODD.isdisjoint(thread):
        return False
    name = f"rollout-*-{thread}.jsonl*"
    return any(
        next(folder.glob(pattern), None) is not None
        for folder in named(os.environ, "CODEX_HOME", home) or [home / ".codex"]
        for pattern in (f"sessions/*/*/*/{name}", f"archived_sessions/{name}")
    )


def has_gemini_conversation(session: str) -> bool:
    """Is there a file of this conversation in Gemini CLI's own folder?"""
    home = Path(os.environ.get("GEMINI_CLI_HOME") or Path.home()) / ".gemini"
    if not session or not _ODD.isdisjoint(session):
        return False
    found = home.glob(f"tmp/*/chats/session-*-{session[:8]}.json*")
    return any(session.encode() in _head(path) for path in found)


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_HEAD_BYTES)
    except OSError:
        return b""
