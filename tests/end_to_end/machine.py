"""A person's computer: a home folder, what they type, and what they see."""

import asyncio
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from vendor_server import VendorServer

PATIENCE_S = 60


@dataclass(frozen=True, slots=True)
class Ran:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.out)
        return document


@dataclass(slots=True)
class Machine:
    """One user's home, on which commands are typed."""

    home: Path
    environment: dict[str, str] = field(default_factory=dict)

    async def run(self, *words: str) -> Ran:
        """Type ``tokens`` and these words; standard output is a pipe."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "token_dashboard",
            *words,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=self.shell(),
            cwd=self.home,
        )
        async with asyncio.timeout(PATIENCE_S):
            out, err = await process.communicate()
        assert process.returncode is not None
        return Ran(process.returncode, out.decode(errors="replace"), err.decode(errors="replace"))

    @asynccontextmanager
    async def serving(self, *words: str) -> AsyncIterator[str]:
        """``tokens serve`` on a free port; gives its address, and ends it as a service manager would."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "token_dashboard",
            "serve",
            "--port",
            "0",
            *words,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            env=self.shell(),
            cwd=self.home,
        )
        assert process.stderr is not None
        said = ""
        async with asyncio.timeout(PATIENCE_S):
            while (found := re.search(r"http://\S+", said)) is None:
                line = await process.stderr.readline()
                assert line, f"tokens serve ended: {said}"
                said += line.decode()
        drained = asyncio.create_task(process.stderr.read())
        try:
            yield found.group()
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                async with asyncio.timeout(5):
                    assert await process.wait() == 0, (await drained).decode()
                    await drained
            finally:
                if process.returncode is None:
                    process.kill()

    def configure(self, **settings: object) -> None:
        """Write the configuration file."""
        file = self.home / ".config" / "token-dashboard" / "config.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(settings))
        file.chmod(0o600)

    def use(self, vendor: VendorServer, **settings: object) -> None:
        """Configure a vendor that plays on this machine, with the keys of its present case."""
        names = {"API key": "apiKey", "management key": "managementKey", "Admin key": "adminKey"}
        account = {names[kind]: key.reveal() for kind, key in vendor.keys.items()}
        self.configure(providers={vendor.provider: {**account, "baseUrl": vendor.url}}, **settings)

    @property
    def ledger(self) -> Path:
        return self.home / ".local" / "state" / "token-dashboard" / "ledger.db"

    def shell(self) -> dict[str, str]:
        """The environment in which commands run."""
        return {"HOME": str(self.home), "PATH": os.environ["PATH"], "TZ": "UTC", **self.environment}


def settings_of(vendor: VendorServer) -> dict[str, object]:
    """What somebody would write to have this vendor asked."""
    keys = {kind: key.reveal() for kind, key in vendor.keys.items()}
    said = {
        "baseUrl": vendor.url,
        "region": vendor.region,
        "options": vendor.case.get("options"),
        "keys": keys,
    }
    return {name: value for name, value in said.items() if value}


@dataclass(slots=True)
class Replies:
    """Writes Claude Code logs, and adds up what they amount to without any of the product's code."""

    home: Path
    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0

    def write(
        self, session: str, at: datetime, count: int, *, every: timedelta = timedelta(minutes=1)
    ) -> Path:
        """A session of ``count`` replies of claude-opus-4-5, each logged three times while it grows."""
        file = self.home / ".claude" / "projects" / "-home-me-project" / f"{session}.jsonl"
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a") as log:
            for number in range(count):
                moment = (at + number * every).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.123Z")
                for output in (1, 1, 200 + number):
                    log.write(json.dumps(self._line(session, f"{session}-{number}", moment, output)) + "\n")
                self.requests += 1
                self.input_tokens += 100
                self.output_tokens += 200 + number
                self.cache_read += 5_000
                self.cache_write_5m += 1_000
                self.cache_write_1h += 2_000
        return file

    @property
    def all_input(self) -> int:
        return self.input_tokens + self.cache_read + self.cache_write_5m + self.cache_write_1h

    @property
    def dollars(self) -> float:
        """By the vendor's list: 5 in, 25 out, 0.50 cache read, 6.25 and 10 cache writes, a million."""
        return (
            self.input_tokens * 5
            + self.output_tokens * 25
            + self.cache_read * 0.5
            + self.cache_write_5m * 6.25
            + self.cache_write_1h * 10
        ) / 1_000_000

    @staticmethod
    def _line(session: str, reply: str, moment: str, output: int) -> dict[str, Any]:
        return {
            "type": "assistant",
            "timestamp": moment,
            "sessionId": session,
            "requestId": f"req_{reply}",
            "cwd": "/home/me/project",
            "gitBranch": "main",
            "message": {
                "id": f"msg_{reply}",
                "role": "assistant",
                "model": "claude-opus-4-5-20251101",
                "content": [{"type": "text", "text": "canary prompt text"}],
                "usage": {
                    "input_tokens": 100,
                    "output_tokens": output,
                    "cache_read_input_tokens": 5_000,
                    "cache_creation_input_tokens": 3_000,
                    "cache_creation": {
                        "ephemeral_5m_input_tokens": 1_000,
                        "ephemeral_1h_input_tokens": 2_000,
                    },
                },
            },
        }
