"""Times reports over a year of a million requests, straight from a ledger.

Makes a ledger of sessions of a hundred requests each, five agents, eight models and twelve projects, spread
over a year; asks for several reports in this process (the question alone) and with ``tokens`` (everything
from its start to the table), and prints the least of several, by the clock and of CPU, which others on the
machine disturb less. ``--ledger`` keeps the ledger in a place, and uses the one that is there.
"""

import argparse
import asyncio
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from token_dashboard.engine.history import History
from token_dashboard.ledger import Ledger, open_ledger
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.clock import SystemClock
from token_dashboard.model.period import DAY_MS
from token_dashboard.model.report import Dimension
from token_dashboard.model.report_request import ReportRequest
from token_dashboard.model.stretch import last_days
from token_dashboard.model.usage import UsageEvent, event_key

SESSION_REQUESTS = 100
BATCH = 10_000
ZONE = ZoneInfo("Europe/Berlin")
MODELS = (
    ("anthropic", "claude-opus-4-5"),
    ("anthropic", "claude-sonnet-4-5"),
    ("anthropic", "claude-haiku-4-5"),
    ("openai", "gpt-5.2"),
    ("openai", "gpt-5.2-mini"),
    ("google", "gemini-3-pro"),
    ("moonshot", "kimi-k2"),
    ("deepseek", "deepseek-v3.2"),
)
AGENTS = ("claude-code", "codex", "gemini-cli", "opencode", "openclaw")
REPORTS = (
    ("day", None),
    ("month", None),
    ("model", None),
    ("month,model", None),
    ("project,branch", None),
    ("week,agent", None),
    ("session", 50),
    ("session", None),
    ("agent,model,day", 50),
    ("agent,model,day", None),
    ("hour", 20),
    ("hour", None),
    ("hour,day,machine", None),
    ("session,day", None),
    ("hour,project,day", None),
)
"""``--by`` and ``--limit``."""
OTHERS = (
    "whatif --map claude-opus-4-5=claude-sonnet-4-5",
    "whatif --map claude-opus-4-5=claude-sonnet-4-5 --last 365d",
    "insights --last 365d",
    "compare --last 180d",
    "plan --paid 100",
    "blocks --recent",
    "blocks",
    "graph",
    "invisible",
    "explain month",
    "explain --model claude-opus-4-5",
    "ledger stats",
    "audit",
    "ledger check",
)
"""Commands that look at single requests, or at every hour of the year."""
EXPORTS = tuple(f"ledger export --format {form}" for form in ("focus", "jsonl", "csv", "sql"))
"""Commands that write all of it; each is run once."""


class Taken(NamedTuple):
    """The least milliseconds, by the clock and of CPU."""

    wall: float
    cpu: float


class Asked(NamedTuple):
    """The least milliseconds of one question."""

    wall: float
    cpu: float
    database: float
    """Of it CPU of the thread in which SQLite works and hands over its rows."""


