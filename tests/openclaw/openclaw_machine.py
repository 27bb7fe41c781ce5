"""A computer with OpenClaw on it: a home folder, what is typed there, and the gateway that runs on it."""

import asyncio
import json
import re
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import aiohttp
from openclaw_client import Client
from openclaw_installation import Installation
from openclaw_model import MODEL, PROVIDER, ModelServer
from openclaw_processes import command_line, end_group, end_with_this_process, free_port, parent_of
from openclaw_telegram import OWNER, Telegram
from openclaw_waiting import until

import token_dashboard

SHIM = Path(token_dashboard.__file__).parent / "gateway" / "shim"
"""Our plugin as OpenClaw takes it."""

RELOADED = re.compile("hot reload applied|skipped|failed|no-op|restart")

Change: TypeAlias = Callable[[dict[str, Any]], object]
"""What is done to OpenClaw's configuration."""

PATIENCE_S = 240
BOOT_S = 240
TOKEN = "loopback-token-of-a-test-0123456789"


@dataclass(frozen=True, slots=True)
class Ran:
    """A command that has ended."""

    code: int
    out: str
    err: str
    seconds: float

    @property
    def json(self) -> Any:
        """What stands on standard output, which has to be JSON and nothing else."""
        assert self.code == 0, self
        return json.loads(self.out)


