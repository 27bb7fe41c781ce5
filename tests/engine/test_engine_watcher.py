import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from token_dashboard.engine.watcher import LogWatch
from token_dashboard.model.cursor import LogFile

SOON_S = 3.0
LONG_AGO = (1_600_000_000, 1_600_000_000)


def a_log(path: Path, *, is_old: bool = False) -> LogFile:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{}\n")
    if is_old:
        os.utime(path, LONG_AGO)
    status = path.stat()
    return LogFile(str(path), status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


@asynccontextmanager
async def running(home: Path, files: Sequence[LogFile]) -> AsyncIterator[LogWatch]:
    watch = LogWatch()
    watch.walked("claude-code", [str(home)], files)
    watch.walked("absent", [str(home / "absent")], [])
    tasks = [asyncio.create_task(watch.listen()), asyncio.create_task(watch.glance())]
    yield watch
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


@asynccontextmanager
async def watching(home: Path, files: Sequence[LogFile]) -> AsyncIterator[LogWatch]:
    """A watch that has begun, of which it tells by its first news."""
    async with running(home, files) as watch:
        assert "claude-code" in await told(watch)
        yield watch


async def told(watch: LogWatch) -> frozenset[str]:
    async with asyncio.timeout(SOON_S):
        return await watch.changed()


@pytest.fixture
def silent_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine whose watches are used up, as far as the watch can tell."""
    monkeypatch.setitem(sys.modules, "watchfiles", None)


def grow(path: Path) -> None:
    with path.open("a") as log:
        log.write("{}\n")


async def test_a_line_in_the_oldest_of_many_files_is_noticed(tmp_path: Path) -> None:
    old = tmp_path / "shop" / "old.jsonl"
    files = [a_log(tmp_path / "shop" / f"{number}.jsonl") for number in range(50)]
    async with watching(tmp_path, [a_log(old, is_old=True), *files]) as watch:
        grow(old)
        assert await told(watch) == {"claude-code"}


async def test_a_new_file_in_a_new_folder_is_noticed(tmp_path: Path) -> None:
    async with watching(tmp_path, [a_log(tmp_path / "shop" / "a.jsonl")]) as watch:
        a_log(tmp_path / "farm" / "b.jsonl")
        assert await told(watch) == {"claude-code"}


async def test_what_is_written_elsewhere_in_a_home_wakes_nobody(tmp_path: Path) -> None:
    (tmp_path / "snapshots").mkdir()
    async with watching(tmp_path, [a_log(tmp_path / "shop" / "a.jsonl")]) as watch:
        a_log(tmp_path / "snapshots" / "object")
        with pytest.raises(TimeoutError):
            await told(watch)


async def test_folders_of_a_later_walk_are_watched(tmp_path: Path) -> None:
    async with watching(tmp_path, []) as watch:
        files = [a_log(tmp_path / "shop" / f"{number}.jsonl") for number in range(50)]
        old = a_log(tmp_path / "farm" / "old.jsonl", is_old=True)
        await told(watch)
        watch.walked("claude-code", [str(tmp_path)], [old, *files])
        await told(watch)
        grow(Path(old.path))
        assert await told(watch) == {"claude-code"}


@pytest.mark.parametrize("grows", ["a.db", "a.db-wal"])
async def test_without_the_kernel_the_files_that_were_written_last_are_looked_at(
    tmp_path: Path, silent_kernel: None, grows: str
) -> None:
    async with running(tmp_path, [a_log(tmp_path / "shop" / "a.db")]) as watch:
        await asyncio.sleep(1.5)
        grow(tmp_path / "shop" / grows)
        assert await told(watch) == {"claude-code"}
