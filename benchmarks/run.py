"""Measures token-dashboard on generated logs of five agents, side by side with other programs for them.

    python benchmarks/run.py [--rounds 5] [--requests 100000] [--ccusage FOLDER] [--tokscale FOLDER]

The programs run one after the other, round by round, so that a noisy machine is unkind to all of them: read
the ratios first. What each counts is compared with the truth of the corpus, which its generator knows.
"""

import argparse
import asyncio
import json
import os
import platform
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from contestants import CAT, CCUSAGE, COUNTED, TOKENS, TOKSCALE, Contestant, Counts, contestants
from generate import DATA, TRUTH, generate_five, this_hour
from programs import Home, Run, run, tokens
from scenes import CHANGED_FILES, Measured, as_left, changing, from_disk, from_nothing, measure

SEED = 1
ASKED = 200
STARTS = 15
TINY = 400


@dataclass(slots=True)
class Table:
    """Lines of cells under a head."""

    head: tuple[str, ...]
    rows: list[tuple[str, ...]] = field(default_factory=list)

    def add(self, *cells: str) -> None:
        self.rows.append(cells)

    def as_text(self, *, markdown: bool) -> str:
        if markdown:
            lines = [self.head, ("---",) * len(self.head), *self.rows]
            return "\n".join(f"| {' | '.join(row)} |" for row in lines)
        plain = [[cell.replace("**", "").replace("`", "") for cell in row] for row in (self.head, *self.rows)]
        wide = [max(map(len, column)) for column in zip(*plain, strict=True)]
        return "\n".join(
            "  ".join(cell.ljust(width) for cell, width in zip(row, wide, strict=True)).rstrip()
            for row in plain
        )


def corpus(home: Path, requests: int) -> dict[str, Any]:
    """The truth of the generated home, which is made anew when another one is wanted or it is a day old."""
    try:
        truth: dict[str, Any] = json.loads((home / TRUTH).read_text())
        wanted = "total" in truth and 0 <= truth["total"]["requests"] - requests < requests / 10
        if wanted and (this_hour() - datetime.fromisoformat(truth["until"])).days < 1:
            return truth
    except FileNotFoundError:
        pass
    print("Writing the logs …", file=sys.stderr)
    return generate_five(home, requests=requests, seed=SEED, until=this_hour())


def verdict(counts: Counts, truth: Mapping[str, int]) -> str:
    wrong = [
        f"{name} {(counts[name] / truth[name] - 1) * 100:+.2f} %"
        for name in COUNTED
        if counts[name] != truth[name]
    ]
    return ", ".join(wrong) if wrong else "equal to the truth"


def scanned(
    who: Sequence[Contestant], truth: Mapping[str, int], until: str, rounds: int
) -> tuple[list[Measured], Table]:
    """Every situation over one corpus, and what each program counted before and after files changed."""
    logs = who[0].home.logs
    counted = Table(("counted", "at first", f"after {CHANGED_FILES} files had changed"))
    found = [
        measure("First scan", who, rounds, from_nothing),
        measure("First scan, logs on the disk", who, rounds, from_disk),
    ]
    judged = [one for one in who if one.counts]
    at_first = [verdict(one.counts(one.run(), one.home), truth) for one in judged if one.counts]
    found.append(measure("Second scan", who, rounds, as_left))
    with changing(logs, until) as append:
        more: list[dict[str, int]] = []

        def prepare(one: Contestant) -> None:
            del one
            more.extend(append())

        found.append(measure(f"{CHANGED_FILES} files have changed", who, rounds, prepare))
        grown = {name: truth[name] + sum(one[name] for one in more) for name in COUNTED}
        later = [verdict(one.counts(one.run(), one.home), grown) for one in judged if one.counts]
    for one, first, after in zip(judged, at_first, later, strict=True):
        counted.add(one.name, first, after)
    return found, counted


