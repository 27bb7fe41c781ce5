"""A prompt on the terminal of a running gateway: what a chat would show, typed here."""

import asyncio
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable

import click

_LEAVE = {"exit", "quit", "/exit", "/quit"}


async def answer_prompts(answer: Callable[[str], Awaitable[str]]) -> None:
    """Answer what is typed until the input ends or somebody says exit."""
    click.echo("Type /tokens or /burn; exit leaves.", err=True)
    async for line in _typed():
        if line in _LEAVE:
            return
        if line:
            click.echo(await answer(line))


async def _typed() -> AsyncIterator[str]:
    # A thread that waits for a key can't be interrupted; a daemon doesn't keep the process alive.
    lines: asyncio.Queue[str | None] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def read() -> None:
        while True:
            sys.stderr.write("> ")
            sys.stderr.flush()
            line = sys.stdin.readline()
            loop.call_soon_threadsafe(lines.put_nowait, line.strip() if line else None)
            if not line:
                return
            answered.wait()
            answered.clear()

    answered = threading.Event()
    threading.Thread(target=read, daemon=True, name="prompt").start()
    while (line := await lines.get()) is not None:
        yield line
        answered.set()
