"""How Gemini CLI, OpenCode and OpenClaw write sessions, with what makes them hard to count.

Each writer draws numbers, adds them to the truth and then makes lines of them. Sessions are forked, resumed,
archived, compressed and copied as the programs do it; shapes are those of their versions of 2026.
"""

import json
import sqlite3
from contextlib import closing

from agent_truth import Used
from agent_work import Work, lines_of, put
from codex_log import codex


def gemini(work: Work, requests: int, number: int) -> None:
    """A conversation as a document or as lines; some were resumed and stand in both."""
    session = work.identity()
    folder = f"{work.rng.getrandbits(256):064x}"
    chats = work.home / ".gemini" / "tmp" / folder / "chats"
    put(chats.parent / ".project_root", work.project.encode())
    head = {"sessionId": session, "projectHash": folder, "startTime": work.iso(), "lastUpdated": work.iso()}
    messages = []
    for index in range(requests):
        work.tick()
        messages.append({"id": f"u{index}", "timestamp": work.iso(), "type": "user", "content": work.text()})
        work.tick(20)
        sent, tool = work.rng.randrange(2_000, 150_000), work.rng.choice((0, 0, 0, 120))
        output, thoughts = work.rng.randrange(20, 2_000), work.rng.randrange(900)
        cached = work.rng.randrange(sent)
        model = work.rng.choice(("gemini-2.5-pro", "gemini-2.5-flash"))
        used = Used(sent + tool, output + thoughts, cache_read=cached, reasoning=thoughts)
        work.cuts.add(
            used, agent="gemini-cli", model=model, session=session, project=work.project, at=work.at
        )
        tokens = {"input": sent, "output": output, "cached": cached, "thoughts": thoughts, "tool": tool}
        tokens["total"] = sent + output + thoughts + tool
        told = {"id": f"g{index}", "timestamp": work.iso(), "type": "gemini", "model": model}
        messages.append({**told, "content": work.text(), "tokens": tokens})
    name = f"session-{messages[0]['timestamp'][:16].replace(':', '-')}-{session[:8]}"
    if number % 2 == 0:
        document = {**head, "messages": messages}
        put(chats / f"{name}.json", json.dumps(document, ensure_ascii=False).encode())
    if number % 2 == 1 or number % 4 == 0:
        again = [messages[-1], {"$set": {"lastUpdated": work.iso()}}]
        put(chats / f"{name}.jsonl", lines_of([head, *messages, *again]))


_OPENCODE = """
create table session (id text primary key, parent_id text, directory text not null);
create table message (id text primary key, session_id text not null, time_created integer not null,
  time_updated integer not null, data text not null);
"""


def opencode(work: Work, requests: int, number: int) -> None:
    """A session in the database or, in old versions, a file each message; some are forked under new ids."""
    session = f"ses_{work.rng.getrandbits(80):020x}"
    messages = []
    for _ in range(requests):
        work.tick()
        began = work.at
        sent, read = work.rng.randrange(2, 4_000), work.rng.randrange(150_000)
        written = work.rng.randrange(3_000)
        output, reasoning = work.rng.randrange(20, 2_000), work.rng.choice((0, work.rng.randrange(500)))
        model, provider = work.rng.choice((("claude-sonnet-4-5", "anthropic"), ("gpt-5.2", "openai")))
        used = Used(
            sent + read + written,
            output + reasoning,
            cache_read=read,
            cache_creation=written,
            reasoning=reasoning,
        )
        work.cuts.add(used, agent="opencode", model=model, session=session, project=work.project, at=began)
        created = work.ms()
        work.tick(60)
        tokens = {"input": sent, "output": output, "reasoning": reasoning}
        messages.append(
            {
                "role": "assistant",
                "time": {"created": created, "completed": work.ms()},
                "modelID": model,
                "providerID": provider,
                "path": {"cwd": work.project, "root": work.project},
                "cost": 0,
                "tokens": {
                    **tokens,
                    "cache": {"read": read, "write": written},
                    "total": sent + read + written + output + reasoning,
                },
            }
        )
    root = work.home / ".local" / "share" / "opencode"
    if number % 4 == 3:
        folder = root / "storage" / "message" / session
        for message in messages:
            name = f"msg_{work.rng.getrandbits(80):020x}"
            content = {"id": name, "sessionID": session, **message}
            put(folder / f"{name}.json", json.dumps(content).encode())
        return
    root.mkdir(parents=True, exist_ok=True)
    fork = f"{session}f" if number % 3 == 0 else None
    with closing(sqlite3.connect(root / "opencode.db")) as database, database:
        if not database.execute("select name from sqlite_master").fetchall():
            database.execute("pragma journal_mode = wal")
            database.executescript(_OPENCODE)
        for name in (session, fork):
            if name is not None:
                database.execute("insert into session values (?, null, ?)", (name, work.project))
                rows = [
                    (
                        f"msg_{work.rng.getrandbits(80):020x}",
                        name,
                        message["time"]["created"],
                        message["time"]["completed"],
                        json.dumps(message),
                    )
                    for message in messages
                ]
                database.executemany("insert into message values (?, ?, ?, ?, ?)", rows)


def openclaw(work: Work, requests: int, number: int) -> None:
    """A transcript; some name the model once, some were archived and stand twice."""
    session = work.identity()
    head = {
        "type": "session",
        "version": 3,
        "id": session,
        "timestamp": work.iso(),
        "cwd": work.project,
    }
    provider, model = work.rng.choice((("anthropic", "claude-opus-4-5"), ("openai", "gpt-5.2")))
    lines = [head]
    is_named_once = number % 2 == 0
    if is_named_once:
        change = {"type": "model_change", "id": "c0", "provider": provider, "modelId": model}
        lines.append({**change, "timestamp": work.iso()})
    for index in range(requests):
        work.tick()
        asked = {"role": "user", "content": work.text(), "timestamp": work.ms()}
        lines.append({"type": "message", "id": f"q{index}", "timestamp": work.iso(), "message": asked})
        work.tick(30)
        sent, read = work.rng.randrange(2, 3_000), work.rng.randrange(120_000)
        written, output = work.rng.randrange(3_000), work.rng.randrange(20, 2_000)
        used = Used(sent + read + written, output, cache_read=read, cache_creation=written)
        work.cuts.add(used, agent="openclaw", model=model, session=session, project=work.project, at=work.at)
        usage = {"input": sent, "output": output, "cacheRead": read, "cacheWrite": written}
        message = {
            "role": "assistant",
            "content": [{"type": "text", "text": work.text()}],
            "usage": {**usage, "totalTokens": sent + output + read + written},
            "stopReason": "stop",
            "timestamp": work.ms(),
        }
        if not is_named_once:
            message |= {"provider": provider, "model": model}
        lines.append({"type": "message", "id": f"a{index}", "timestamp": work.iso(), "message": message})
    folder = work.home / ".openclaw" / "agents" / "main" / "sessions"
    put(folder / f"{session}.jsonl", lines_of(lines))
    if number % 5 == 4:
        put(folder / f"{session}.jsonl.deleted.2026-11-22T00-00-00.000Z", lines_of(lines))


WRITERS = (codex, gemini, opencode, openclaw)
