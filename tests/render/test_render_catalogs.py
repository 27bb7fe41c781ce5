"""The catalogs say what the code asks them for."""

import ast
import re
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from token_dashboard import render
from token_dashboard.render.language import LOCALES, TRANSLATED

ROOT = Path(__file__).parent.parent.parent
RENDER = Path(render.__file__).parent


@pytest.fixture(scope="module")
def catalogs() -> ModuleType:
    spec = spec_from_file_location("catalogs", ROOT / "scripts" / "catalogs.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _read(tag: str) -> Catalog:
    with (LOCALES / tag / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=tag)


def test_every_message_of_the_code_is_translated_and_compiled(
    catalogs: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    assert catalogs.main(["--check"]) == 0, capsys.readouterr().out


def test_the_check_finds_a_message_that_was_not_translated(
    catalogs: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    template = catalogs.extract()
    template.add("A sentence that nobody translated")
    monkeypatch.setattr(catalogs, "extract", lambda: template)
    assert catalogs.main(["--check"]) == 1
    assert "not translated: A sentence that nobody translated" in capsys.readouterr().out


def test_the_shipped_languages_are_those_with_a_catalog() -> None:
    assert {folder.name for folder in LOCALES.iterdir() if folder.is_dir()} == set(TRANSLATED.values())


ENGLISH_ALONE = {"{number_type}"}
"""Gaps that click fills with words of its own."""


@pytest.mark.parametrize("tag", TRANSLATED.values())
def test_a_translation_fills_the_same_gaps_as_the_english(tag: str) -> None:
    for message in _read(tag):
        if message.id:
            asked = message.id if isinstance(message.id, tuple | list) else [message.id]
            told = message.string if isinstance(message.string, tuple) else [message.string]
            for text in told:
                assert _gaps(str(text)) == _gaps(str(asked[-1])) - ENGLISH_ALONE, message.id


def _gaps(text: str) -> set[str]:
    return set(re.findall(r"\{\w+\}", text))


def test_no_sentence_bypasses_the_catalogs() -> None:
    """A text with two words is handed to gettext, or is a command to type, or markup.

    Not within an f-string: the extractor finds nothing there on Python 3.11. Exports are for programs, and
    the status bar has no time for catalogs: both are English.
    """
    commands = re.compile(
        r"( ?→ )?/?tokens (\w+|doctor rejects|status --provider \{id\}|alerts test \{channel\})"
        r"| (set|raise|remove) [\w/ ]+|<!doctype html>\n|<meta .*"
    )
    assert {text for text in _bare_sentences() if not commands.fullmatch(text)} == set()


def _bare_sentences() -> Iterator[str]:
    for path in {*RENDER.rglob("*.py")} - {*(RENDER / "export").iterdir(), RENDER / "statusline.py"}:
        tree = ast.parse(path.read_text("utf-8"))
        translated, silent = set(), set()
        formatted = {
            id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and id(node) not in formatted:
                name = (
                    node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                )
                if name in {"_", "N_", "gettext", "ngettext"}:
                    translated |= {id(part) for argument in node.args for part in ast.walk(argument)}
            if isinstance(node, ast.keyword) and node.arg in {"class_", "content"}:
                silent.add(id(node.value))  # attributes that nobody reads
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                silent.add(id(node.value))  # a docstring
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and id(node) not in translated | silent
                and re.search(r"[A-Za-z]{3,} [A-Za-z]{3,}", node.value)
            ):
                yield node.value
