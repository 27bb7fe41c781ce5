"""Measures token-dashboard on generated logs, side by side with ccusage where that is installed.

    python benchmarks/run.py [--ccusage FOLDER] [--markdown]

Two programs are compared in pairs, one after the other, so that a noisy machine is unkind to both: read the
ratios first. The totals of both are compared with the truth of the corpus, which its generator knows.
"""

import argparse
import asyncio
import json
import os
import platform
import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from claude_code_log import COUNTS
from generate import DATA, TRUTH, generate, one_more_line, this_hour
from latency import chat_s, gateway, method_s
from programs import Home, Run, native_ccusage, run, tokens

SEED = 1
ASKED = 200
STARTS = 15

Action: TypeAlias = Callable[[], Run]


@dataclass(slots=True)
class Table:
    """What was measured: a title, a figure, a target where there is one."""

    rows: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, what: str, figure: str, target: str = "") -> None:
        self.rows.append((what, figure, target))
        print(f"{what}: {figure}", file=sys.stderr, flush=True)

    def as_text(self, *, markdown: bool) -> str:
        if markdown:
            head = ["| | measured | target |", "|---|---|---|"]
            return "\n".join([*head, *(f"| {' | '.join(row)} |" for row in self.rows)])
        wide = max(len(row[0]) for row in self.rows)
        middle = max(len(row[1]) for row in self.rows)
        return "\n".join(f"{a:<{wide}}  {b:<{middle}}  {c}".rstrip() for a, b, c in self.rows)


def corpus(files: int, messages: int) -> tuple[Path, dict[str, Any]]:
    """The generated home, made anew when another one is wanted, or when it is more than a day old."""
    home = DATA / "home"
    try:
        truth = json.loads((home / TRUTH).read_text())
        wanted = (files, messages, SEED) == (truth["files"], truth["messages"], truth["seed"])
        if wanted and (this_hour() - datetime.fromisoformat(truth["until"])).days < 1:
            return home, truth
    except FileNotFoundError:
        pass
    print("Writing the logs …", file=sys.stderr)
    return home, generate(home, files=files, messages=messages, seed=SEED, until=this_hour())


def our_counts(home: Home) -> dict[str, int]:
    total = json.loads(run([tokens(), "report", "--json", "--since", "2000-01-01"], home).output)["total"]
    return {name: total[name] for name in COUNTS}


def ccusage_counts(output: str) -> dict[str, int]:
    """The totals of ccusage in our words: its classes stand beside each other, and it counts no requests."""
    total = json.loads(output)["totals"]
    return {
        "inputTokens": total["inputTokens"] + total["cacheReadTokens"] + total["cacheCreationTokens"],
        "cacheReadInputTokens": total["cacheReadTokens"],
        "cacheCreationInputTokens": total["cacheCreationTokens"],
        "outputTokens": total["outputTokens"],
    }


def verdict(counts: dict[str, int], truth: dict[str, Any]) -> str:
    wrong = [f"{name} {count - truth[name]:+,}" for name, count in counts.items() if count != truth[name]]
    return "WRONG: " + ", ".join(wrong) if wrong else f"equal to the truth in {len(counts)} counts"


def pairs(times: int, ours: Action, theirs: Action | None) -> list[tuple[Run, Run | None]]:
    """Ours and theirs in turn; who begins changes from pair to pair."""
    found: list[tuple[Run, Run | None]] = []
    for number in range(times):
        first = theirs() if theirs and number % 2 else None
        mine = ours()
        found.append((mine, first or (theirs() if theirs else None)))
    return found


def figures(runs: list[Run]) -> str:
    cpu = [one.cpu_s for one in runs]
    wall = [one.wall_s for one in runs]
    peak = max(one.peak_mib for one in runs)
    return (
        f"CPU {min(cpu):.2f} / {statistics.median(cpu):.2f} s, "
        f"wall {min(wall):.2f} / {statistics.median(wall):.2f} s, peak {peak:.0f} MiB"
    )


def compare(table: Table, what: str, found: list[tuple[Run, Run | None]], target: str = "") -> None:
    table.add(f"{what}, tokens", figures([mine for mine, _ in found]))
    theirs = [other for _, other in found if other]
    if theirs:
        ratios = [mine.cpu_s / other.cpu_s for mine, other in found if other]
        table.add(f"{what}, ccusage", figures(theirs))
        table.add(
            f"{what}, CPU ratio",
            f"**{statistics.median(ratios):.2f}** ({min(ratios):.2f} to {max(ratios):.2f})",
            target,
        )


