"""Histories as other programs leave them: in their shapes, with figures that are easy to add up."""

import csv
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from token_dashboard.engine.imports.ccusage import claims as claims_of_ccusage
from token_dashboard.engine.imports.importing import Claim, Importer, batches_of
from token_dashboard.ledger import Ledger
from token_dashboard.ledger.upkeep import Upkeep
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.imported import Imported
from token_dashboard.model.period import Period
from token_dashboard.model.scan import Reject
from token_dashboard.model.usage import UsageEvent, event_key

BERLIN = ZoneInfo("Europe/Berlin")

Json = dict[str, Any]

TOKENMETER = (
    "create table usage (id integer primary key autoincrement, timestamp text not null,"
    " provider text not null, model text not null, input_tokens integer not null,"
    " output_tokens integer not null, cost real not null,"
    " source text not null default 'manual', app text{later})"
)
TOKENMETER_LATER = ", cache_read_tokens integer default 0, cache_write_tokens integer default 0"
CLAWMETER = """
create table usage_samples (id integer primary key autoincrement, provider text not null,
  timestamp text not null, window_name text not null, utilisation real, status text, unit text not null,
  raw_value real, raw_limit real, resets_at text, cached integer not null default 0);
create table model_usage (id integer primary key autoincrement, provider text not null,
  timestamp text not null, model text not null, input_tokens integer, output_tokens integer,
  total_tokens integer, cost real, request_count integer, period text);
"""
TOKENLEDGER = (
    "event_id",
    "timestamp",
    "provider",
    "model",
    "input_tokens",
    "output_tokens",
    "cached_tokens",
    "cost_usd",
    "user_id",
    "session_id",
    "app_name",
    "status",
    "feature",
    "team",
    "project",
    "request_preview",
)
"""Some of the columns, as ``\\copy … csv header`` writes them."""


def tokenmeter(path: Path, rows: Iterable[Mapping[str, object]], *, is_later: bool = True) -> Path:
    with closing(sqlite3.connect(path)) as database:
        database.execute(TOKENMETER.format(later=TOKENMETER_LATER if is_later else ""))
        for row in rows:
            whole = {
                "timestamp": "2026-10-02T08:30:00",
                "provider": "openai",
                "model": "gpt-4o",
                "input_tokens": 1000,
                "output_tokens": 200,
                "cost": 0.0045,
            } | dict(row)
            marks = ", ".join("?" * len(whole))
            database.execute(f"insert into usage ({', '.join(whole)}) values ({marks})", [*whole.values()])
        database.commit()
    return path


def clawmeter(path: Path, samples: Iterable[tuple[str, str, str, object]], models: int = 0) -> Path:
    """Samples are provider, time, window and percentage."""
    with closing(sqlite3.connect(path)) as database:
        database.executescript(CLAWMETER)
        database.executemany(
            "insert into usage_samples (provider, timestamp, window_name, utilisation, unit)"
            " values (?, ?, ?, ?, 'percent')",
            samples,
        )
        database.executemany(
            "insert into model_usage (provider, timestamp, model, period)"
            " values ('openai', ?, 'gpt-4o', 'mtd')",
            [("2026-11-01T00:00:00+00:00",)] * models,
        )
        database.commit()
    return path


def tokenledger(path: Path, *rows: Mapping[str, str]) -> Path:
    with path.open("w", newline="") as file:
        written = csv.DictWriter(file, TOKENLEDGER)
        written.writeheader()
        written.writerows(rows)
    return path


def call(number: int, **more: str) -> dict[str, str]:
    """A row of TokenLedger's."""
    return {
        "event_id": f"0d9f3f4e-0000-4000-8000-{number:012}",
        "timestamp": "2026-11-20 10:00:00.5+00",
        "provider": "openai",
        "model": "gpt-4o",
        "input_tokens": "1000",
        "output_tokens": "200",
        "cached_tokens": "400",
        "cost_usd": "0.00350000",
        "status": "success",
        "request_preview": "canary prompt",
    } | more


def ccusage(path: Path, answer: Json) -> Path:
    path.write_text(json.dumps(answer))
    return path


def answer_claims(file: Path, tz: ZoneInfo, whose: str | None = None) -> Iterator[Claim | Reject]:
    """What ``tokens import ccusage`` takes from a file."""
    return claims_of_ccusage(file.read_text(), str(file), tz, whose)


def of_model(name: str, *, sent: int = 100, output: int = 50, read: int = 500, cost: float = 0.25) -> Json:
    """A model's part of a row, as ccusage has it: what was cached stands beside the other input."""
    return {
        "modelName": name,
        "inputTokens": sent,
        "outputTokens": output,
        "cacheReadTokens": read,
        "cacheCreationTokens": 30,
        "cost": cost,
    }


def day(date: str, *models: Json, agent: str = "claude") -> Json:
    """A row of ``ccusage daily --json`` of a day on which one agent worked."""
    used = models or (of_model("claude-opus-4-5-20251101"),)
    return {
        "agent": "all",
        "period": date,
        "metadata": {"agents": [agent]},
        "modelBreakdowns": list(used),
        "modelsUsed": [one["modelName"] for one in used],
        "totalCost": 0.25,
        **_summed(used),
    }


def session(name: str, last: str, *, agent: str = "claude") -> Json:
    """A row of ``ccusage session --json``."""
    used = (of_model("claude-opus-4-5-20251101"),)
    return {
        "agent": agent,
        "period": name,
        "metadata": {"lastActivity": last},
        "modelBreakdowns": list(used),
        **_summed(used),
    }


def _summed(models: Iterable[Json]) -> Json:
    parts = ("inputTokens", "outputTokens", "cacheReadTokens", "cacheCreationTokens")
    sums = {part: sum(one[part] for one in models) for part in parts}
    return sums | {"totalTokens": sum(sums.values())}


async def brought(importer: Importer, claims: Iterator[Claim | Reject], **how: bool) -> Imported:
    return await importer.bring(batches_of(claims), **how)


async def events(ledger: Ledger) -> list[UsageEvent]:
    found = [one async for page in Upkeep.of(ledger).events(Period(0, 2**50)) for one in page]
    return sorted(found, key=lambda one: (one.time_ms, one.model or ""))


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)


async def read_from_a_log(
    ledger: Ledger, time: str, agent: str = "claude-code", session: str = "seen", *, tokens: int = 1
) -> None:
    event = UsageEvent(
        key=event_key(agent, time),
        time_ms=at(time),
        source="log",
        agent=agent,
        provider="anthropic",
        model="claude-opus-4-5",
        input_tokens=tokens,
        attribution=Attribution(session=session),
    )
    await ledger.usage.record([event])
