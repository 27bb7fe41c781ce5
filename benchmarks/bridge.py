"""Measures the Python end of the bridge to OpenClaw, over pipes, as OpenClaw's process speaks with it.

    python benchmarks/bridge.py [--starts 10] [--calls 10000] [--markdown]

The child gets an empty home of its own, and is told of a thousand answers of models. Memory is read from
``/proc`` and missing elsewhere.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

COMMAND = (sys.executable, "-u", "-m", "token_dashboard", "openclaw", "bridge")
ASKED = 300
EVENTS = 1000
AT_ONCE = 32
CACHED = {"method": "token-dashboard.cached", "params": {}, "scopes": ["operator.read"]}
TYPED = {"name": "tokens", "args": "", "channel": "telegram", "senderId": "1", "facts": {}}


class Bridge:
    """A child and its pipes. What it asks is answered with nothing."""

    def __init__(self, pid: int, stdin: IO[bytes], stdout: IO[bytes]) -> None:
        self._pid = pid
        self._stdin = stdin
        self._stdout = stdout
        self._last_id = 0

    def begin(self, method: str, params: dict[str, Any]) -> int:
        self._last_id += 1
        self._write({"id": self._last_id, "method": method, "params": params})
        return self._last_id

    def tell(self, method: str, params: dict[str, Any]) -> None:
        self._write({"method": method, "params": params})

    def end(self) -> dict[str, Any]:
        """The next answer of the child."""
        while True:
            message: dict[str, Any] = json.loads(self._stdout.readline())
            if "error" in message:
                raise SystemExit(message["error"]["message"])
            if "method" not in message:
                return message
            if "id" in message:
                self._write({"id": message["id"], "result": {}})

    def call_s(self, method: str, params: dict[str, Any]) -> float:
        started = time.perf_counter()
        self.begin(method, params)
        self.end()
        return time.perf_counter() - started

    def memory(self) -> str:
        try:
            lines = Path(f"/proc/{self._pid}/status").read_text().splitlines()
        except OSError:
            return "not known here"
        (kib,) = (line.split()[1] for line in lines if line.startswith("VmRSS:"))
        return f"{int(kib) / 1024:.1f} MiB"

    def _write(self, message: dict[str, Any]) -> None:
        self._stdin.write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")
        self._stdin.flush()


@contextmanager
def started(home: Path) -> Iterator[Bridge]:
    environment = {"HOME": str(home), "PATH": os.environ["PATH"]}
    pipe = subprocess.PIPE
    with subprocess.Popen(COMMAND, stdin=pipe, stdout=pipe, env=environment) as child:
        if child.stdin is None or child.stdout is None:
            raise SystemExit("the child has no pipes")
        bridge = Bridge(child.pid, child.stdin, child.stdout)
        bridge.begin("initialize", {"protocol": 1, "config": {}, "facts": {}})
        yield bridge
        child.stdin.close()


def used(number: int) -> dict[str, Any]:
    """What OpenClaw tells of one answer of a model; over the last day, a few models."""
    usage = {"input": 100 + number, "output": 200, "cacheRead": 5000, "cacheWrite": 300}
    return {
        "sessionId": f"s{number % 7}",
        "sessionKey": "agent:main:main",
        "responseId": f"r{number}",
        "provider": "anthropic",
        "model": ("claude-opus-4-5", "claude-sonnet-4-5", "claude-haiku-4-5")[number % 3],
        "timestamp": time.time_ns() // 1_000_000 - number * 86_400_000 // EVENTS,
        "usage": usage,
    }


def start_s(home: Path) -> tuple[float, float]:
    """From the spawn to the greeting's answer, and to the first figures."""
    begun = time.perf_counter()
    with started(home) as bridge:
        bridge.end()
        greeted = time.perf_counter() - begun
        bridge.call_s("rpc", CACHED)
        return greeted, time.perf_counter() - begun


def calls_a_second(bridge: Bridge, calls: int) -> float:
    """With so many under way that the child never waits for us."""
    begun = time.perf_counter()
    for asked in range(calls):
        bridge.begin("rpc", CACHED)
        if asked >= AT_ONCE:
            bridge.end()
    for _ in range(min(AT_ONCE, calls)):
        bridge.end()
    return calls / (time.perf_counter() - begun)


def milliseconds(seconds: list[float]) -> str:
    p95 = statistics.quantiles(seconds, n=20)[-1]
    return f"p50 {statistics.median(seconds) * 1000:.2f} ms, p95 {p95 * 1000:.2f} ms"


def measured(starts: int, calls: int) -> Iterator[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        times = [start_s(home) for _ in range(starts)]
        for what, seconds in zip(("greeting", "first figures"), zip(*times, strict=True), strict=True):
            median, least = statistics.median(seconds), min(seconds)
            yield f"Spawn to the {what}", f"median {median * 1000:.0f} ms, least {least * 1000:.0f} ms"
        with started(home) as bridge:
            bridge.end()
            for number in range(EVENTS):
                bridge.tell("usage", used(number))
            bridge.call_s("rpc", CACHED)
            time.sleep(3)  # until everything has been loaded that ever is
            yield "Memory, idle", bridge.memory()
            yield "`cached`, round trip", milliseconds([bridge.call_s("rpc", CACHED) for _ in range(ASKED)])
            yield (
                "`/tokens`, round trip",
                milliseconds([bridge.call_s("command", TYPED) for _ in range(ASKED)]),
            )
            yield "`cached`, calls a second", f"{calls_a_second(bridge, calls // 2):.0f}"
            yield f"Memory after {calls // 2:,} calls", bridge.memory()
            calls_a_second(bridge, calls - calls // 2)
            yield f"Memory after {calls:,} calls", bridge.memory()
            begun = time.perf_counter()
        yield "Gone after stdin ended", f"{(time.perf_counter() - begun) * 1000:.0f} ms"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--starts", type=int, default=10)
    parser.add_argument("--calls", type=int, default=10_000)
    parser.add_argument("--markdown", action="store_true")
    arguments = parser.parse_args()
    rows = list(measured(arguments.starts, arguments.calls))
    if arguments.markdown:
        print("| | measured |\n|---|---|")
    for what, figure in rows:
        print(f"| {what} | {figure} |" if arguments.markdown else f"{what:<32}{figure}")


if __name__ == "__main__":
    main()