@dataclass(slots=True)
class Machine:
    """One person's home with OpenClaw's state in it."""

    home: Path
    installation: Installation
    package: str = "openclaw"
    """Which of the pinned releases; a name of ``host/package.json``."""
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        (self.home / "tmp").mkdir(parents=True, exist_ok=True)
        self.configure(
            lambda config: config.update(
                gateway={"mode": "local", "bind": "loopback", "auth": {"mode": "token", "token": TOKEN}},
                logging={"file": str(self.home / "gateway.jsonl")},
                update={"checkOnStart": False},
                models={"catalogRefresh": {"enabled": False}},
                # Heartbeats and dreams come at times of the clock: in some runs in mid-test.
                cron={"enabled": False},
            )
        )

    @property
    def state(self) -> Path:
        return self.home / ".openclaw"

    @property
    def ledger(self) -> Path:
        return self.home / ".local" / "state" / "token-dashboard" / "ledger.db"

    @property
    def program(self) -> Path:
        return self.installation.openclaw(self.package)

    def read_config(self) -> dict[str, Any]:
        path = self.state / "openclaw.json"
        config: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
        return config

    def configure(self, change: Change) -> None:
        """Change OpenClaw's configuration file, at once as an editor would; a running gateway sees it."""
        config = self.read_config()
        change(config)
        self.state.mkdir(mode=0o700, exist_ok=True)
        new = self.state / "openclaw.json.new"
        new.write_text(json.dumps(config, indent=2))
        new.chmod(0o600)
        new.replace(self.state / "openclaw.json")

    def use(self, telegram: Telegram, model: ModelServer) -> None:
        """Give OpenClaw a Telegram bot, whose owner is known, and a model."""

        def change(config: dict[str, Any]) -> None:
            config["commands"] = {"ownerAllowFrom": [f"telegram:{OWNER}"]}
            config["channels"] = {"telegram": telegram.channel}
            config["agents"] = {"defaults": {"model": {"primary": f"{PROVIDER}/{MODEL}"}}}
            config["models"]["providers"] = {PROVIDER: model.provider}

        self.configure(change)

    def load(self, plugin: Path, **settings: object) -> None:
        """Have OpenClaw take a plugin from its folder, with these settings."""
        manifest = json.loads((plugin / "openclaw.plugin.json").read_text())

        def change(config: dict[str, Any]) -> None:
            plugins = config.setdefault("plugins", {})
            plugins.setdefault("load", {}).setdefault("paths", []).append(str(plugin))
            plugins.setdefault("entries", {})[manifest["id"]] = {"enabled": True, "config": settings}

        self.configure(change)

    def shell(self) -> dict[str, str]:
        """The environment in which commands run here."""
        return {
            "HOME": str(self.home),
            "PATH": f"{self.home / 'bin'}:{self.installation.path}",
            "TMPDIR": str(self.home / "tmp"),
            "TZ": "UTC",
            "LANG": "en_US.UTF-8",
            "NO_COLOR": "1",
            "OPENCLAW_DISABLE_BONJOUR": "1",
            "OPENCLAW_NO_RESPAWN": "1",
            "OPENCLAW_EXEC_SHELL_SNAPSHOT": "0",
            **self.environment,
        }

    async def openclaw(self, *words: str) -> Ran:
        """Type ``openclaw`` and these words."""
        return await self.run(str(self.installation.node), str(self.program), *words)

    async def tokens(self, *words: str) -> Ran:
        """Type ``tokens`` and these words, with ``openclaw`` on PATH as npm puts it there."""
        link = self.home / "bin" / "openclaw"
        link.parent.mkdir(exist_ok=True)
        if not link.is_symlink():
            link.symlink_to(self.program)
        return await self.run(sys.executable, "-m", "token_dashboard", *words)

    async def run(self, *command: str) -> Ran:
        began = time.monotonic()
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=self.shell(),
            cwd=self.home,
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(PATIENCE_S):
                out, err = await process.communicate()
        finally:
            end_group(process.pid)
        assert process.returncode is not None
        return Ran(
            process.returncode,
            out.decode(errors="replace"),
            err.decode(errors="replace"),
            time.monotonic() - began,
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Gateway"]:
        """The gateway, ready; ended as a service manager would."""
        port, log = free_port(), self.home / "gateway.log"
        self.configure(lambda config: config["gateway"].update(port=port))
        with log.open("ab") as sink:
            process = await asyncio.create_subprocess_exec(
                str(self.installation.node),
                str(self.program),
                "gateway",
                "run",
                stdin=asyncio.subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
                env=self.shell(),
                cwd=self.home,
                start_new_session=True,
                preexec_fn=end_with_this_process,
            )
        gateway = Gateway(self, port, process, log)
        RUNNING.append(gateway)
        try:
            await gateway.wait_until_ready()
            yield gateway
        finally:
            RUNNING.remove(gateway)
            await gateway.stop()


RUNNING: list["Gateway"] = []
"""The gateways of this process, for telling what they printed when a test fails."""


@dataclass(slots=True)
class Gateway:
    """A running gateway."""

    machine: Machine
    port: int
    process: asyncio.subprocess.Process
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def is_running(self) -> bool:
        return self.process.returncode is None

    async def wait_until_ready(self) -> None:
        async with asyncio.timeout(BOOT_S), aiohttp.ClientSession() as http:
            while self.is_running:
                try:
                    async with http.get(f"{self.url}/readyz") as answer:
                        if answer.status == 200:
                            return
                except aiohttp.ClientConnectionError:
                    pass
                await asyncio.sleep(0.1)
        raise AssertionError(f"the gateway ended by itself with {self.process.returncode}\n{self.tail()}")

    async def change(self, change: Change) -> str:
        """Change the configuration and wait until the gateway has taken it, or refused it; what it said."""
        seen = len(self.reloads())
        self.machine.configure(change)
        await until(lambda: len(self.reloads()) > seen, PATIENCE_S)
        return self.reloads()[-1]

    async def set(self, **settings: object) -> str:
        """Change our plugin's settings; see ``change`` and ``ours``."""
        return await self.change(ours(**settings))

    def reloads(self) -> list[str]:
        """What it has said of changed configurations that it took or refused."""
        said = self.log.read_text(errors="replace").splitlines()
        return [line for line in said if "[reload]" in line and RELOADED.search(line)]

    @asynccontextmanager
    async def client(self, *scopes: str) -> AsyncIterator[Client]:
        """A program connected over the WebSocket; by default it may read and write."""
        async with Client.connected(
            self.url, TOKEN, scopes or ("operator.read", "operator.write")
        ) as connected:
            yield connected

    def children(self, of: int | None = None) -> list[int]:
        """The processes that it has started, and theirs."""
        own = of or self.process.pid
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and parent_of(int(entry.name)) == own:
                found += [int(entry.name), *self.children(int(entry.name))]
        return found

    def sidecars(self) -> list[int]:
        """Our Python processes under it."""
        return [pid for pid in self.children() if b"\0bridge\0" in command_line(pid)]

    async def stop(self, number: int = signal.SIGTERM) -> int:
        """End it by a signal; its exit code."""
        if self.is_running:
            self.process.send_signal(number)
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await self.process.wait()
        finally:
            end_group(self.process.pid)

    def tail(self, size: int = 6000) -> str:
        """The end of what it printed."""
        return self.log.read_bytes()[-size:].decode(errors="replace")


def ours(**settings: object) -> Change:
    """A change of these of our plugin's settings; the others stay, and ``None`` takes one away."""

    def change(config: dict[str, Any]) -> None:
        entry = config["plugins"]["entries"]["token-dashboard"]
        merged = {**entry.get("config", {}), **settings}
        entry["config"] = {name: value for name, value in merged.items() if value is not None}

    return change
