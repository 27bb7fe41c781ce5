"""The help of the commands that keep and move the ledger: each shows how it is typed."""

import shlex
from collections.abc import Iterator
from importlib import import_module

import click
import pytest


def _commands() -> Iterator[tuple[str, click.Command]]:
    for name in ("ledger", "log", "sync", "bundle", "import_"):
        command = import_module(f"token_dashboard.cli.commands.{name}").command
        words = f"tokens {name.rstrip('_')}"
        yield words, command
        if isinstance(command, click.Group):
            yield from ((f"{words} {below}", one) for below, one in command.commands.items())


COMMANDS = dict(_commands())


@pytest.mark.parametrize("words", COMMANDS)
def test_a_command_shows_an_example_of_itself(words: str) -> None:
    epilog = COMMANDS[words].epilog or ""
    assert epilog.startswith("\b\nExamples:\n")
    assert f"  {words}" in epilog or f"&& {words}" in epilog


@pytest.mark.parametrize("words", COMMANDS)
def test_every_example_is_understood(words: str) -> None:
    for line in (COMMANDS[words].epilog or "").splitlines():
        typed = line.strip().rpartition("&& ")[2].split(" | ")[0].split(" > ")[0]
        if typed.startswith("tokens "):
            name = max((one for one in COMMANDS if f"{typed} ".startswith(f"{one} ")), key=len)
            COMMANDS[name].make_context(name, shlex.split(typed.removeprefix(name))).close()


@pytest.mark.parametrize(
    "words",
    [
        one
        for one, command in COMMANDS.items()
        if not isinstance(command, click.Group) and one != "tokens ledger export"
    ],
)
def test_a_script_can_have_the_outcome_as_a_document(words: str) -> None:
    assert "--json" in {option for one in COMMANDS[words].params for option in one.opts}
