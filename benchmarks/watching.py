"""Measures ``tokens serve`` over many log files: what it costs with nothing to do, and how soon a line shows.

    python benchmarks/watching.py [--files 10000] [--folders 500] [--seconds 60]

Reads ``/proc``, so on Linux only.
"""

import argparse
import json
import os
import random
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

LINES = 10
PATIENCE_S = 60


def line(name: str) -> str:
    usage = {"input_tokens": 100, "output_tokens": 10}
    message = {"id": f"msg_{name}", "role": "assistant", "model": "claude-opus-4-5", "usage": usage}
    told = {"type": "assistant", "sessionId": name, "requestId": f"req_{name}", "message": message}
    return json.dumps({**told, "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}) + "\n"


def written(home: Path, files: int, folders: int) -> list[Path]:
    """Sessions of one request each; all but the last few were written long ago."""
    made = []
    for number in range(files):
        path = home / ".claude" / "projects" / f"-project-{number % folders}" / f"{number}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(line(str(number)))
        os.utime(path, (time.time() - 86_400 - number,) * 2)
        made.append(path)
    return made


def counted(url: str) -> int:
    request = Request(f"{url}/rpc/token-dashboard.cached", method="POST", data=b"{}")  # noqa: S310 - our own
    with urlopen(request) as response:  # noqa: S310 - our own gateway
        answer: dict[str, Any] = json.load(response)
    return int(answer.get("payload", answer)["today"]["requests"])


def waited(url: str, requests: int) -> float:
    began = time.monotonic()
    while counted(url) < requests:
        if time.monotonic() - began > PATIENCE_S:
            sys.exit("a line was never shown")
        time.sleep(0.02)
    return time.monotonic() - began


def cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_mib(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.findall(r"VmRSS:\s*(\d+)", status)[0]) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--folders", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=60.0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        files = written(home, given.files, given.folders)
        command = [sys.executable, "-m", "token_dashboard", "serve", "--port", "0"]
        environment = {"HOME": str(home), "PATH": os.environ["PATH"], "TZ": "UTC"}
        pipe = subprocess.PIPE
        with subprocess.Popen(command, env=environment, stderr=pipe, stdin=subprocess.DEVNULL) as service:
            said = service.stderr.readline().decode() if service.stderr else ""
            url = re.findall(r"http://\S+", said)[0]
            waited(url, len(files))
            time.sleep(5)
            before, began = cpu_s(service.pid), time.monotonic()
            time.sleep(given.seconds)
            share = (cpu_s(service.pid) - before) / (time.monotonic() - began)
            print(f"CPU with nothing to do   {share:.2%}")
            took = []
            for number in range(LINES):
                with random.choice(files).open("a") as log:
                    log.write(line(f"new-{number}"))
                took.append(waited(url, len(files) + number + 1))
                time.sleep(2)
            print(f"A line shows after       median {statistics.median(took):.2f} s, most {max(took):.2f} s")
            print(f"Memory                   {memory_mib(service.pid):.0f} MiB")
            service.send_signal(signal.SIGTERM)


if __name__ == "__main__":
    main()
