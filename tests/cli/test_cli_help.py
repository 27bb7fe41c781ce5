"""Every command, found by walking the tree of them, helps whoever types ``--help``."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from token_dashboard.cli.main import tokens

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")


def _below(context: click.Context) -> Iterator[click.Context]:
    """A command and all that are below it."""
    yield context
    command = context.command
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from _below(click.Context(found, info_name=name, parent=context))


EVERY = {
    one.command_path: one
    for one in _below(click.Context(tokens, info_name="tokens"))
    if not one.command.hidden
}


def _examples(context: click.Context) -> list[str]:
    """The lines below ``Examples:``, to the next empty one; without what some say beside them."""
    _, _, rest = (context.command.epilog or "").partition("Examples:\n")
    return [line.strip().partition("   ")[0] for line in rest.split("\n\n")[0].splitlines()]


@pytest.mark.parametrize("path", EVERY)
def test_its_help_has_an_example_of_it(path: str) -> None:
    assert any(path in line for line in _examples(EVERY[path]))


@pytest.mark.parametrize("path", EVERY)
def test_it_takes_a_configuration_and_says_so(path: str) -> None:
    assert "--config PATH" in EVERY[path].get_help()


@pytest.mark.parametrize(
    "path", [path for path, one in EVERY.items() if isinstance(one.command, click.Group)]
)
def test_its_list_of_commands_breaks_no_sentence_off(path: str) -> None:
    context = EVERY[path]
    formatter = click.HelpFormatter(width=78)
    assert isinstance(context.command, click.Group)
    context.command.format_commands(context, formatter)
    told = " ".join(formatter.getvalue().split())
    for name in context.command.list_commands(context):
        below = context.command.get_command(context, name)
        assert below is not None
        sentence = " ".join((below.help or "").split(".")[0].split())
        assert f"{name} {sentence}." in told or below.hidden


@pytest.mark.parametrize("path", EVERY)
def test_its_examples_can_be_typed(path: str) -> None:
    for line in _examples(EVERY[path]):
        for typed in re.findall(r"\btokens(?: [^|()<>]*)?", line):
            _, *words = shlex.split(typed)
            context = EVERY["tokens"]
            while isinstance(context.command, click.Group) and words and not words[0].startswith("-"):
                context = EVERY[f"{context.command_path} {words.pop(0)}"]
            known = {option for one in context.command.get_params(context) for option in one.opts}
            assert {word for word in words if re.match("--?[a-z]", word)} <= known, line


def test_the_readme_names_the_commands_without_json() -> None:
    """Groups that answer nothing by themselves need none."""
    lacking = {
        path.removeprefix("tokens ")
        for path, one in EVERY.items()
        if not any("--json" in parameter.opts for parameter in one.command.params)
        and not isinstance(one.command, click.Group)
    }
    told = re.search(r"All know it but (.*?), which has", README, re.DOTALL)
    assert told is not None
    assert set(re.findall(r"`([^`]+)`", told[1])) == lacking
