"""Homes of agents for tests: copied fixtures, and what a ledger makes of them."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import zstd_here as zstd

from token_dashboard.agents._contract import AgentLog, discover
from token_dashboard.model.attribution import NOBODY
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.scan import Reject
from token_dashboard.model.usage import MAX_TOKENS, UsageEvent, group_of, merge_group

FIXTURES = Path(__file__).parents[1] / "fixtures" / "agents"


@dataclass
class Reader:
    """Reads a home as the scanner does: unchanged files are passed over, cursors and records are kept."""

    agent: AgentLog
    home: Path
    cursors: dict[str, Cursor] = field(default_factory=dict)
    records: list[UsageEvent] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    bytes_read: int = 0

    def scan(self, order: Callable[[list[LogFile]], Iterable[LogFile]] = iter) -> list[UsageEvent]:
        """What this scan found, unmerged."""
        found: list[UsageEvent] = []
        self.opened, self.bytes_read = [], 0
        for file in order(list(self.agent.find(self.home))):
            seen = self.cursors.get(file.path)
            if seen is not None and seen.file == file:
                continue
            self.opened.append(file.path)
            for piece in self.agent.read(file, seen):
                if piece.is_restart:
                    self.rejects = [reject for reject in self.rejects if reject.path != file.path]
                found += piece.events
                self.rejects += piece.rejects
                self.bytes_read += piece.bytes_read
                self.cursors[file.path] = piece.cursor
        self.records += found
        return found

    @property
    def requests(self) -> list[UsageEvent]:
        """What counts of all records so far, by time."""
        ordered = sorted(self.records, key=lambda event: group_of(event.key))
        groups = groupby(ordered, key=lambda event: group_of(event.key))
        counted = [event for _, group in groups for event in merge_group(list(group))]
        return sorted(counted, key=lambda event: (event.time_ms, event.key))

    @property
    def totals(self) -> dict[str, int]:
        return totals(self.requests)


def read(agent: AgentLog, home: Path) -> Reader:
    reader = Reader(agent, home)
    reader.scan()
    return reader


def totals(events: Iterable[UsageEvent]) -> dict[str, int]:
    events = list(events)
    return {
        "requests": len(events),
        "input": sum(e.input_tokens for e in events),
        "cache_read": sum(e.cache_read_input_tokens for e in events),
        "cache_creation": sum(e.cache_creation_input_tokens for e in events),
        "cache_creation_1h": sum(e.cache_creation_1h_input_tokens for e in events),
        "output": sum(e.output_tokens for e in events),
        "web_searches": sum(e.web_searches for e in events),
    }


def figures(events: Iterable[UsageEvent]) -> list[UsageEvent]:
    """Events without their owner, who is the one of the record that was read first."""
    return [event._replace(attribution=NOBODY) for event in events]


def copy_fixture(agent: AgentLog, folder: Path) -> Path:
    """The agent's fixture home, its files written in the order of their paths.

    ``<name>.sql`` becomes the database ``<name>``; ``<name>.zst.plain`` is compressed into ``<name>.zst``,
    and ``<name>.zstd.plain`` into ``<name>.zstd``.
    """
    home = folder / agent.id
    shutil.copytree(FIXTURES / agent.id, home)
    for script in home.rglob("*.sql"):
        make_database(script.with_suffix(""), script.read_text())
        script.unlink()
    for plain in [*home.rglob("*.zst.plain"), *home.rglob("*.zstd.plain")]:
        plain.with_suffix("").write_bytes(zstd.compress(plain.read_bytes()))
        plain.unlink()
    for second, path in enumerate(sorted(path for path in home.rglob("*") if path.is_file())):
        os.utime(path, (1_795_000_000 + second, 1_795_000_000 + second))
    return home


def make_database(path: Path, script: str) -> None:
    """A database in WAL mode that its program has closed. ``zstd(text)`` can be used in the script."""
    with closing(sqlite3.connect(path)) as database:
        database.create_function("zstd", 1, lambda text: zstd.compress(text.encode()))
        database.execute("pragma journal_mode = wal")
        database.executescript(script)


def kind_of(path: Path) -> str:
    """What kind of log a file is, which says what can be wrong with it."""
    with path.open("rb") as log:
        if log.read(15) == b"SQLite format 3":
            return "database"
    if path.suffix in {".zst", ".zstd"}:
        return "compressed"
    if ".jsonl" in path.name:
        return "lines"
    return "document" if path.suffix == ".json" else "other"


@cache
def kinds(agent: AgentLog) -> tuple[str, ...]:
    """The kinds of files in the agent's fixture home."""
    if not (FIXTURES / agent.id).exists():
        return ()  # which a test of its own complains about
    with TemporaryDirectory() as folder:
        home = copy_fixture(agent, Path(folder))
        return tuple(sorted({kind_of(path) for path in log_paths(agent, home)}))


def every_log(*wanted: str) -> pytest.MarkDecorator:
    """Parametrises a test over the agents and each kind of file that they leave, or over some kinds."""
    cases = [(agent, kind) for agent in discover() for kind in kinds(agent) if kind in wanted or not wanted]
    return pytest.mark.parametrize(
        ("agent", "kind"), [pytest.param(agent, kind, id=f"{agent.id}-{kind}") for agent, kind in cases]
    )


def newest(agent: AgentLog, home: Path, kind: str) -> Path:
    """The log file of a kind that was written last."""
    return [path for path in log_paths(agent, home) if kind_of(path) == kind][-1]


def file_at(path: Path) -> LogFile:
    status = path.stat()
    return LogFile(str(path), status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


def assert_possible(events: Iterable[UsageEvent]) -> None:
    """No event says what cannot be."""
    for event in events:
        cached = event.cache_read_input_tokens + event.cache_creation_input_tokens
        assert 0 <= cached <= event.input_tokens <= 4 * MAX_TOKENS
        assert 0 <= event.cache_creation_1h_input_tokens <= event.cache_creation_input_tokens
        assert 0 <= event.reasoning_output_tokens <= event.output_tokens <= 3 * MAX_TOKENS
        assert event.recorded_cost_nanos is None or 0 <= event.recorded_cost_nanos < 2**63
        assert 1_577_836_800_000 <= event.time_ms < 4_102_444_800_000


def log_paths(agent: AgentLog, home: Path) -> list[Path]:
    return [Path(file.path) for file in agent.find(home)]


def rewrite(path: Path, change: Callable[[bytes], bytes]) -> None:
    path.write_bytes(change(path.read_bytes()))
