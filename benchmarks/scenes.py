"""The situations in which the programs are measured, each in rounds: one run of every program a round."""

import os
import statistics
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from contestants import TOKENS, Contestant
from generate import one_more_line
from programs import Run

CHANGED_FILES = 50

Prepare = Callable[[Contestant], None]


@dataclass(frozen=True, slots=True)
class Measured:
    """All runs in one situation, by program, in the order of the rounds."""

    title: str
    runs: dict[str, list[Run]]

    def ratio(self, other: str, of: Callable[[Run], float]) -> str:
        """Ours to another's, round by round: the median, with the least and the greatest."""
        if other not in self.runs:
            return ""
        ours, theirs = self.runs[TOKENS], self.runs[other]
        ratios = [of(mine) / of(one) for mine, one in zip(ours, theirs, strict=True)]
        return f"**{statistics.median(ratios):.2f}** ({min(ratios):.2f} to {max(ratios):.2f})"

    def figures(self, name: str) -> str:
        runs = self.runs[name]
        cpu = statistics.median(one.cpu_s for one in runs)
        wall = statistics.median(one.wall_s for one in runs)
        return f"{cpu:.2f} s, {wall:.2f} s, {max(one.peak_mib for one in runs):.0f} MiB"


def measure(title: str, who: Sequence[Contestant], rounds: int, prepare: Prepare) -> Measured:
    """Runs every program once a round; another one begins each time, so that none has the better moment."""
    runs: dict[str, list[Run]] = {one.name: [] for one in who}
    for number in range(rounds):
        turn = number % len(who)
        for one in [*who[turn:], *who[:turn]]:
            prepare(one)
            runs[one.name].append(one.run())
    print(f"{title}: done", file=sys.stderr, flush=True)
    return Measured(title, runs)


def from_nothing(one: Contestant) -> None:
    """As on a computer where the program never ran."""
    one.home.empty()


def from_disk(one: Contestant) -> None:
    """The same, and the logs have to be read from the disk, as far as the system lets go of them."""
    one.home.empty()
    for path in one.home.logs.rglob("*"):
        if path.is_file():
            opened = os.open(path, os.O_RDONLY)
            os.posix_fadvise(opened, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(opened)


def as_left(_: Contestant) -> None:
    """As the run before left it."""


@contextmanager
def changing(logs: Path, until: str) -> Iterator[Callable[[], list[dict[str, int]]]]:
    """Gives what appends a reply to each of some files and tells the truth of it; undone at the end."""
    files = sorted((logs / ".claude").rglob("*.jsonl"))[:CHANGED_FILES]
    before = [path.stat() for path in files]
    time = datetime.fromisoformat(until)
    number = 0

    def append() -> list[dict[str, int]]:
        nonlocal number
        told = []
        for path in files:
            line, truth = one_more_line(number, time)
            number += 1
            with path.open("ab") as opened:
                opened.write(line)
            told.append(truth)
        return told

    try:
        yield append
    finally:
        for path, status in zip(files, before, strict=True):
            os.truncate(path, status.st_size)
            os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
