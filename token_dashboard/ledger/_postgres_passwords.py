r"""The password of a user whose address has none, from where PostgreSQL's own programs look for it.

That is ``PGPASSWORD``, then the file ``PGPASSFILE`` or ``~/.pgpass``, of lines
``host:port:database:user:password`` with ``*`` for any and a backslash before ``:`` and ``\``
(https://www.postgresql.org/docs/current/libpq-pgpass.html). asyncpg, which looks there too, takes no
backslash, and no file with a byte that isn't UTF-8.
"""

import os
import re
import stat
from pathlib import Path

_FIELD = r"((?:\\.|[^\\:])*)"
_LINE = re.compile(":".join([_FIELD] * 5))
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def password_for(host: str, port: int, database: str, user: str) -> str | None:
    """The first that fits; ``None`` if none does, or if others may read the file."""
    if given := os.environ.get("PGPASSWORD"):
        return given
    hosts = {host, "localhost"} if host.startswith("/") else {host}
    asked = (hosts, {str(port)}, {database}, {user})
    for line in _lines():
        parts = _LINE.match(line)
        if line.startswith("#") or parts is None:
            continue
        *place, password = parts.groups()
        if all(one == "*" or _plain(one) in wanted for one, wanted in zip(place, asked, strict=True)):
            return _plain(password)
    return None


def _lines() -> list[str]:
    try:
        file = _file()
        mode = file.stat().st_mode
        if not stat.S_ISREG(mode) or (os.name != "nt" and mode & _OTHERS):
            return []
        text = file.read_text("utf-8", errors="replace")
    except (OSError, RuntimeError):  # RuntimeError: this user has no home folder
        return []
    return [line.rstrip("\r") for line in text.split("\n")]


def _file() -> Path:
    if given := os.environ.get("PGPASSFILE"):
        return Path(given)
    if os.name == "nt":
        return Path(os.environ.get("APPDATA", "")) / "postgresql" / "pgpass.conf"
    return Path.home() / ".pgpass"


def _plain(field: str) -> str:
    return re.sub(r"\\(.)", r"\1", field)
