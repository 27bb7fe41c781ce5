"""The scan that needs no event loop: it is one that would have found nothing new, or it isn't done at all."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from engine_wiring import Wiring

from token_dashboard.agents.claude_code import AGENT
from token_dashboard.engine import no_news
from token_dashboard.engine.no_news import PRUNED
from token_dashboard.engine.watched import WatchedAgent
from token_dashboard.model.scan import ScanSummary

DAY_MS = 86_400_000


@pytest.fixture
async def log(wiring: Wiring) -> Path:
    """A log that was scanned, in a ledger that was tidied today."""
    file = wiring.folder / ".claude" / "projects" / "p" / "a.jsonl"
    file.parent.mkdir(parents=True)
    file.write_text(
        '{"type":"assistant","timestamp":"2026-11-22T10:00:00Z","requestId":"r","message":{"id":"msg_1",'
        '"model":"claude-opus-4-5","usage":{"input_tokens":1,"output_tokens":2}}}\n'
    )
    async with wiring.running() as engine:
        await engine.scanner.scan()
        await engine.ledger.notes.set(PRUNED, str(wiring.clock.now_ms()))
    return file


def looked_through(wiring: Wiring, now_ms: int | None = None) -> ScanSummary | None:
    watched = [WatchedAgent(agent=AGENT, homes=(wiring.folder / ".claude",))]
    return no_news.scan(watched, wiring.folder / "ledger.db", now_ms or wiring.clock.now_ms())


@pytest.mark.usefixtures("log")
def test_logs_that_were_read_as_they_are_need_no_reading(wiring: Wiring) -> None:
    assert looked_through(wiring) == ScanSummary(files=1)


@pytest.mark.usefixtures("log")
async def test_it_counts_as_a_scan(wiring: Wiring) -> None:
    wiring.clock.move(seconds=300)
    looked_through(wiring)
    async with wiring.running() as engine:
        assert await engine.scanner.scanned_ms() == wiring.clock.now_ms()


def test_a_line_more_has_to_be_read(wiring: Wiring, log: Path) -> None:
    with log.open("a") as file:
        file.write("{}\n")
    assert looked_through(wiring) is None


def test_a_file_more_has_to_be_read(wiring: Wiring, log: Path) -> None:
    log.with_name("b.jsonl").write_text("")
    assert looked_through(wiring) is None


def test_another_file_of_the_same_size_and_time_has_to_be_read(wiring: Wiring, log: Path) -> None:
    status, text = log.stat(), log.read_text()
    log.rename(log.with_suffix(".old"))
    log.write_text(text)
    os.utime(log, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert looked_through(wiring) is None


def test_a_file_that_is_gone_is_nothing_new(wiring: Wiring, log: Path) -> None:
    log.unlink()
    assert looked_through(wiring) == ScanSummary(files=0)


@pytest.mark.usefixtures("log")
def test_on_a_new_day_there_may_be_old_detail_to_delete(wiring: Wiring) -> None:
    assert looked_through(wiring, wiring.clock.now_ms() + DAY_MS) is None


def test_without_a_ledger_there_is_one_to_make(wiring: Wiring) -> None:
    assert looked_through(wiring) is None


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0 and then nothing", b"notes"])
def test_a_ledger_that_is_none_is_left_to_who_opens_it_with_care(wiring: Wiring, content: bytes) -> None:
    (wiring.folder / "ledger.db").write_bytes(content)
    assert looked_through(wiring) is None
    assert (wiring.folder / "ledger.db").read_bytes() == content


@pytest.mark.usefixtures("log")
def test_it_waits_for_nobody_who_writes(wiring: Wiring) -> None:
    with closing(sqlite3.connect(wiring.folder / "ledger.db", isolation_level=None)) as writer:
        writer.execute("begin immediate")
        assert looked_through(wiring) is None


def test_names_that_are_no_text_are_left_to_the_reading(wiring: Wiring, log: Path) -> None:
    odd = log.with_name(os.fsdecode(b"\xff.jsonl"))
    odd.write_text("")
    assert looked_through(wiring) is None