def compared(found: Sequence[Measured]) -> tuple[Table, Table]:
    """What each run took, and the ratios of CPU time and wall time."""
    names = [name for name in (TOKENS, CCUSAGE, TOKSCALE, CAT) if name in found[0].runs]
    taken = Table(("CPU, wall, peak memory", *names))
    ratios = Table(("ours to", *(f"{name}, {what}" for name in names[1:] for what in ("CPU", "wall"))))
    for one in found:
        taken.add(one.title, *(one.figures(name) for name in names))
        pairs = [one.ratio(name, of) for name in names[1:] for of in (_cpu, _wall)]
        ratios.add(one.title, *pairs)
    return taken, ratios


def _cpu(one: Run) -> float:
    return one.cpu_s


def _wall(one: Run) -> float:
    return one.wall_s


def percentiles(taken: list[float]) -> str:
    ordered = sorted(taken)
    p50, p95 = (ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1_000 for share in (0.5, 0.95))
    return f"p50 {p50:.2f} ms, p95 **{p95:.2f} ms**"


async def answers(table: Table, home: Home) -> None:
    # Imported late: a program's peak memory is never told as less than that of the process that starts it.
    from latency import chat_s, gateway, method_s  # noqa: PLC0415 - see above

    async with gateway(tokens(), home) as client:
        await chat_s(client, "/tokens", 5)
        table.add("`/tokens` over the WebSocket", percentiles(await chat_s(client, "/tokens", ASKED)))
        cached = await method_s(client, "token-dashboard.cached", ASKED)
        table.add("`token-dashboard.cached` over the WebSocket", percentiles(cached))


def starts(table: Table, home: Home) -> None:
    """``tokens status`` against an interpreter that does nothing, in pairs."""
    taken = []
    run([tokens(), "status"], home)
    for _ in range(STARTS):
        bare = run([sys.executable, "-c", "pass"], home).wall_s
        taken.append((run([tokens(), "status"], home).wall_s - bare, bare))
    over, bare = (statistics.median(column) * 1_000 for column in zip(*taken, strict=True))
    least = min(taken)[0] * 1_000
    table.add(
        "`tokens status` over a bare interpreter",
        f"**{over:.0f} ms** (least {least:.0f}; the interpreter alone {bare:.0f})",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5, help="how often each situation is measured")
    parser.add_argument("--corpus", type=Path, default=DATA / "five", help="where the logs are or will be")
    parser.add_argument("--ccusage", default=os.environ.get("CCUSAGE"), help="its program or node_modules")
    parser.add_argument("--tokscale", default=os.environ.get("TOKSCALE"), help="its program or node_modules")
    parser.add_argument("--markdown", action="store_true")
    given = parser.parse_args()
    truth = corpus(given.corpus, given.requests)
    files = [path.stat().st_size for path in given.corpus.rglob("*") if path.is_file()]
    about = Table(("", "measured"))
    about.add(
        "Corpus", f"{len(files):,} files, {sum(files) / 1e6:,.0f} MB, {truth['total']['requests']:,} requests"
    )
    system = f"{platform.system()} {platform.machine()}"
    about.add("Machine", f"{system}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        who = contestants(scratch / "whole", given.corpus, given.ccusage, given.tokscale)
        found, counted = scanned(who, truth["total"], truth["until"], given.rounds)
        ours = who[0].home
        about.add(
            "Ledger",
            f"{ours.size() / 1e6:.1f} MB, {ours.size() / truth['total']['requests']:.0f} bytes a request",
        )
        generate_five(scratch / "logs", requests=TINY, seed=SEED, until=this_hour())
        few = contestants(scratch / "tiny", scratch / "logs", given.ccusage, given.tokscale)
        found.append(measure(f"First scan of {TINY} requests", few, given.rounds, from_nothing))
        found.append(measure(f"Second scan of {TINY} requests", few, given.rounds, as_left))
        starts(about, ours)
        asyncio.run(answers(about, ours))
    for table in (about, *compared(found), counted):
        print(table.as_text(markdown=given.markdown), end="\n\n")


if __name__ == "__main__":
    main()
