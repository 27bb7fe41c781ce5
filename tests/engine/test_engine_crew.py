"""A first reading of very many logs is shared by several processes, and ends in the same ledger."""

import asyncio
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import crew_readers
import pytest
from engine_wiring import Wiring
from test_engine_scanner import reply, write

from token_dashboard.agents._contract import Scan
from token_dashboard.agents.claude_code import AGENT
from token_dashboard.engine.crew.crew import crew as crew_of_processes
from token_dashboard.engine.log_pieces import Found, Pieces, pieces
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.report import Dimension
from token_dashboard.model.scan import ScanSummary

FILES = 40
EVERY = [Dimension.DAY, Dimension.MODEL, Dimension.SESSION, Dimension.PROJECT]


@pytest.fixture(autouse=True)
def crew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Any reading is large enough for a crew of two; gives the folder where processes note that they read."""
    notes = tmp_path / "notes"
    notes.mkdir()
    monkeypatch.setattr("token_dashboard.engine.scanner.MANY_BYTES", 0)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    monkeypatch.setattr("token_dashboard.engine.crew.crew._JOB_FILES", 3)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    monkeypatch.setenv(crew_readers.OWN, str(os.getpid()))
    monkeypatch.setenv(crew_readers.NOTES, str(notes))
    return notes


@pytest.fixture
def logs(wiring: Wiring) -> Wiring:
    for number in range(FILES):
        first = number * 100
        write(wiring.folder, f"f{number}", *(reply(first + one) for one in range(60)), "garbage")
        write(wiring.folder, f"f{number}", reply(first, output=400), reply(1, output=number))  # all share one
    return wiring


async def ledger_after(wiring: Wiring, **agent: Any) -> tuple[ScanSummary, object]:
    wiring.agents = [AGENT._replace(**agent)]
    async with wiring.running() as engine:
        summary = await engine.scanner.scan()
        rows = await engine.ledger.usage.rows(None, EVERY, wiring.tz)
        rejects = await engine.ledger.usage.rejects(limit=1000)
        cursors = await engine.ledger.usage.cursors("claude-code")
    (wiring.folder / "ledger.db").unlink()
    return summary._replace(rejects=()), (rows, rejects, cursors)


@pytest.fixture
async def expected(logs: Wiring, monkeypatch: pytest.MonkeyPatch) -> tuple[ScanSummary, object]:
    """What one process makes of the logs."""
    with monkeypatch.context() as alone:
        alone.setattr("token_dashboard.engine.scanner.MANY_BYTES", 1 << 40)
        return await ledger_after(logs)


def readers_in(notes: Path) -> set[int]:
    return {int(note.name) for note in notes.iterdir()}


async def test_several_processes_read_what_one_would(
    logs: Wiring, expected: tuple[ScanSummary, object], crew: Path
) -> None:
    assert expected[0].new_requests == FILES * 60
    assert await ledger_after(logs, read=crew_readers.read_and_print) == expected
    assert len(readers_in(crew)) == 2
    assert os.getpid() not in readers_in(crew)


async def test_what_a_process_that_dies_leaves_is_read_here(
    logs: Wiring, expected: tuple[ScanSummary, object], crew: Path
) -> None:
    for name in ("f3", "f30"):
        file = logs.folder / ".claude" / "projects" / "p" / f"{name}.jsonl"
        file.rename(file.with_name(f"deadly-{name}.jsonl"))
    summary, _ = await ledger_after(logs, read=crew_readers.read_and_die)
    assert (summary.new_requests, summary.unreadable) == (expected[0].new_requests, ())
    assert len(readers_in(crew)) == 3  # both that died, and this one


async def test_processes_that_cannot_start_are_done_without(
    logs: Wiring, expected: tuple[ScanSummary, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    assert await ledger_after(logs) == expected
    monkeypatch.setattr("sys.executable", "/bin/false")
    assert await ledger_after(logs) == expected


async def test_a_reader_that_no_other_process_could_find_reads_here(
    logs: Wiring, expected: tuple[ScanSummary, object]
) -> None:
    def read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
        return AGENT.read(file, cursor)

    assert await ledger_after(logs, read=read) == expected


async def test_a_file_that_cannot_be_read_is_told_from_there_too(logs: Wiring, crew: Path) -> None:
    gone = logs.folder / ".claude" / "projects" / "p" / "f7.jsonl"

    def find(home: Path) -> Any:
        found = list(AGENT.find(home))
        gone.unlink(missing_ok=True)
        return iter(found)

    summary, _ = await ledger_after(logs, find=find, read=crew_readers.read_and_print)
    assert [(one.path, one.reason) for one in summary.unreadable] == [
        (str(gone), "No such file or directory")
    ]
    assert summary.files_read == FILES - 1
    assert os.getpid() not in readers_in(crew)


@pytest.mark.parametrize("early", [0, 10**9])
def test_what_was_asked_for_first_comes_first_however_fast_the_rest_is(
    logs: Wiring, monkeypatch: pytest.MonkeyPatch, early: int
) -> None:
    monkeypatch.setattr("token_dashboard.engine.crew.crew._EARLY_EVENTS", early)
    files = list(AGENT.find(logs.folder / ".claude"))
    readings = files[:30], files[30:31], [], files[31:]
    with crew_of_processes() as found:
        assert found is not None
        asked = [found.pieces(crew_readers.read_and_print, some, {}) for some in readings]
        for some, told in zip(readings, asked, strict=True):
            expected = by_file(pieces(AGENT.read, some, {}))
            assert by_file(told) == expected


def by_file(told: Pieces) -> dict[str, list[Found]]:
    found: dict[str, list[Found]] = {}
    for file, one in told:
        found.setdefault(file.path, []).append(one)
    return found


@pytest.mark.parametrize("is_closed", [True, False], ids=["closed", "cancelled"])
async def test_nobody_reads_on_when_the_scan_is_stopped(logs: Wiring, crew: Path, *, is_closed: bool) -> None:
    logs.agents = [AGENT._replace(read=crew_readers.read_slowly)]
    async with logs.running() as engine:
        scan = asyncio.create_task(engine.scanner.scan())
        await until(lambda: len(readers_in(crew)) == 2)
        if is_closed:
            await engine.scanner.aclose()
        else:
            engine.scanner._running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await scan
    await until(lambda: not any(map(is_alive, readers_in(crew))))


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not is_so():  # noqa: ASYNC110 - other processes set no event
            await asyncio.sleep(0.01)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
