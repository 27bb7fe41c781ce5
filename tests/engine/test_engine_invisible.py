"""What was paid for answers that nobody saw, beside OpenClaw's own figure."""

import json
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from engine_wiring import Engine, Wiring

from token_dashboard.agents.openclaw import AGENT
from token_dashboard.engine.invisible import invisible
from token_dashboard.model.invisible import Invisible, Visibility

NOON = 1_795_176_000_000
"""2026-11-20 12:00 UTC."""
UTC = ZoneInfo("UTC")
HEAD = {"type": "session", "version": 3, "id": "s1", "timestamp": "2026-11-20T12:00:00Z", "cwd": "/w"}


def answer(number: int, parent: str | None, text: str = "Done.", **message: Any) -> dict[str, Any]:
    """A paid turn of $0.00075 by OpenClaw's list; ours has another price for the model."""
    usage = {"input": 100, "output": 10, "cacheRead": 0, "cacheWrite": 0, "cost": {"total": 0.00075}}
    told = {
        "role": "assistant",
        "provider": "anthropic",
        "model": "claude-haiku-4-5",
        "content": [{"type": "text", "text": text}],
        "stopReason": "stop",
        "timestamp": NOON + number * 1000,
        "responseId": f"resp_{number}",
        "usage": usage,
        **message,
    }
    return {"type": "message", "id": f"m{number}", "parentId": parent, "timestamp": 0, "message": told}


def transcript(folder: Path, *entries: dict[str, Any], name: str = "s1.jsonl") -> Path:
    path = folder / ".claude" / "agents" / "main" / "sessions" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(entry) + "\n" for entry in (HEAD, *entries)))
    return path


def database(folder: Path, *entries: dict[str, Any], archived: tuple[dict[str, Any], ...] = ()) -> None:
    """The session s1 in the agent's database, and s0, which was deleted."""
    path = folder / ".claude" / "agents" / "main" / "agent" / "openclaw-agent.sqlite"
    path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(path)) as opened, opened:
        opened.executescript("""
            create table session_windows (session_id text primary key, session_key text, channel text);
            create table transcript_events (session_id text, seq integer, event_json text,
              created_at integer, event_zstd blob, primary key (session_id, seq));
            create table session_transcript_archives (session_id text, generation text, session_key text,
              encoding text, archive_blob blob);
        """)
        rows = [(number, json.dumps(entry)) for number, entry in enumerate((HEAD, *entries))]
        opened.executemany("insert into transcript_events values ('s1', ?, ?, 0, null)", rows)
        blob = "".join(json.dumps(entry) + "\n" for entry in archived).encode()
        opened.execute("insert into session_transcript_archives values ('s0', '1', 'k', 'none', ?)", (blob,))


def rewound(turns: int, fork: int, back: int) -> list[dict[str, Any]]:
    """So many turns, the last of which follow the one at the fork again after others had followed it."""
    parents = [None, *range(turns - 1)]
    parents[back] = fork
    return [answer(one, None if parent is None else f"m{parent}") for one, parent in enumerate(parents)]


async def found_in(engine: Engine, since: date | None = None, until: date | None = None) -> Invisible:
    await engine.scanner.scan()
    return await invisible(engine.ledger, engine.scanner.agents, since, until, UTC)


def amounts(found: Invisible) -> dict[str, tuple[int, str]]:
    return {one.kind.value: (one.spending.requests, one.spending.cost.amount) for one in found.parts}


async def test_abandoned_turns_are_told_with_what_openclaw_counts(wiring: Wiring, tmp_path: Path) -> None:
    wiring.agents = [AGENT]
    database(tmp_path, *rewound(25, fork=4, back=20))
    async with wiring.running() as engine:
        found = await found_in(engine)
        assert (found.total.requests, found.total.cost.amount) == (25, "0.01875")
        assert amounts(found) == {"abandoned": (15, "0.01125")}
        assert (found.openclaw.requests, found.openclaw.cost.amount) == (10, "0.0075")
        assert [(one.kind, one.spending.requests) for one in found.uncounted] == [(Visibility.ABANDONED, 15)]
        assert found.repriced.nanos == 0


async def test_openclaw_counts_every_answer_of_a_file(wiring: Wiring, tmp_path: Path) -> None:
    wiring.agents = [AGENT]
    transcript(tmp_path, *rewound(25, fork=4, back=20))
    async with wiring.running() as engine:
        found = await found_in(engine)
        assert amounts(found) == {"abandoned": (15, "0.01125")}
        assert (found.openclaw.requests, found.openclaw.cost.amount) == (25, "0.01875")
        assert found.uncounted == ()


