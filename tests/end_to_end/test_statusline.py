"""The status bar of Claude Code, as it calls us."""

import asyncio
import json
import os
import stat
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from machine import PATIENCE_S, Machine, Ran, Replies

SAID = {
    "session_id": "s1",
    "model": {"display_name": "Opus 4.5"},
    "context_window": {"used_percentage": 31},
}


async def drawn(machine: Machine, given: bytes | None, *words: str, **more: str) -> Ran:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        "-m",
        "token_dashboard",
        *words,
        "statusline",
        stdin=asyncio.subprocess.DEVNULL if given is None else asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**machine.shell(), "NO_COLOR": "1", **more},
        cwd=machine.home,
    )
    async with asyncio.timeout(PATIENCE_S):
        out, err = await process.communicate(given)
    return Ran(process.returncode or 0, out.decode(), err.decode())


def said(more: Mapping[str, object] | None = None) -> bytes:
    return json.dumps({**SAID, **(more or {})}).encode()


def kept(machine: Machine) -> Path:
    return machine.ledger.with_name("statusline.json")


async def looked(machine: Machine) -> None:
    """Until the process behind the line has looked."""
    lock = machine.ledger.with_name("statusline.lock")
    async with asyncio.timeout(PATIENCE_S):
        while not kept(machine).exists() or lock.exists():  # noqa: ASYNC110 - a file of another process
            await asyncio.sleep(0.02)


async def test_the_first_line_comes_at_once_and_the_next_one_knows_the_ledger(
    machine: Machine, replies: Replies
) -> None:
    replies.write("s1", datetime.now(UTC) - timedelta(minutes=2), 2)
    first = await drawn(machine, said())
    assert (first.code, first.out, first.err) == (0, "Opus 4.5 · context 31%\n", "")
    await looked(machine)
    second = await drawn(machine, said())
    assert f"session ${replies.dollars:.2f} · today $" in second.out
    assert " · block " in second.out
    assert stat.S_IMODE(kept(machine).stat().st_mode) == 0o600


async def test_a_line_that_is_drawn_again_and_again_has_one_look_behind_it(machine: Machine) -> None:
    await asyncio.gather(*(drawn(machine, said()) for _ in range(4)))
    await looked(machine)
    looked_at = kept(machine).stat().st_mtime_ns
    await asyncio.gather(*(drawn(machine, said()) for _ in range(4)))
    assert kept(machine).stat().st_mtime_ns == looked_at
    assert not machine.ledger.with_name("statusline.lock").exists()


@pytest.mark.parametrize(
    "given", [None, b"", b"[[[", b"{", b"null", b"\xff\xfe", b"[" * 100_000, b'{"model": 3, "cost": []}']
)
async def test_whatever_stands_on_standard_input_there_is_a_line(
    machine: Machine, given: bytes | None
) -> None:
    ran = await drawn(machine, given)
    assert (ran.code, ran.out, ran.err) == (0, "tokens: reading logs\n", "")
    await looked(machine)


async def test_an_empty_home_has_spent_nothing_today(machine: Machine) -> None:
    await drawn(machine, None)
    await looked(machine)
    assert (await drawn(machine, None)).out == "today $0.00\n"


async def test_settings_that_cannot_be_read_show_in_the_line(machine: Machine) -> None:
    machine.configure(pollIntervalMinutes="often")
    await drawn(machine, said())
    await looked(machine)
    ran = await drawn(machine, said())
    assert (ran.code, ran.out) == (0, "Opus 4.5 · context 31% · ⚠ tokens doctor\n")


async def test_figures_of_another_configuration_are_not_shown(machine: Machine) -> None:
    await drawn(machine, None)
    await looked(machine)
    other = machine.home / "other.json"
    other.write_text("{}")
    other.chmod(0o600)
    ran = await drawn(machine, None, "--config", str(other))
    assert (ran.code, ran.out) == (0, "tokens: reading logs\n")
    await looked(machine)


async def test_a_folder_that_cannot_be_written_stops_no_line(machine: Machine) -> None:
    (machine.home / "file").write_text("")
    ran = await drawn(machine, said(), XDG_STATE_HOME=str(machine.home / "file"))
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("Opus 4.5 · context 31%")


@pytest.mark.parametrize("words", [("--banana",), ("--config",), ("here", "--cost-source", "both")])
async def test_words_that_are_not_known_stop_no_line(machine: Machine, words: tuple[str, ...]) -> None:
    ran = await machine.run("statusline", *words)
    assert (ran.code, ran.out) == (0, "tokens: reading logs\n")
    assert ran.err.startswith("tokens statusline: ")
    await looked(machine)


async def test_the_folder_that_one_works_in_is_not_imported_from(machine: Machine) -> None:
    (machine.home / "aiosqlite.py").write_text("raise SystemExit('a stranger ran')")
    await drawn(machine, None)
    await looked(machine)
    assert json.loads(kept(machine).read_bytes())["today_nanos"] == 0


async def test_a_look_whose_process_died_is_done_again(machine: Machine) -> None:
    folder = machine.ledger.parent
    folder.mkdir(parents=True)
    lock = folder / "statusline.lock"
    lock.touch()
    await drawn(machine, None)
    assert lock.exists()
    long_ago = datetime.now(UTC).timestamp() - 120
    os.utime(lock, (long_ago, long_ago))
    await drawn(machine, None)
    await drawn(machine, None)
    await looked(machine)
