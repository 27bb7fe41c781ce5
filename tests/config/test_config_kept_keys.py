"""Keys that a program or a keyring gives out, with programs and a keyring of this machine."""

import asyncio
import os
import sys
import time
from pathlib import Path

import pytest

from token_dashboard.config import kept_keys
from token_dashboard.config.kept_keys import NoKey, NoKeyring, kept_key, keyring_trouble
from token_dashboard.config.values import Command, KeyringEntry

ENVIRONMENT = {"PATH": os.environ["PATH"], "GIVEN": "from-the-environment"}
KEYRING = """
class Held:
    priority = {priority}

    def get_password(self, service, user):
        if service == "broken":
            raise RuntimeError("canary-key")
        return {{("openai", "admin"): "canary-key"}}.get((service, user))

def get_keyring():
    return Held()
"""


def shell(script: str) -> Command:
    return Command(("sh", "-c", script))


def apart(words: str) -> str:
    """A program in the background of a session of its own, which the one that started it waits for."""
    program, *_ = arguments = words.split()
    start = f"import os; os.setsid(); os.execvp('{program}', {arguments})"
    return f'{sys.executable} -c "{start}" & wait'


def with_keyring(folder: Path, priority: float = 5) -> dict[str, str]:
    """An environment in which the library for keyrings is there, with one entry."""
    (folder / "keyring.py").write_text(KEYRING.format(priority=priority))
    return {**ENVIRONMENT, "PYTHONPATH": str(folder)}


async def trouble(source: Command | KeyringEntry, environment: dict[str, str] = ENVIRONMENT) -> str:
    with pytest.raises(NoKey) as caught:
        await kept_key(source, environment)
    assert "canary" not in f"{caught.value!r} {caught.value.__cause__!r} {caught.value.__context__!r}"
    return str(caught.value)


async def test_what_a_program_writes_is_the_key_without_the_white_space_around_it() -> None:
    assert (await kept_key(shell("echo; echo '  canary-key  '"), ENVIRONMENT)).reveal() == "canary-key"


async def test_no_shell_reads_the_words_of_a_command() -> None:
    assert (await kept_key(Command(("echo", "$HOME;ls")), ENVIRONMENT)).reveal() == "$HOME;ls"


async def test_a_program_has_the_environment_and_nothing_to_read() -> None:
    secret = await kept_key(shell('cat; printf "%s" "$GIVEN"'), ENVIRONMENT)
    assert secret.reveal() == "from-the-environment"


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("echo canary-key; exit 3", "names a program that failed with exit code 3"),
        ("true", "gives something that is no key"),
        ("echo canary key", "gives something that is no key"),
        ("echo canary; echo key", "gives something that is no key"),
        ("printf 'canary\\303'", "gives something that is no key"),
        ("yes canary", "gives something that is no key"),
        (apart("yes canary"), "gives something that is no key"),
    ],
)
async def test_a_program_that_gives_no_key_is_told_without_what_it_wrote(script: str, told: str) -> None:
    assert await trouble(shell(script)) == told


async def test_a_program_that_is_not_there_is_told() -> None:
    assert await trouble(Command(("no-such-program",))) == (
        "names a program that does not run: No such file or directory"
    )


async def test_a_program_that_hangs_is_given_up_with_all_that_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_keys, "PATIENCE_S", 0.5)
    alive = tmp_path / "alive"
    script = f"(while :; do date +%N > {alive}; sleep 0.02; done) & sleep 60"
    begun = time.monotonic()
    assert await trouble(shell(script)) == "names a program that took longer than 0.5 s"
    assert time.monotonic() - begun < 5
    last = alive.read_text()
    await asyncio.sleep(0.2)
    assert alive.read_text() == last


async def test_a_program_that_left_another_one_behind_is_given_up_in_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(kept_keys, "PATIENCE_S", 0.5)
    begun = time.monotonic()
    assert await trouble(shell(apart("sleep 8"))) == "names a program that took longer than 0.5 s"
    assert time.monotonic() - begun < 5


async def test_an_entry_of_the_keyring_is_read(tmp_path: Path) -> None:
    environment = with_keyring(tmp_path)
    assert (await kept_key(KeyringEntry("openai", "admin"), environment)).reveal() == "canary-key"
    assert await keyring_trouble(environment) is None


@pytest.mark.parametrize(
    ("service", "told"),
    [
        ("other", "names an entry that the keyring doesn't have"),
        ("broken", "names a keyring that could not be read"),
    ],
)
async def test_an_entry_that_cannot_be_read_is_told(tmp_path: Path, service: str, told: str) -> None:
    assert await trouble(KeyringEntry(service, "admin"), with_keyring(tmp_path)) == told


async def test_a_machine_without_a_keyring_is_told_from_one_without_the_entry(tmp_path: Path) -> None:
    environment = with_keyring(tmp_path, priority=0)
    with pytest.raises(NoKeyring, match="this machine has none"):
        await kept_key(KeyringEntry("openai", "admin"), environment)
    (tmp_path / "keyring.py").write_text("raise ImportError")
    with pytest.raises(NoKeyring, match=r"pip install 'token-dashboard\[keyring\]'"):
        await kept_key(KeyringEntry("openai", "admin"), environment)
    assert "pip install" in (await keyring_trouble(environment) or "")