async def test_of_a_session_in_the_database_its_old_file_does_not_count(
    wiring: Wiring, tmp_path: Path
) -> None:
    wiring.agents = [AGENT]
    database(tmp_path, *rewound(25, fork=4, back=20))
    transcript(tmp_path, *rewound(25, fork=4, back=20))
    async with wiring.running() as engine:
        assert (await found_in(engine)).openclaw.requests == 10


async def test_what_was_put_away_counts_as_a_file_and_not_in_the_database(
    wiring: Wiring, tmp_path: Path
) -> None:
    wiring.agents = [AGENT]
    database(tmp_path, answer(1, None), archived=(answer(8, None), answer(9, "m8")))
    transcript(tmp_path, answer(9, "m8"), name="s0.jsonl.deleted.2026-11-20T12-00-00.000Z")
    async with wiring.running() as engine:
        found = await found_in(engine)
        assert {kind: count for kind, (count, _) in amounts(found).items()} == {"put_away": 2}
        assert found.openclaw.requests == 2
        assert [(one.kind, one.spending.requests) for one in found.uncounted] == [(Visibility.PUT_AWAY, 1)]


async def test_each_kind_is_told_apart(wiring: Wiring, tmp_path: Path) -> None:
    wiring.agents = [AGENT]
    summary = {"type": "compaction", "id": "c1", "parentId": "m2", "timestamp": NOON + 9_000}
    summary |= {"usage": {"input": 100, "output": 10}, "model": "claude-haiku-4-5"}
    transcript(
        tmp_path,
        answer(1, None),
        answer(2, "m1", "NO_REPLY"),
        summary,
        answer(3, "c1", stopReason="error"),
        answer(4, "m3"),
    )
    transcript(tmp_path, answer(5, None), name="s2.jsonl.deleted.2026-11-20T12-00-00.000Z")
    async with wiring.running() as engine:
        found = await found_in(engine)
        assert {kind: count for kind, (count, _) in amounts(found).items()} == {
            "put_away": 1,
            "failed": 1,
            "silent": 1,
            "compaction": 1,
        }
        assert found.invisible.requests == 4
        assert found.openclaw.requests == 5
        assert {one.kind for one in found.uncounted} == {Visibility.COMPACTION}


async def test_a_turn_that_another_copy_still_shows_is_visible(wiring: Wiring, tmp_path: Path) -> None:
    wiring.agents = [AGENT]
    transcript(tmp_path, answer(1, None))
    transcript(tmp_path, answer(1, None), name="s1.jsonl.reset.2026-11-20T12-00-00.000Z")
    async with wiring.running() as engine:
        found = await found_in(engine)
        assert (found.total.requests, found.parts) == (1, ())


async def test_a_transcript_that_is_gone_leaves_what_caused_its_turns(wiring: Wiring, tmp_path: Path) -> None:
    wiring.agents = [AGENT]
    path = transcript(tmp_path, answer(1, None))
    async with wiring.running() as engine:
        await engine.scanner.scan()
        path.unlink()
        found = await found_in(engine)
        assert (found.untraced.requests, found.openclaw.requests, found.parts) == (1, 0, ())


async def test_a_cost_that_openclaw_does_not_know_is_told(wiring: Wiring, tmp_path: Path) -> None:
    wiring.agents = [AGENT]
    transcript(tmp_path, answer(1, None, usage={"input": 100, "output": 10}))
    async with wiring.running() as engine:
        found = await found_in(engine)
        assert (found.total.cost.amount, found.openclaw.cost.amount) == ("0.00015", "0.00")
        assert found.repriced.amount == "0.00015"


async def test_days_are_kept_to(wiring: Wiring, tmp_path: Path) -> None:
    wiring.agents = [AGENT]
    transcript(tmp_path, answer(1, None), answer(86_400, "m1"))
    async with wiring.running() as engine:
        assert (await found_in(engine, since=date(2026, 11, 21))).total.requests == 1
        assert (await found_in(engine, until=date(2026, 11, 20))).total.requests == 1
        assert (await found_in(engine, until=date(2026, 11, 19))).total.requests == 0


async def test_requests_without_detail_are_counted_beside_the_others(wiring: Wiring, tmp_path: Path) -> None:
    wiring.agents = [AGENT]
    transcript(tmp_path, answer(1, None), answer(86_400, "m1"))
    async with wiring.running() as engine:
        assert (await found_in(engine)).pruned_requests == 0
        await engine.ledger.usage.prune(NOON + 86_400_000 // 2)
        found = await found_in(engine)
        assert (found.total.requests, found.pruned_requests) == (1, 1)
        assert (await found_in(engine, since=date(2026, 11, 21))).pruned_requests == 0
