"""Transcripts of pi and OpenClaw, written by tests."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from foreign_homes import TIME, TIME_MS

OPUS = {"provider": "anthropic", "model": "claude-opus-4-5"}
Json = dict[str, Any]


def usage(sent: Any = 100, output: Any = 10, cost: Any = None, **other: Any) -> Json:
    told = {"input": sent, "output": output, "cacheRead": 0, "cacheWrite": 0, **other}
    return told if cost is None else {**told, "cost": cost if isinstance(cost, dict) else {"total": cost}}


def said(name: str = "m1", *, response: str | None = None, used: Json | None = None, **message: Any) -> Json:
    """An assistant's message, as an entry of a transcript."""
    told = {**OPUS, "usage": used or usage(), "stopReason": "stop", "timestamp": TIME_MS, **message}
    if response is not None:
        told["responseId"] = response
    content = [{"type": "text", "text": "Done."}]
    return {
        "type": "message",
        "id": name,
        "timestamp": TIME,
        "message": {"role": "assistant", "content": content, **told},
    }


def asked(name: str = "q1") -> Json:
    message = {"role": "user", "content": "Make it faster.", "timestamp": TIME_MS}
    return {"type": "message", "id": name, "timestamp": TIME, "message": message}


def head(session: str = "s1") -> Json:
    return {"type": "session", "version": 3, "id": session, "timestamp": TIME, "cwd": "/home/ada/shop"}


def text_of(entries: Iterable[Json]) -> str:
    return "".join(json.dumps(entry) + "\n" for entry in entries)


def write(path: Path, *entries: Json) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text_of(entries))
    return path
