"""``tokens serve`` on a terminal."""

import asyncio
import os
import pty
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from machine import Machine, Replies
from test_main_job import earlier_today


@asynccontextmanager
async def on_a_terminal(
    machine: Machine, *words: str
) -> AsyncIterator[tuple[asyncio.subprocess.Process, int]]:
    """``tokens`` and these words on a terminal; gives our end of it."""
    ours, theirs = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "token_dashboard",
        *words,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=machine.shell(),
        cwd=machine.home,
    )
    os.close(theirs)
    try:
        yield process, ours
        async with asyncio.timeout(5):
            assert await process.wait() == 0
    finally:
        if process.returncode is None:  # else whoever still reads what it shows waits for ever
            process.kill()
            await process.wait()
        os.close(ours)


async def test_a_terminal_gets_colours_unless_it_wants_none(machine: Machine, replies: Replies) -> None:
    replies.write("one", earlier_today(), 3)
    screens = []
    for machine.environment in ({"TERM": "xterm"}, {"TERM": "xterm", "NO_COLOR": "1"}):
        async with on_a_terminal(machine, "status") as (process, terminal):
            screen = b""
            async with asyncio.timeout(20):
                while b"Claude Code" not in screen:
                    screen += await asyncio.to_thread(os.read, terminal, 4096)
                await process.wait()
        screens.append(screen)
    coloured, plain = screens
    assert b"\x1b[1mAgent" in coloured
    assert b"\x1b[1m" not in plain


async def test_what_is_typed_at_the_prompt_is_answered_until_exit(machine: Machine, replies: Replies) -> None:
    replies.write("one", earlier_today(), 3)
    async with on_a_terminal(machine, "serve", "--port", "0") as (_, ours):
        screen = ""

        async def shows(text: str) -> None:
            nonlocal screen
            loop = asyncio.get_running_loop()
            async with asyncio.timeout(20):
                while text not in screen:
                    screen += (await loop.run_in_executor(None, os.read, ours, 4096)).decode()

        await shows("> ")
        os.write(ours, b"/tokens\n")
        await shows(f"${replies.dollars:.2f}")
        os.write(ours, b"/burn\n")
        await shows("/day")
        os.write(ours, b"/banana\n")
        await shows("/tokens help")
        os.write(ours, b"exit\n")
