"""Keys that are kept elsewhere: given out by a program, or by the machine's keyring.

They are asked for anew each time, so that a key that was changed there is used from then on.
"""

import asyncio
import os
import signal
import sys
from asyncio import SubprocessTransport
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Mapping, Sequence
from contextlib import suppress

from token_dashboard.config import values
from token_dashboard.config.values import Command, KeyringEntry
from token_dashboard.model.secret import Secret

PATIENCE_S = 10.0
"""How long a program may take."""
_TO_DIE_S = 1.0
_MOST_BYTES = 64 * 1024
_NO_EXTRA, _NO_KEYRING, _NO_ENTRY = 64, 65, 66
# In a process of its own: a keyring may wait for a person who is not there, and can't be told to stop.
_READ_KEYRING = f"""
import sys
try:
    import keyring
except ImportError:
    sys.exit({_NO_EXTRA})
found = keyring.get_keyring()
if not found.priority > 0:
    sys.exit({_NO_KEYRING})
if len(sys.argv) > 1:
    key = found.get_password(*sys.argv[1:])
    sys.exit({_NO_ENTRY}) if key is None else sys.stdout.write(key)
"""


class NoKey(Exception):
    """There is none to be had now. The text says why, after the setting's name; it never holds the key."""


class NoKeyring(NoKey):
    """This machine has no keyring that we can read: the setting counts as left out."""


async def kept_key(source: Command | KeyringEntry, environment: Mapping[str, str]) -> Secret:
    """The key.

    Raises:
        NoKey: the program failed, took longer than ten seconds or wrote no key; the keyring has no such
            entry.
    """
    if isinstance(source, KeyringEntry):
        written = await _read_keyring(environment, source.service, source.user)
    else:
        code, written = await _run(source.words, environment)
        if code:
            raise NoKey(f"names a program that failed with exit code {code}")
    with suppress(ValueError):
        if secret := values.key(written):
            return secret
    raise NoKey("gives something that is no key")


async def keyring_trouble(environment: Mapping[str, str]) -> str | None:
    """Why no keyring can be read here, in words with what to do; ``None`` when one can."""
    try:
        await _read_keyring(environment)
    except NoKey as error:
        return str(error)
    return None


async def _read_keyring(environment: Mapping[str, str], *entry: str) -> str:
    code, written = await _run((sys.executable, "-P", "-c", _READ_KEYRING, *entry), environment)
    if code == _NO_EXTRA:
        raise NoKeyring("needs the extra for keyrings: python3 -m pip install 'token-dashboard[keyring]'")
    if code == _NO_KEYRING:
        raise NoKeyring("needs a keyring, and this machine has none that works")
    if code == _NO_ENTRY:
        raise NoKey("names an entry that the keyring doesn't have")
    if code:
        raise NoKey("names a keyring that could not be read")
    return written


async def _run(words: Sequence[str], environment: Mapping[str, str]) -> tuple[int | None, str]:
    """The exit code of a program and what it wrote, which is a secret."""
    loop = asyncio.get_running_loop()
    try:
        transport, run = await loop.subprocess_exec(
            _Run,
            *words,
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=DEVNULL,
            env=dict(environment),
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "it can't be started"
        raise NoKey(f"names a program that does not run: {reason}") from None
    try:
        async with asyncio.timeout(PATIENCE_S):
            await run.over.wait()
    except TimeoutError:
        raise NoKey(f"names a program that took longer than {PATIENCE_S:g} s") from None
    finally:
        await _ended(transport, run)
    if len(run.output) > _MOST_BYTES:
        raise NoKey("gives something that is no key")
    return transport.get_returncode(), run.output.decode(errors="replace")


class _Run(asyncio.SubprocessProtocol):
    """A program that runs, and what it wrote.

    Not asyncio's own ``Process``, whose ``wait`` ends with the program's pipe only: never, when reading was
    paused or when a program in the background holds the pipe open.
    """

    def __init__(self) -> None:
        self.output = bytearray()
        self.over = asyncio.Event()
        """It has ended and closed its output, or it wrote too much."""
        self.exited = asyncio.Event()

    def pipe_data_received(self, _fd: int, data: bytes) -> None:
        if len(self.output) <= _MOST_BYTES:
            self.output += data
        else:
            self.over.set()

    def process_exited(self) -> None:
        self.exited.set()

    def connection_lost(self, _exc: Exception | None) -> None:
        self.over.set()


async def _ended(transport: SubprocessTransport, run: _Run) -> None:
    """Nothing of the program stays, what it started itself included."""
    if transport.get_returncode() is None:
        with suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(transport.get_pid(), signal.SIGKILL)
            else:
                transport.kill()
        with suppress(TimeoutError):
            async with asyncio.timeout(_TO_DIE_S):
                await run.exited.wait()
    with suppress(PermissionError):
        transport.close()
