"""The options of reports: each stands on its page, and every command that is a report has them all."""

import re
from importlib import import_module
from pathlib import Path

import click
import pytest

from token_dashboard.model.report import CostBasis, Dimension, Order
from token_dashboard.model.stretch import Named

PAGE = (Path(__file__).parents[2] / "docs" / "reports.md").read_text("utf-8")
COMMANDS = ("report", "daily", "weekly", "monthly", "session", "models", "summary", "costs")
SHARED = {"--config", "--help"}


def options(name: str) -> set[str]:
    command = import_module(f"token_dashboard.cli.commands.{name}").command
    assert isinstance(command, click.Command)
    return {option for parameter in command.params for option in parameter.opts} - SHARED


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_stands_on_the_page(name: str) -> None:
    assert [one for one in options(name) if not re.search(rf"{re.escape(one)}\b", PAGE)] == []


def test_every_option_on_the_page_is_one() -> None:
    ours = PAGE.split("## If you know another tool")[0]
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", ours)) - {"--data"}
    assert named == {one for name in COMMANDS for one in options(name) if one.startswith("--")}


@pytest.mark.parametrize("name", COMMANDS)
def test_commands_that_are_reports_take_the_same_options(name: str) -> None:
    assert options(name) - {"--period"} == options("report")
    assert ("--period" in options(name)) == (name in {"summary", "costs"})


@pytest.mark.parametrize("word", [*Dimension, *Order, *CostBasis, *Named])
def test_every_word_that_an_option_takes_stands_on_the_page(word: str) -> None:
    assert re.search(rf"[`,]{word}[`,]", PAGE)
