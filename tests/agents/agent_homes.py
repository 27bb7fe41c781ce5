"""Homes of agents for tests: copied fixtures, what a ledger makes of them, bad neighbours for good lines."""

import json
import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from token_dashboard.agents._contract import AgentLog
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.scan import Reject
from token_dashboard.model.usage import UsageEvent, group_of, merge_group

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


def copy_fixture(agent: AgentLog, folder: Path) -> Path:
    """The agent's fixture home, its files written in the order of their paths."""
    home = folder / agent.id
    shutil.copytree(FIXTURES / agent.id, home)
    for second, path in enumerate(sorted(path for path in home.rglob("*") if path.is_file())):
        os.utime(path, (1_795_000_000 + second, 1_795_000_000 + second))
    return home


def file_at(path: Path) -> LogFile:
    status = path.stat()
    return LogFile(str(path), status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


def log_paths(agent: AgentLog, home: Path) -> list[Path]:
    return [Path(file.path) for file in agent.find(home)]


def rewrite(path: Path, change: Callable[[bytes], bytes]) -> None:
    path.write_bytes(change(path.read_bytes()))


def between_lines(*bad: bytes) -> Callable[[bytes], bytes]:
    """Bad lines before, between and after the good ones of a file."""
    block = b"".join(line + b"\n" for line in bad)
    return lambda content: block + b"".join(line + block for line in content.splitlines(keepends=True))


def spaced(content: bytes) -> bytes:
    """The same objects, written with a space after each colon and comma."""
    return b"".join(json.dumps(json.loads(line)).encode() + b"\n" for line in content.splitlines())


def with_strange_strings(content: bytes) -> bytes:
    """Bad UTF-8, half a surrogate pair and control bytes in a text that nobody reads."""
    strange = b'{"strangeText":"\xff\xfe \xc3( \\ud83d \x01\x00 \\\\ud800 \\ud83d\\ude00",'
    return b"".join(strange + line.removeprefix(b"{") for line in content.splitlines(keepends=True))


def with_a_line_of(size: int) -> Callable[[bytes], bytes]:
    long = b'{"padding":"' + b"x" * size + b'"}\n'
    return lambda content: content.replace(b"\n", b"\n" + long, 1)


GARBAGE = b'{"type":"assist'
NUL_BYTES = b"\x00" * 512
NO_OBJECTS = (b"[]", b"null", b'"a string"', b"12", b"true")

KEEPS_EVERY_REQUEST: dict[str, tuple[Callable[[bytes], bytes], int]] = {
    "byte order mark": (lambda content: b"\xef\xbb\xbf" + content, 0),
    "CRLF": (lambda content: content.replace(b"\n", b"\r\n"), 0),
    "blank lines": (between_lines(b"", b"  \t", b"\r"), 0),
    "spaces after colons": (spaced, 0),
    "no final newline": (lambda content: content.removesuffix(b"\n"), 0),
    "strange strings": (with_strange_strings, 0),
    "a line of 60 MB": (with_a_line_of(60_000_000), 0),
    "torn lines": (between_lines(GARBAGE), 1),
    "lines of NUL": (between_lines(NUL_BYTES), 1),
    "bad UTF-8 alone": (between_lines(b"\xff\xfe\x80"), 1),
    "no objects": (between_lines(*NO_OBJECTS), len(NO_OBJECTS)),
    "deep nesting": (between_lines(b"[" * 100_000), 1),
}
"""What loses no request when it is done to a file; and the rejects it makes beside each good line."""