def percentiles(taken: list[float]) -> str:
    ordered = sorted(taken)
    p50, p95 = (ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1_000 for share in (0.5, 0.95))
    return f"p50 {p50:.2f} ms, p95 **{p95:.2f} ms**"


def scans(
    table: Table, logs: Path, truth: dict[str, Any], ours: Home, ccusage: str | None, times: int
) -> None:
    """Cold, warm and after one appended line, and whether the totals are true before and after."""
    scan = [tokens(), "scan", "--json"]
    theirs_home = Home(ours.folder.with_name("ccusage-home"), logs)
    theirs_home.empty()

    rival: Action | None = None
    if ccusage:
        rival = partial(run, [ccusage, "claude", "daily", "--json", "--offline"], theirs_home)
        table.add("Totals, ccusage", verdict(ccusage_counts(rival().output), truth))
    else:
        table.add("ccusage", "not installed here (npm install ccusage@20.0.24): nothing to compare with")

    def cold() -> Run:
        ours.empty()
        return run(scan, ours)

    def warm() -> Run:
        return run(scan, ours)

    grown = max((logs / ".claude").rglob("*.jsonl"), key=lambda path: path.stat().st_size)
    as_it_was = grown.stat()
    appended: list[dict[str, Any]] = []

    def after_a_line() -> Run:
        line, more = one_more_line(len(appended), datetime.fromisoformat(truth["until"]))
        with grown.open("ab") as opened:
            opened.write(line)
        appended.append(more)
        return run(scan, ours)

    compare(table, "Cold scan", pairs(times, cold, rival), "≤ 0.8")
    table.add("Totals, tokens", verdict(our_counts(ours), truth))
    table.add("Ledger", f"{ours.size() / 1e6:.1f} MB, {ours.size() / truth['requests']:.0f} bytes a request")
    compare(table, "Warm scan", pairs(times, warm, rival), "≤ 0.05")
    try:
        compare(table, "Scan after one appended line", pairs(times, after_a_line, rival))
        grown_truth = {name: truth[name] + sum(more[name] for more in appended) for name in COUNTS}
        table.add("Totals after the appended lines", verdict(our_counts(ours), grown_truth))
    finally:
        os.truncate(grown, as_it_was.st_size)
        os.utime(grown, ns=(as_it_was.st_atime_ns, as_it_was.st_mtime_ns))


async def answers(table: Table, home: Home) -> None:
    async with gateway(tokens(), home) as client:
        await chat_s(client, "/tokens", 5)
        table.add("`/tokens` over the WebSocket", percentiles(await chat_s(client, "/tokens", ASKED)))
        cached = await method_s(client, "token-dashboard.cached", ASKED)
        table.add("`token-dashboard.cached` over the WebSocket", percentiles(cached), "p95 ≤ 5 ms")


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
        "≤ 150 ms",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--files", type=int, default=1_000)
    parser.add_argument("--messages", type=int, default=100, help="requests a file")
    parser.add_argument("--pairs", type=int, default=5, help="how often each scan is measured")
    parser.add_argument(
        "--ccusage", default=os.environ.get("CCUSAGE"), help="its program, or its node_modules"
    )
    parser.add_argument("--markdown", action="store_true")
    given = parser.parse_args()
    logs, truth = corpus(given.files, given.messages)
    table = Table()
    table.add(
        "Corpus",
        f"{truth['files']:,} files, {truth['lines']:,} lines, {truth['bytes'] / 1e6:,.0f} MB, "
        f"{truth['requests']:,} requests",
    )
    system = f"{platform.system()} {platform.machine()}"
    table.add("Machine", f"{system}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        ours = Home(scratch / "home", logs)
        scans(table, logs, truth, ours, native_ccusage(given.ccusage, scratch), given.pairs)
        starts(table, ours)
        asyncio.run(answers(table, ours))
    text = table.as_text(markdown=given.markdown)
    print(text if given.markdown else text.replace("**", "").replace("`", ""))


if __name__ == "__main__":
    main()