def events(count: int, end_ms: int) -> Iterator[list[UsageEvent]]:
    """Batches of requests, session after session, oldest session first."""
    chance = random.Random(7)
    sessions = count // SESSION_REQUESTS
    batch: list[UsageEvent] = []
    for session in range(sessions):
        start_ms = end_ms - 365 * DAY_MS + session * (365 * DAY_MS - DAY_MS // 4) // sessions
        agent, provider, model = chance.choice(AGENTS), *chance.choice(MODELS)
        owner = Attribution(
            project=f"/home/ada/project-{chance.randrange(12)}",
            branch=chance.choice(("main", "main", "next", "fix")),
            session=f"{chance.getrandbits(128):032x}",
            trigger="human",
        )
        time_ms = start_ms
        for request in range(SESSION_REQUESTS):
            time_ms += chance.randrange(5_000, 120_000)
            read, created = chance.randrange(20_000, 150_000), chance.randrange(200, 3_000)
            batch.append(
                UsageEvent(
                    key=event_key(agent, f"{session}-{request}"),
                    time_ms=time_ms,
                    source="log",
                    agent=agent,
                    provider=provider,
                    model=model,
                    input_tokens=read + created + chance.randrange(300),
                    cache_read_input_tokens=read,
                    cache_creation_input_tokens=created,
                    output_tokens=chance.randrange(50, 2_000),
                    attribution=owner,
                    list_cost_nanos=chance.randrange(10**6, 10**9),
                    price_date="2025-11-01",
                )
            )
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


async def fill(ledger: Ledger, count: int, end_ms: int) -> None:
    for batch in events(count, end_ms):
        await ledger.usage.record(batch)


async def asked_ms(history: History, ledger: Ledger, asked: ReportRequest, times: int) -> Asked:
    """One question: what is remembered of an earlier one isn't used."""
    taken = []
    for _ in range(times):
        ledger.usage.forget()
        begin, before, own = time.perf_counter(), time.process_time(), time.thread_time()
        await history.answer(asked)
        cpu = time.process_time() - before
        taken.append((time.perf_counter() - begin, cpu, cpu - (time.thread_time() - own)))
    return Asked(*_least(taken))


def command_ms(tokens: str, home: Path, words: str, times: int) -> Taken:
    """A whole command in a home without logs."""
    environment = {**os.environ, "HOME": str(home), "XDG_STATE_HOME": str(home), "TZ": ZONE.key}
    taken = []
    for _ in range(times):
        begin, before = time.perf_counter(), _cpu_s()
        subprocess.run([tokens, *words.split()], env=environment, stdout=subprocess.DEVNULL, check=True)
        taken.append((time.perf_counter() - begin, _cpu_s() - before))
    return Taken(*_least(taken))


def _least(taken: list[tuple[float, ...]]) -> Iterator[float]:
    return (min(figures) * 1000 for figures in zip(*taken, strict=True))


def _cpu_s() -> float:
    """What the children of this process have used so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


async def measure(place: Path, count: int, times: int, *, is_new: bool) -> list[tuple[str, int, Asked]]:
    async with open_ledger(place, SystemClock()) as ledger:
        if is_new:
            await fill(ledger, count, SystemClock().now_ms())
        history = History(ledger, ZONE, SystemClock())
        stretch = last_days(365, history.today())
        rows = []
        for by, limit in REPORTS:
            dimensions = tuple(Dimension(name) for name in by.split(","))
            asked = ReportRequest(by=dimensions, stretch=stretch, limit=limit)
            report = await history.answer(asked)
            rows.append(
                (f"{by}{_limited(limit)}", len(report.rows), await asked_ms(history, ledger, asked, times))
            )
        return rows


def _limited(limit: int | None) -> str:
    return "" if limit is None else f" --limit {limit}"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--requests", type=int, default=1_000_000)
    options.add_argument("--times", type=int, default=5)
    options.add_argument("--ledger", type=Path, help="keep the ledger here, and use the one that is here")
    options.add_argument("--tokens", default=shutil.which("tokens"), help="the program to time")
    given = options.parse_args()
    if given.tokens is None:
        sys.exit("tokens isn't on the PATH.")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        place = given.ledger or home / "year.db"
        is_new = not place.exists()
        rows = asyncio.run(measure(place, given.requests, given.times, is_new=is_new))
        (home / "token-dashboard").mkdir()
        (home / "token-dashboard" / "ledger.db").symlink_to(place.absolute())
        print("| `--by` | rows | question | of it CPU | of it in SQLite | command | of it CPU |")
        print("|---|---|---|---|---|---|---|")
        for by, count, asked in rows:
            whole = command_ms(given.tokens, home, f"report --last 365d --by {by}", given.times)
            figures = " | ".join(f"{figure:.0f} ms" for figure in (*asked, *whole))
            print(f"| `{by}` | {count:,} | {figures} |", flush=True)
        print("\n| `tokens` | command | of it CPU |\n|---|---|---|")
        for words in (*OTHERS, *EXPORTS):
            whole = command_ms(given.tokens, home, words, 1 if words in EXPORTS else given.times)
            print(f"| `{words}` | {whole.wall:.0f} ms | {whole.cpu:.0f} ms |", flush=True)


if __name__ == "__main__":
    main()
