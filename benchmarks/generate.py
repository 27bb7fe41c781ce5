"""Writes a home folder full of agents' logs, and what a correct reader must find in them.

    python benchmarks/generate.py --files 1000 --messages 100
    python benchmarks/generate.py --agents five --requests 100000

Without ``--agents`` they are Claude Code's alone. ``five`` adds Codex, Gemini CLI, OpenCode and OpenClaw
(``codex_log.py``, ``agent_logs.py``); half of the requests are Claude Code's, and the truth is also told by
agent, session, project and by the days of three time zones.

The truth is added up from the numbers that are drawn, before any line is made of them; nothing is read
back. The same ``--seed`` and ``--until`` give the same bytes. What makes real logs hard to count is here: a
reply is logged one to three times while it grows, resumed sessions begin with copies of another session's
lines, subagents write files of their own, a subagent's total is repeated in its parent's tool result, and
failed requests leave rows of the model ``<synthetic>``. Shapes are those of Claude Code 2.x.
"""

import argparse
import json
import random
import shutil
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from agent_logs import WRITERS
from agent_truth import Cuts, Used
from agent_work import Work
from claude_code_log import Session, Truth, Usage, encoded, prose

DATA = Path(__file__).parent / ".data"
TRUTH = "truth.json"
DAYS = 30
MAIN_MODELS = ("claude-opus-4-5-20251101", "claude-sonnet-4-5-20250929")
SUBAGENT_MODEL = "claude-haiku-4-5-20251001"


def generate(
    home: Path, *, files: int, messages: int, seed: int, until: datetime, truth: Truth | None = None
) -> dict[str, Any]:
    """Writes the logs below ``home`` and says what they hold; an earlier corpus in ``home`` is replaced."""
    if home.exists():
        if any(home.iterdir()) and not (home / TRUTH).exists():
            sys.exit(f"{home} holds something else than a generated home; choose another folder.")
        shutil.rmtree(home)
    rng = random.Random(seed)
    texts = prose(rng)
    truth = Truth() if truth is None else truth
    begin = until - timedelta(days=DAYS)
    pace_s = min(90.0, DAYS * 86_400 / 2 / messages)
    written = lines = 0
    parents: list[Session] = []
    replayable: list[bytes] = []
    for number in range(files):
        is_subagent = number % 6 == 5
        latest = (until - begin).total_seconds() - messages * (pace_s + 8)
        start = begin + timedelta(seconds=rng.uniform(0, max(1.0, latest)))
        project = f"/home/dev/project-{number // 6 % 12}"
        session = Session(rng, texts, truth, "", project, rng.choice(MAIN_MODELS), start, pace_s)
        if is_subagent:
            parent = rng.choice(parents[-5:])
            session.session, session.cwd, session.model = parent.session, parent.cwd, SUBAGENT_MODEL
            session.agent = f"{rng.getrandbits(32):08x}"
        else:
            session.session = session.identity()
            parents.append(session)
        folder = home / ".claude" / "projects" / session.cwd.replace("/", "-")
        path = folder / f"{session.session}.jsonl"
        if is_subagent:
            path = folder / session.session / "subagents" / f"agent-{session.agent}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(truth, Recorder):
            truth.session = session
        out: list[bytes] = list(replayable) if number % 20 == 19 else []
        for _ in range(messages):
            out.extend(encoded(line) for line in session.exchange())
            if rng.random() < 0.01:
                out.extend(encoded(line) for line in session.noise())
        path.write_bytes(b"".join(out))
        replayable = out[:12]
        written += path.stat().st_size
        lines += len(out)
    described = {
        "seed": seed,
        "until": until.isoformat(),
        "files": files,
        "messages": messages,
        "bytes": written,
        "lines": lines,
        **truth.as_json(),
    }
    (home / TRUTH).write_text(json.dumps(described, indent=2) + "\n")
    return described


class Recorder(Truth):
    """Tells the truth of Claude Code's sessions in every cut, too."""

    def __init__(self, cuts: Cuts) -> None:
        super().__init__()
        self._cuts = cuts
        self.session: Session | None = None

    def add(self, usage: Usage, model: str, time: datetime) -> None:
        super().add(usage, model, time)
        if self.session is None:
            raise RuntimeError
        written = usage.cache_5m + usage.cache_1h
        used = Used(
            usage.fresh + usage.cache_read + written,
            usage.output,
            cache_read=usage.cache_read,
            cache_creation=written,
            cache_creation_1h=usage.cache_1h,
        )
        owner = {"session": self.session.session, "project": self.session.cwd}
        self._cuts.add(used, agent="claude-code", model=model, at=time, **owner)


def generate_five(home: Path, *, requests: int, seed: int, until: datetime) -> dict[str, Any]:
    """Writes the logs of five agents below ``home`` and says what they hold, in every cut."""
    each = min(100, max(4, requests // 100))
    cuts = Cuts()
    claude = Recorder(cuts)
    generate(home, files=max(1, requests // 2 // each), messages=each, seed=seed, until=until, truth=claude)
    rng = random.Random(f"five {seed}")
    texts = prose(rng)
    number = 0
    while cuts.total["requests"] < requests:
        begin = until - timedelta(seconds=rng.uniform(each * 150, DAYS * 86_400))
        project = f"/home/dev/project-{number // 4 % 12}"
        WRITERS[number % 4](Work(rng, cuts, texts, home, project, begin), each, number // 4)
        number += 1
    described = {"seed": seed, "until": until.isoformat(), **cuts.as_json()}
    (home / TRUTH).write_text(json.dumps(described, indent=2) + "\n")
    return described


def this_hour() -> datetime:
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0)


def one_more_line(seed: int, time: datetime) -> tuple[bytes, dict[str, Any]]:
    """A reply in one line, as a session that goes on would append it, and its truth."""
    rng = random.Random(f"one more {seed}")
    truth = Truth()
    session = Session(
        rng, prose(rng), truth, str(UUID(int=seed)), "/home/dev/more", MAIN_MODELS[0], time, 1.0
    )
    last = list(session.exchange())[-1]
    return encoded(last), truth.as_json()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--files", type=int, default=1_000)
    parser.add_argument("--messages", type=int, default=100, help="requests a file")
    parser.add_argument("--agents", choices=("claude-code", "five"), default="claude-code")
    parser.add_argument("--requests", type=int, default=100_000, help="in all, with --agents five")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--until", help="the end of the 30 days, ISO 8601 UTC (default: this hour)")
    parser.add_argument("--home", type=Path, default=DATA / "home", help="a folder that is made anew")
    given = parser.parse_args()
    until = datetime.fromisoformat(given.until).replace(tzinfo=UTC) if given.until else this_hour()
    if given.agents == "five":
        described = generate_five(given.home, requests=given.requests, seed=given.seed, until=until)
    else:
        described = generate(
            given.home, files=given.files, messages=given.messages, seed=given.seed, until=until
        )
    print(json.dumps(described, indent=2))


if __name__ == "__main__":
    main()
