"""Whoever comes from another program is told of commands that there are."""

import re
import shlex
from pathlib import Path

import click
import pytest

from token_dashboard.cli.main import tokens

PAGE = (Path(__file__).parents[2] / "docs" / "coming-from.md").read_text("utf-8")
COMMANDS = sorted(
    {words for line in PAGE.splitlines() for words in re.findall(r"`(tokens(?: [^`]*)?)`", line)}
)


@pytest.mark.parametrize("typed", COMMANDS)
def test_a_command_that_newcomers_are_told_of_exists(typed: str) -> None:
    _, *words = shlex.split(typed)
    command: click.Command = tokens
    context = click.Context(tokens)
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(context, words.pop(0))
        assert found is not None, f"there is no {typed!r}"
        command, context = found, click.Context(found, parent=context)
    known = {option for parameter in command.get_params(context) for option in parameter.opts}
    assert {word for word in words if word.startswith("-") and word != "-"} <= known


def test_every_rival_has_its_table() -> None:
    rivals = ["ccusage", "tokscale", "tokenmeter", "clawmeter", "TokenLedger"]
    assert re.findall(r"^## (.+)$", PAGE, re.MULTILINE) == rivals
    assert PAGE.count("| there | here | what differs |") == len(rivals)
