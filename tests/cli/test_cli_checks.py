"""Every finding that ``tokens doctor`` can make has its words, and no words are left over."""

import ast
from collections.abc import Iterator
from pathlib import Path

from token_dashboard import cli
from token_dashboard.render import check_words

CLI = Path(cli.__file__).parent
MODULES = [*CLI.glob("*_checks.py"), CLI / "checks.py", CLI / "log_deletion.py"]


def _told() -> Iterator[str]:
    """Every word in the modules that make findings."""
    for module in MODULES:
        for node in ast.walk(ast.parse(module.read_bytes())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def _codes() -> Iterator[str]:
    """What stands as code in a call that makes a check, whichever of two it may be."""
    for module in MODULES:
        for node in ast.walk(ast.parse(module.read_bytes())):
            if isinstance(node, ast.keyword) and node.arg == "code":
                branches = (
                    [node.value.body, node.value.orelse]
                    if isinstance(node.value, ast.IfExp)
                    else [node.value]
                )
                yield from (one.value for one in branches if isinstance(one, ast.Constant))


def test_every_code_has_its_sentence() -> None:
    assert set(_codes()) - check_words.CODES == set()


def test_every_sentence_has_its_finding() -> None:
    assert check_words.CODES - set(_told()) == set()
