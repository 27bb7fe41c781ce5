"""What became of everything that was seen: scanned, told live, entered by hand; and what still waits."""

import json
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from engine_wiring import Engine, Wiring

from token_dashboard.engine.audit import audit
from token_dashboard.ledger.upkeep import Selection, Upkeep
from token_dashboard.model.proof import AgentBalance, Audit
from token_dashboard.model.usage import Source, UsageEvent, event_key


def reply(number: int, output: int = 9, **more: object) -> str:
    usage = {"input_tokens": 100, "output_tokens": output}
    message = {"id": f"msg_{number:024}", "model": "claude-opus-4-5", "usage": usage, **more}
    moment = f"2026-11-20T12:{number:02}:00.000Z"
    return json.dumps({"type": "assistant", "requestId": "r", "timestamp": moment, "message": message}) + "\n"


def ms(moment: str) -> int:
    return int(datetime.fromisoformat(f"{moment}Z").timestamp()) * 1000


def entered(number: int, source: Source) -> UsageEvent:
    """A sum of several requests, which no log told of."""
    return UsageEvent(
        key=event_key("mine", str(number)),
        time_ms=ms(f"2026-11-20T12:{number * 15:02}"),
        source=source,
        agent="claude-code",
        provider=None,
        model=None,
        input_tokens=5,
        requests=7,
    )


def log(folder: Path, text: str, name: str = "s1.jsonl") -> Path:
    path = folder / ".claude" / "projects" / "p" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


async def audited(engine: Engine) -> Audit:
    return await audit(engine.ledger, engine.scanner.agents, engine.clock)


async def of_claude(engine: Engine) -> AgentBalance:
    [found] = [one for one in (await audited(engine)).agents if one.agent == "claude-code"]
    return found


async def test_seen_is_stored_and_merged_and_rejected_and_pending(wiring: Wiring, tmp_path: Path) -> None:
    broken = '{"type":"assistant","message":{"usage":{"input_tokens":"x"}}}\n'
    half = '{"type": "assis'
    log(tmp_path, reply(1) + reply(2) + broken + half)
    log(tmp_path, reply(2) + reply(3), "s2.jsonl")
    async with wiring.running() as engine:
        before = await of_claude(engine)
        assert (before.seen, before.pending.files) == (0, 2)
        await engine.scanner.scan()
        found = await audited(engine)
        [one] = found.agents
        assert (one.seen, one.held, one.merged, one.rejected, one.missing) == (5, 3, 1, 1, 0)
        assert (one.pending.files, one.pending.bytes) == (1, len(half))
        assert [(reject.line, Path(reject.path).name) for reject in found.rejects] == [(3, "s1.jsonl")]
        assert "input_tokens" in found.rejects[0].reason
        assert found.is_balanced


async def test_every_way_in_is_counted(wiring: Wiring, tmp_path: Path) -> None:
    log(tmp_path, reply(1))
    async with wiring.running() as engine:
        await engine.scanner.scan()
        sources: tuple[Source, ...] = ("hook", "manual", "import", "proxy", "sdk")
        for number, source in enumerate(sources):
            event = UsageEvent(
                key=event_key("mine", str(number)),
                time_ms=engine.clock.now_ms(),
                source=source,
                agent="mine" if number else None,
                provider=None,
                model=None,
                input_tokens=5,
            )
            await engine.ledger.usage.record([event])
        found = await audited(engine)
        assert [one.agent for one in found.agents] == [None, "claude-code", "mine"]
        [mine] = [one for one in found.agents if one.agent == "mine"]
        assert [one.source for one in mine.sources] == ["import", "manual", "proxy", "sdk"]
        assert found.is_balanced


async def test_what_retention_deleted_is_still_accounted_for(wiring: Wiring, tmp_path: Path) -> None:
    path = log(tmp_path, reply(1) + reply(2))
    async with wiring.running() as engine:
        await engine.scanner.scan()
        await engine.ledger.usage.prune(engine.clock.now_ms() + 10**12)
        path.write_text(reply(1) + reply(2) + reply(3) + " ")
        await engine.scanner.scan()
        one = await of_claude(engine)
        assert (one.pruned, one.held, one.missing) == (2, 1, 0)
        assert (await audited(engine)).is_balanced


async def test_sums_that_grew_behind_what_retention_deleted_are_found(wiring: Wiring, tmp_path: Path) -> None:
    log(tmp_path, reply(1) + reply(40))
    async with wiring.running() as engine:
        await engine.scanner.scan()
        await engine.ledger.usage.prune(ms("2026-11-20T12:10"))
        assert (await audited(engine)).is_balanced
        with closing(sqlite3.connect(tmp_path / "ledger.db")) as database:
            database.execute("update rollup set requests = requests + 1")
            database.commit()
        found, of_hour = (await audited(engine)).imbalances
        assert "12:30 UTC" in found.name
        assert "hour from 2026-11-20 12:00 UTC" in of_hour.name


@pytest.mark.parametrize("before", [None, "2026-11-20T12:15", "2026-11-20T12:30"])
@pytest.mark.parametrize("kept_from", [None, "2026-11-20T12:05", "2026-11-20T12:20"])
async def test_what_was_purged_is_still_accounted_for(
    wiring: Wiring, tmp_path: Path, kept_from: str | None, before: str | None
) -> None:
    log(tmp_path, reply(1) + reply(2) + reply(2, 10) + reply(16) + reply(40))
    async with wiring.running() as engine:
        await engine.scanner.scan()
        for number, source in enumerate(("manual", "import", "import")):
            await engine.ledger.usage.record([entered(number, source)])
        if kept_from is not None:
            await engine.ledger.usage.prune(ms(kept_from))
        agent = None if before else "claude-code"
        selection = Selection(before_ms=ms(before) if before else None, agent=agent)
        await Upkeep.of(engine.ledger).purge(selection)
        found = await audited(engine)
        assert (found.imbalances, found.is_balanced) == ((), True)


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        ("delete from event where key = (select min(key) from event)", "rows of claude-code"),
        ("insert into pruned values (1, 0)", "keys of deleted records"),
        ("update event set input_tokens = input_tokens + 1", "quarter of an hour from 2026-11-20 12:00 UTC"),
        ("update rollup set output_tokens = output_tokens + 1", "output_tokens more than there should be"),
        ("delete from series", "rows whose owner is not known"),
        ("update day_rollup set requests = 9", "sums of the day 2026-11-20"),
        ("update hour_rollup set requests = 9", "sums of the hour from 2026-11-20 12:00 UTC"),
    ],
)
async def test_which_count_differs_is_named(wiring: Wiring, tmp_path: Path, damage: str, named: str) -> None:
    log(tmp_path, reply(1) + reply(2))
    async with wiring.running() as engine:
        await engine.ledger.usage.keep_days(wiring.tz, engine.clock.now_ms())
        await engine.scanner.scan()
        assert (await audited(engine)).is_balanced
        with closing(sqlite3.connect(tmp_path / "ledger.db")) as database:
            database.execute(damage)
            database.commit()
        found = await audited(engine)
        assert not found.is_balanced
        assert any(named in one.name for one in found.imbalances), found.imbalances
