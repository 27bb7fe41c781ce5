"""Reasons of other rooms reach a reader in the reader's language."""

import ast
import re
from collections.abc import Iterator
from gettext import NullTranslations
from pathlib import Path

import pytest
from babel import Locale

import token_dashboard
from token_dashboard.render.errors import phrase
from token_dashboard.render.language import Language, language

PACKAGE = Path(token_dashboard.__file__).parent
ROOMS = [*(PACKAGE / "engine" / "imports").glob("*.py"), PACKAGE / "engine" / "bundles.py"]
TEAM = PACKAGE / "cli" / "team.py"
NO_REASONS = re.compile(r"select |token-dashboard bundle|Weekly .*\(7d\)")
"""What other programs and files are made of."""


class Marking(NullTranslations):
    """A catalog that has everything."""

    def gettext(self, message: str) -> str:
        return f"«{message}»"


MARKED = Language(Locale("de"), Marking())


def reasons_in(path: Path) -> Iterator[str]:
    """Every sentence in the code of a module: what it raises, and what it says of a row."""
    tree = ast.parse(path.read_text("utf-8"))
    silent: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            silent.add(id(node.value))  # a docstring
        if isinstance(node, ast.JoinedStr):
            silent |= {id(part) for part in node.values}
    for node in ast.walk(tree):
        if id(node) in silent:
            continue
        if isinstance(node, ast.JoinedStr):
            parts = (str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)
            text = "".join(parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        else:
            continue
        if re.search(r"[A-Za-z]{2,} [A-Za-z]{2,}", text) and not NO_REASONS.match(text):
            yield text


@pytest.mark.parametrize("path", ROOMS, ids=lambda path: path.stem)
def test_every_reason_for_which_something_is_not_taken_can_be_translated(path: Path) -> None:
    assert [text for text in reasons_in(path) if not phrase(text, MARKED).startswith("«")] == []


def test_what_a_team_needs_in_the_settings_can_be_translated() -> None:
    needs = [text for text in reasons_in(TEAM) if text.startswith("is ")]
    assert len(needs) == 3
    assert [text for text in needs if not phrase(text, MARKED).startswith("«")] == []


def test_reasons_are_found_in_the_code() -> None:
    assert len({text for path in ROOMS for text in reasons_in(path)}) > 30


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "attribution.boss is no field of an attribution",
            "«attribution.boss is no field of an attribution»",
        ),
        ("1,204 quarters of an hour whose totals differ from their requests", "«1.204 quarters of an hour"),
        ("it is no CSV (line contains NUL)", "«it is no CSV (line contains NUL)»"),
        ('recordedCost must be like {"amount": "0.12"}', '«recordedCost must be like {"amount": "0.12"}»'),
        ("listCost: 'dear' is no amount", "«listCost: 'dear' is no amount»"),
        ("something that nobody foresaw", "something that nobody foresaw"),
    ],
)
def test_what_a_reason_names_stays_as_it_is(text: str, told: str) -> None:
    assert phrase(text, MARKED).startswith(told)


def test_an_english_reader_gets_a_reason_to_the_letter() -> None:
    text = "1,204 quarters of an hour whose totals differ from their requests"
    assert phrase(text, language("en")) == text
