import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from engine_wiring import Wiring

from token_dashboard.agents._contract import Scan
from token_dashboard.agents.claude_code import AGENT
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.report import Dimension
from token_dashboard.model.scan import Reading


def reply(number: int, model: str = "claude-opus-4-5", output: int = 100) -> str:
    return json.dumps(
        {
            "type": "assistant",
            "timestamp": f"2026-11-22T10:{number % 60:02d}:00Z",
            "sessionId": "s",
            "requestId": f"r{number}",
            "message": {
                "id": f"msg_{number}",
                "model": model,
                "usage": {"input_tokens": 1000, "output_tokens": output},
            },
        }
    )


def write(folder: Path, name: str, *lines: str) -> Path:
    file = folder / ".claude" / "projects" / "p" / f"{name}.jsonl"
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a") as log:
        log.writelines(f"{line}\n" for line in lines)
    return file


async def test_what_is_read_is_priced_and_stored(wiring: Wiring) -> None:
    write(wiring.folder, "a", *(reply(number) for number in range(10)))
    async with wiring.running() as engine:
        summary = await engine.scanner.scan()
        totals = await engine.ledger.usage.totals(None)
    assert (summary.files, summary.files_read, summary.new_requests) == (1, 1, 10)
    # 10 x (1000 in at $5 + 100 out at $25 a million)
    assert totals.list_cost_nanos == 10 * (5_000_000 + 2_500_000)


async def test_a_reply_that_grows_after_a_scan_counts_once_in_full(wiring: Wiring) -> None:
    write(wiring.folder, "a", reply(1, output=1))
    async with wiring.running() as engine:
        await engine.scanner.scan()
        write(wiring.folder, "a", reply(1, output=412))
        summary = await engine.scanner.scan()
        totals = await engine.ledger.usage.totals(None)
    assert summary.new_requests == 0
    assert (totals.requests, totals.output_tokens) == (1, 412)


async def test_a_file_that_is_replaced_is_read_anew_and_counts_nothing_twice(wiring: Wiring) -> None:
    file = write(wiring.folder, "a", reply(1), reply(2), "garbage")
    async with wiring.running() as engine:
        await engine.scanner.scan()
        assert len(await engine.ledger.usage.rejects()) == 1
        file.unlink()
        write(wiring.folder, "a", reply(2), reply(3))
        await engine.scanner.scan()
        assert (await engine.ledger.usage.totals(None)).requests == 3
        assert await engine.ledger.usage.rejects() == ()


async def test_an_unknown_model_is_counted_and_never_costs_nothing(wiring: Wiring) -> None:
    write(wiring.folder, "a", reply(1, model="mystery-9"))
    async with wiring.running() as engine:
        await engine.scanner.scan()
        (row,) = await engine.ledger.usage.rows(None, [Dimension.MODEL], wiring.tz)
        status = await engine.dashboard.cached()
    assert row.totals.list_cost is None
    assert row.totals.unpriced_tokens == 1100
    assert status.unpriced_models == ("mystery-9",)
    assert status.today.list_cost is None


async def test_scans_that_overlap_are_one(wiring: Wiring) -> None:
    write(wiring.folder, "a", *(reply(number) for number in range(50)))
    async with wiring.running() as engine:
        summaries = await asyncio.gather(*(engine.scanner.scan() for _ in range(4)))
    assert [summary.new_requests for summary in summaries] == [50] * 4


async def test_a_reader_with_a_fault_loses_its_file_only(
    wiring: Wiring, logged: pytest.LogCaptureFixture
) -> None:
    write(wiring.folder, "bad", reply(1))
    write(wiring.folder, "good", reply(2))

    def read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
        if "bad" in file.path:
            raise KeyError("what a prompt said")
        return AGENT.read(file, cursor)

    wiring.agents = [AGENT._replace(read=read)]
    async with wiring.running() as engine:
        summary = await engine.scanner.scan()
        await engine.scanner.scan()
    assert summary.new_requests == 1
    assert [one.reason for one in summary.unreadable] == ["its reader failed with KeyError"]
    assert logged.text.count("bad.jsonl") == 1
    assert "what a prompt said" not in logged.text


async def test_progress_ends_at_all_that_there_was_to_read(wiring: Wiring) -> None:
    file = write(wiring.folder, "a", *(reply(number) for number in range(20)), "garbage")
    write(wiring.folder, "b", reply(20))
    told: list[Reading] = []
    async with wiring.running() as engine:
        await engine.scanner.scan(told.append)
    size = file.stat().st_size + file.with_name("b.jsonl").stat().st_size
    assert told[-1] == Reading(
        files=2, files_in_all=2, bytes_read=size, bytes_in_all=size, requests=21, rejects=1
    )


async def test_a_scan_that_was_stopped_in_the_middle_of_a_file_comes_back_to_the_rest(
    wiring: Wiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("token_dashboard.engine.log_batches.EVENTS_PER_BATCH", 500)
    write(wiring.folder, "a", *(reply(number) for number in range(8_000)))
    async with wiring.running() as engine:
        stopped = asyncio.create_task(engine.scanner.scan(lambda *_: engine.scanner._running.cancel()))
        with pytest.raises(asyncio.CancelledError):
            await stopped
        held = (await engine.ledger.usage.totals(None)).requests
    assert 0 < held < 8_000
    async with wiring.running() as engine:
        summary = await engine.scanner.scan()
        assert summary.new_requests == 8_000 - held
        assert (summary.files, summary.files_read) == (1, 1)
        assert (await engine.ledger.usage.totals(None)).requests == 8_000


async def test_a_file_below_two_homes_is_one_file(wiring: Wiring) -> None:
    write(wiring.folder, "a", reply(1), "garbage")
    async with wiring.running() as engine:
        (watched,) = engine.scanner.agents
        home = watched.homes[0]
        engine.scanner.agents = (watched._replace(homes=(home, home / "projects", home)),)
        summary = await engine.scanner.scan()
    assert (summary.files, summary.files_read, len(summary.rejects)) == (1, 1, 1)
