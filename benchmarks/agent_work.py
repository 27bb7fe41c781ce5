"""A session that a generator is writing: whose it is, where its clock stands, how its lines are put down."""

import json
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from agent_truth import Cuts

Line = dict[str, Any]


@dataclass(slots=True)
class Work:
    """One session that is being written: whose it is, where its clock stands."""

    rng: random.Random
    cuts: Cuts
    prose: list[str]
    home: Path
    project: str
    at: datetime

    def identity(self) -> str:
        return str(UUID(int=self.rng.getrandbits(128), version=4))

    def text(self) -> str:
        text = self.rng.choice(self.prose)
        begin = self.rng.randrange(len(text) // 2)
        return text[begin : begin + int(6_000 * self.rng.random() ** 3) + 50]

    def tick(self, seconds: float = 90.0) -> datetime:
        self.at += timedelta(milliseconds=self.rng.randrange(200, int(seconds * 1_000)))
        return self.at

    def iso(self) -> str:
        return self.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def ms(self) -> int:
        return round(self.at.timestamp() * 1_000)


def lines_of(lines: list[Line]) -> bytes:
    """As the agents write them: without spaces, which some readers search for."""
    compact = (json.dumps(line, ensure_ascii=False, separators=(",", ":")) for line in lines)
    return b"".join(line.encode() + b"\n" for line in compact)


def put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
