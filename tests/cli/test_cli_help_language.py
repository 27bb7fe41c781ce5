"""The help of every command is whole in each language, and fits the terminal."""

import re
from functools import cache
from pathlib import Path

import click
import pytest
from babel.messages.mofile import read_mo
from test_cli_help import EVERY
from test_cli_start_up import loaded

from token_dashboard.cli.help_page import HelpPage
from token_dashboard.cli.help_words import in_words
from token_dashboard.cli.main import tokens
from token_dashboard.render.click_words import help_words, speak
from token_dashboard.render.columns import width
from token_dashboard.render.language import LOCALES, TRANSLATED

LANGUAGES = ["en", *TRANSLATED]


@pytest.fixture(params=LANGUAGES)
def tongue(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """A language, which click speaks meanwhile."""
    monkeypatch.setenv("LANGUAGE", "")
    speak(request.param)
    return str(request.param)


def _page(path: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What ``--help`` behind a command prints."""
    tokens.main([*path.split()[1:], "--help"], prog_name="tokens", standalone_mode=False)
    return capsys.readouterr().out


def _examples(command: click.Command) -> list[str]:
    """The indented lines of the epilog, without what is said beside them."""
    lines = (command.epilog or "").splitlines()
    return [line.strip().partition("   ")[0] for line in lines if line.startswith(" ")]


@pytest.mark.parametrize("tag", TRANSLATED.values())
@pytest.mark.parametrize("path", EVERY)
def test_all_that_its_help_tells_has_a_translation(path: str, tag: str) -> None:
    told: list[str] = []

    def say(message: str) -> str:
        told.append(message)
        return message

    in_words(EVERY[path].command, say)
    assert set(told) - _translated(tag).keys() == set()


@cache
def _translated(tag: str) -> dict[str, str]:
    with (LOCALES / tag / "LC_MESSAGES" / "help.mo").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_mo(file) if message.id}


@pytest.mark.parametrize("tag", TRANSLATED.values())
def test_a_translation_names_the_same_options_settings_values_and_numbers(tag: str) -> None:
    typed = re.compile(r"--[a-z-]+|`[^`]+`|\b[a-z]{2,}\.[A-Za-z]+|\b[A-Z]{4,}\b|\d+", re.ASCII)
    for english, told in _translated(tag).items():
        assert sorted(typed.findall(english)) == sorted(typed.findall(told)), english


@pytest.mark.parametrize("path", [path for path in EVERY if path != "tokens"])
def test_nothing_that_its_help_tells_bypasses_the_catalogs(path: str) -> None:
    told = in_words(EVERY[path].command, lambda _: "※")
    told.epilog = None
    _, _, page = told.get_help(EVERY[path]).replace("Show this message and exit.", "※").partition("\n\n")
    assert "※" in page
    assert re.findall(r"[a-z]{2,} [a-z]{2,}.*", page) == []


@pytest.mark.parametrize("columns", [80, 40])
def test_no_line_is_wider_than_the_terminal(
    columns: int, tongue: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """But for a single word of an example, which couldn't be typed in two parts."""
    monkeypatch.setenv("COLUMNS", str(columns))
    wide = {
        path: line
        for path, context in EVERY.items()
        for line in _page(path, capsys).splitlines()
        if width(line) > columns and not _is_word_of_example(line, context.command)
    }
    assert wide == {}, tongue


def _is_word_of_example(line: str, command: click.Command) -> bool:
    word = line.strip().removesuffix(" \\")
    is_one = re.fullmatch(r"'[^']*'|\S+", word) is not None
    return is_one and any(word in example for example in _examples(command))


def test_an_example_can_be_copied_from_any_terminal(
    tongue: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    for path, context in EVERY.items():
        page = re.sub(r" \\\n +", " ", _page(path, capsys))
        assert [one for one in _examples(context.command) if one not in page] == [], tongue


@pytest.mark.parametrize("columns", [80, 40])
def test_a_list_of_commands_tells_each_whole(
    columns: int, tongue: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    for path, context in EVERY.items():
        if isinstance(context.command, click.Group):
            page = _joined(_page(path, capsys))
            for name in context.command.list_commands(context):
                if below := EVERY.get(f"{path} {name}"):
                    about = in_words(below.command, help_words()).get_short_help_str()
                    assert f"{name}{_joined(about)}" in page, tongue


def _joined(text: str) -> str:
    return "".join(text.split())


def test_chinese_breaks_where_a_line_is_full() -> None:
    page = HelpPage(width=20)
    page.write_text("读取日志并将新内容发送到团队的账本。")
    page.write_dl([("--a", "读取日志并将新内容发送到账本。")])
    assert page.getvalue() == (
        "读取日志并将新内容发\n送到团队的账本。\n--a  读取日志并将新\n     内容发送到账\n     本。\n"
    )


def test_who_asks_for_no_help_waits_for_none_of_it(tmp_path: Path) -> None:
    module = "token_dashboard.cli.help_page"
    assert module not in loaded(tmp_path, "agents", LANG="de_DE.UTF-8")
    assert module in loaded(tmp_path, "agents", "--help", LANG="de_DE.UTF-8")
