"""``tokens serve`` on a terminal."""

import asyncio
import os
import pty
import sys
from pathlib import Path

from machine import Machine, Replies
from test_main_job import earlier_today


async def test_what_is_typed_at_the_prompt_is_answered_until_exit(machine: Machine, replies: Replies) -> None:
    replies.write("one", earlier_today(), 3)
    ours, theirs = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "token_dashboard",
        "serve",
        "--port",
        "0",
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=machine.shell(),
        cwd=Path(machine.home),
    )
    os.close(theirs)
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
    async with asyncio.timeout(5):
        assert await process.wait() == 0
    os.close(ours)
