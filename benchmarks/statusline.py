"""How long a status bar waits for ``tokens statusline``, over a home that is there.

    python benchmarks/generate.py --files 1200 --messages 200
    python benchmarks/statusline.py

Each call is a process of its own, as Claude Code makes it, with JSON on its standard input. A pause between
the calls lets the look behind them begin again and again, as it does in a session. The bare interpreter is
beside it. CPU is that of the call alone; on a machine that does other things too, the wall time is theirs.
"""

import argparse
import json
import platform
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from programs import Home

SAID = json.dumps(
    {
        "session_id": "benchmark",
        "model": {"id": "claude-opus-4-5", "display_name": "Opus 4.5"},
        "cost": {"total_cost_usd": 0.5},
        "context_window": {"used_percentage": 31},
    }
).encode()
BARE = (sys.executable, "-c", "pass")
OURS = (sys.executable, "-m", "token_dashboard", "statusline")


@dataclass(frozen=True, slots=True)
class Call:
    """Milliseconds of one process, and what it said."""

    wall_ms: float
    cpu_ms: float
    said: str


def call(command: tuple[str, ...], home: Home) -> Call:
    """Ends the benchmark where the process failed."""
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    ran = subprocess.run(command, input=SAID, capture_output=True, env=home.environment(), check=False)
    wall_s, after = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    if ran.returncode:
        sys.exit(f"{command} left with {ran.returncode}: {ran.stderr.decode()}")
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Call(wall_s * 1_000, cpu_s * 1_000, ran.stdout.decode().strip())


def told(name: str, calls: list[Call]) -> str:
    wall, cpu = sorted(one.wall_ms for one in calls), sorted(one.cpu_ms for one in calls)
    middle, late = len(calls) // 2, int(len(calls) * 0.95)
    return (
        f"{name:<18} wall p50 {wall[middle]:5.1f} ms, p95 {wall[late]:5.1f} ms"
        f"   CPU p50 {cpu[middle]:5.1f} ms, p95 {cpu[late]:5.1f} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--home", type=Path, default=Path(__file__).parent / ".data")
    parser.add_argument("--calls", type=int, default=200)
    parser.add_argument("--pause", type=float, default=0.3, help="seconds between two calls")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "own", options.home)
        home.empty()
        subprocess.run((*OURS[:3], "scan"), env=home.environment(), check=True, stdout=subprocess.DEVNULL)
        call(OURS, home)
        bare: list[Call] = []
        ours: list[Call] = []
        for _ in range(options.calls):
            time.sleep(options.pause)
            bare.append(call(BARE, home))
            ours.append(call(OURS, home))
        lock = home.folder / "state" / "token-dashboard" / "statusline.lock"
        while lock.exists():
            time.sleep(0.1)
    size = sum(path.stat().st_size for path in options.home.rglob("*") if path.is_file())
    print(f"A home of {size / 1e6:,.0f} MB, {options.calls} calls, Python {platform.python_version()}")
    print(told("bare interpreter", bare))
    print(told("tokens statusline", ours))
    print(ours[-1].said)


if __name__ == "__main__":
    main()
