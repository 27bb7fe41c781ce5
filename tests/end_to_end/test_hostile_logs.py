"""Logs as nobody should write them: what is good in them counts, and the rest is told."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from machine import Machine, Replies

MIB = 1 << 20


def reply(number: int, **changed: Any) -> dict[str, Any]:
    usage = {"input_tokens": 1_000, "output_tokens": 100, **changed}
    return {
        "type": "assistant",
        "sessionId": "s",
        "timestamp": "2026-11-20T12:00:00Z",
        "requestId": f"req_{number}",
        "message": {"id": f"msg_{number}", "role": "assistant", "model": "claude-opus-4-5", "usage": usage},
    }


def good(first: int) -> list[bytes]:
    return [json.dumps(reply(first + number)).encode() for number in range(10)]


async def test_each_kind_of_bad_input_costs_its_own_line_and_doctor_says_which(machine: Machine) -> None:
    project = machine.home / ".claude" / "projects" / "-shop"
    project.mkdir(parents=True)
    bad: dict[str, list[bytes]] = {
        "utf8": [b'{"type":"assistant","text":"\xff\xfe"}'],
        "types": [json.dumps(reply(900, input_tokens=value)).encode() for value in ("many", -1, 1.5, 10**18)],
        "times": [json.dumps({**reply(901), "timestamp": time}).encode() for time in ("soon", 10**30)],
        "shapes": [b"[]", b"null", b'"text"', b"12"],
        "torn": [b'{"type":"assistant","message":{"usage":{"input_tok'],
        "long": [b'{"type":"user","text":"' + b"x" * (60 * MIB) + b'"}'],
    }
    for place, (name, lines) in enumerate(bad.items()):
        rows = good(place * 100)
        (project / f"{name}.jsonl").write_bytes(b"\n".join([*rows[:5], *lines, *rows[5:]]) + b"\n")
    spaced = [json.dumps(json.loads(line), indent=None, separators=(" , ", " : ")) for line in good(600)]
    (project / "spaced.jsonl").write_text("\ufeff" + "\r\n".join(spaced))  # and no final line end
    os.mkfifo(project / "pipe.jsonl")
    (project / "folder.jsonl").mkdir()
    (project / "loop").symlink_to(project)

    total = (await machine.run("report", "--by", "agent", "--json")).json["total"]
    assert (total["requests"], total["inputTokens"], total["outputTokens"]) == (70, 70_000, 7_000)
    told = (await machine.run("doctor", "rejects", "--json")).json["rejects"]
    found = {(Path(one["path"]).stem, one["line"]) for one in told}
    assert found >= {("types", line) for line in (6, 7, 8, 9)} | {("times", 6), ("times", 7), ("torn", 6)}
    assert {stem for stem, _ in found} <= {*bad}
    assert all(one["reason"] for one in told)
    doctor = (await machine.run("doctor")).out
    assert f"{len(told)} lines rejected" in doctor
    assert "pipe.jsonl" in doctor


def _session(megabytes: int) -> Iterator[bytes]:
    """Lines of a megabyte that say nothing of usage, each with a request after it."""
    text = b"x" * MIB
    for number in range(megabytes):
        yield b'{"type":"user","message":{"role":"user","content":"' + text + b'"}}\n'
        yield json.dumps(reply(number)).encode() + b"\n"


def _peak_mib(machine: Machine, *words: str) -> float:
    """The most memory that a command ever held."""
    script = (
        "import resource, subprocess, sys;"
        "subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, sys.executable, "-m", "token_dashboard", *words],
        check=True,
        capture_output=True,
        env=machine.shell(),
        cwd=machine.home,
    )
    return int(ran.stdout) / (MIB if sys.platform == "darwin" else 1024)


async def test_a_session_of_hundreds_of_megabytes_is_read_in_little_memory(
    machine: Machine, replies: Replies
) -> None:
    replies.write("small", datetime.now(UTC), 1)
    before = _peak_mib(machine, "scan")
    with (machine.home / ".claude" / "projects" / "-home-me-project" / "large.jsonl").open("wb") as log:
        log.writelines(_session(200))
    peak = _peak_mib(machine, "scan")
    assert peak < 150
    assert peak - before < 80
    total = (await machine.run("report", "--by", "agent", "--json")).json["total"]
    assert total["requests"] == 201


async def test_a_cost_that_cannot_be_is_shown_by_doctor_and_not_believed(machine: Machine) -> None:
    project = machine.home / ".claude" / "projects" / "-shop"
    project.mkdir(parents=True)
    lines = [json.dumps({**reply(1), "costUSD": 0.007}), json.dumps({**reply(2), "costUSD": 7_500})]
    (project / "s.jsonl").write_text("\n".join(lines) + "\n")
    costs = {}
    for basis in ("computed", "logged", "auto"):
        answer = (await machine.run("report", "--cost", basis, "--json")).json
        costs[answer["costBasis"]] = answer["total"]["cost"]["amount"]
    assert costs == {"computed": "0.015", "logged": "7500.007", "auto": "0.0145"}
    assert "logged cost not believed, 1,000 times off: 1 request" in (await machine.run("doctor")).out
    assert (await machine.run("report", "--cost", "guessed")).code == 64
