"""Finding a gateway that runs on this machine, and asking it instead of asking providers again.

A running gateway leaves its address and token in the state folder, readable by its owner alone. The file is a
hint: a gateway that doesn't answer there isn't running.
"""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from token_dashboard.model.secret import Secret

_PATIENCE_S = 10


@contextmanager
def announced(file: Path, *, url: str, token: Secret | None) -> Iterator[None]:
    """Leave the address of a gateway while it runs."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    note = {"url": url, "token": token.reveal() if token else None, "pid": os.getpid()}
    with suppress(FileNotFoundError):
        file.unlink()
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
        json.dump(note, opened)
    try:
        yield
    finally:
        if _read(file).get("pid") == os.getpid():
            file.unlink(missing_ok=True)


def ask(file: Path, method: str, params: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The answer of the running gateway's method; ``None`` when no gateway runs or it can't answer."""
    note = _read(file)
    if not isinstance(note.get("url"), str):
        return None
    from http.client import HTTPConnection, HTTPException
    from urllib.parse import urlsplit

    address = urlsplit(note["url"])
    headers = {"Content-Type": "application/json"}
    if note.get("token"):
        headers["Authorization"] = f"Bearer {note['token']}"
    connection = HTTPConnection(address.hostname or "", address.port, timeout=_PATIENCE_S)
    try:
        connection.request("POST", f"/rpc/{method}", json.dumps(params), headers)
        answer = json.load(connection.getresponse())
    except (OSError, HTTPException, ValueError):
        return None
    finally:
        connection.close()
    payload = answer.get("payload") if isinstance(answer, dict) and answer.get("ok") is True else None
    return payload if isinstance(payload, dict) else None


def _read(file: Path) -> dict[str, Any]:
    try:
        note = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return {}
    return note if isinstance(note, dict) else {}
