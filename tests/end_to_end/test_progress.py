"""A person at a terminal sees how far lasting work is, and of short work nothing but the answer."""

import asyncio
import fcntl
import json
import os
import signal
import struct
import sys
import termios
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from machine import PATIENCE_S, Machine, Replies

AT_ONCE_S = 3
INTERRUPTED = 130
CURSOR_IS_BACK = "\x1b[?25h"

LINE = {
    "id": "1",
    "time": "2026-11-20T12:00:00Z",
    "source": "manual",
    "inputTokens": 100,
    "outputTokens": 20,
}


@dataclass(slots=True)
class Watched:
    """A command whose standard error is a terminal, and what stands on that."""

    process: asyncio.subprocess.Process
    terminal: asyncio.StreamReader
    shown: str = ""

    async def until(self, words: str) -> None:
        """Wait for words on the terminal."""
        while words not in self.shown:
            more = await self.terminal.read(4096)
            assert more, self.shown
            self.shown += more.decode(errors="replace")

    async def answer(self, typed: bytes = b"") -> str:
        """What it answers once its input has ended."""
        out, _ = await self.process.communicate(typed)
        try:
            while more := await self.terminal.read(4096):
                self.shown += more.decode(errors="replace")
        except OSError:  # how Linux says that nobody has the terminal open any more
            pass
        return out.decode()


@asynccontextmanager
async def watched(machine: Machine, *words: str, columns: int = 80) -> AsyncIterator[Watched]:
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "token_dashboard", *words),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=theirs,
        env=machine.shell() | {"TERM": "xterm-256color"},
        cwd=machine.home,
    )
    os.close(theirs)
    terminal = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(terminal), os.fdopen(ours, "rb", 0)
    )
    try:
        async with asyncio.timeout(PATIENCE_S):
            yield Watched(process, terminal)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        transport.close()


async def test_a_comparison_with_the_logs_is_left_with_one_interrupt(
    machine: Machine, replies: Replies
) -> None:
    log = replies.write("first", datetime(2026, 11, 20, 12, tzinfo=UTC), 1)
    await machine.run("scan")
    with log.open("a") as file:  # as much to read again as lasts until the interrupt
        line = {"type": "assistant", "requestId": "r", "timestamp": "2026-11-20T12:00:00Z"}
        usage = {"input_tokens": 1, "output_tokens": 1}
        for number in range(300_000):
            message = {"id": f"m{number}", "model": "claude-opus-4-5", "usage": usage}
            file.write(json.dumps(line | {"message": message}) + "\n")
    async with watched(machine, "explain", "2026-11-20", "--verify") as command:
        await command.until("Checking")
        command.process.send_signal(signal.SIGINT)
        async with asyncio.timeout(AT_ONCE_S):
            await command.until(CURSOR_IS_BACK)
            assert await command.answer() == ""
    assert command.process.returncode == INTERRUPTED
    assert "Traceback" not in command.shown


async def test_an_import_that_lasts_says_how_many_requests_have_passed(machine: Machine) -> None:
    async with watched(machine, "ledger", "import", "-", "--json") as command:
        await command.until("0 requests")
        answer = json.loads(await command.answer(json.dumps(LINE).encode()))
    assert answer["new"] == 1
    assert "━" in command.shown


async def test_a_log_that_is_piped_in_has_the_bar_in_the_language_of_the_settings(machine: Machine) -> None:
    machine.configure(language="de")
    async with watched(machine, "log", "-", columns=40) as command:
        await command.until("0 Anfragen")
        await command.answer(json.dumps(LINE).encode())


async def test_a_scan_without_news_leaves_the_terminal_as_it_was(machine: Machine) -> None:
    machine.configure(timeZone="UTC")
    async with watched(machine, "scan") as command:
        assert await command.answer() == "No agent's logs were found.\n"
    assert command.shown == ""
