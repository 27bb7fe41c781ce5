"""The size, the names and the manners of modules."""

import ast
import re
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "token_dashboard"
MODULES = sorted(PACKAGE.rglob("*.py"))
SCRIPTS = sorted([*(ROOT / "scripts").rglob("*.py"), *(ROOT / "benchmarks").rglob("*.py")])
TESTS = sorted((ROOT / "tests").rglob("*.py"))
EVERYTHING = [*MODULES, *SCRIPTS, *TESTS]

LONGER_THAN_300_LINES: dict[str, str] = {}
"""Path of a module → why it is still one thing."""

CATCHES_EVERYTHING = {
    "engine/collector.py": "one provider that fails must not stop the others",
    "engine/poller.py": "one round that fails must not end the service",
    "engine/log_pieces.py": "one log file whose reader fails must not stop the others",
    "gateway/refusal.py": "one call that fails must not end the connection",
    "cli/main.py": "a person gets a sentence, never a traceback",
}
"""The boundaries at which any error is caught."""

NAMES_THAT_SAY_NOTHING = {"base", "common", "core", "helper", "helpers", "manager", "misc", "util", "utils"}
FOLDERS_OF_TESTS_BESIDE_THE_ROOMS = {
    "architecture",
    "benchmarks",
    "end_to_end",
    "openclaw",
    "openclaw_bridge",
    "shim",
}


def test_a_module_has_at_most_300_lines_or_a_reason() -> None:
    long = {_name(path) for path in EVERYTHING if _lines(path) > 300}
    assert long == set(LONGER_THAN_300_LINES)


def test_half_of_all_modules_fit_two_screens() -> None:
    assert median(_lines(path) for path in MODULES) <= 120


def test_a_module_says_what_it_is_for() -> None:
    assert [_name(path) for path in [*MODULES, *SCRIPTS] if not ast.get_docstring(_parsed(path))] == []


def test_no_module_or_room_has_a_name_that_says_nothing() -> None:
    parts = {part.strip("_") for path in EVERYTHING for part in Path(_name(path)).with_suffix("").parts}
    assert parts & NAMES_THAT_SAY_NOTHING == set()


def test_only_the_named_boundaries_catch_everything() -> None:
    catching = {str(path.relative_to(PACKAGE)) for path in MODULES if _catches_everything(_parsed(path))}
    assert catching == set(CATCHES_EVERYTHING)


def test_no_module_silences_the_type_checker() -> None:
    assert [_name(path) for path in MODULES if re.search(r"#\s*type:\s*ignore", path.read_text())] == []


def test_a_silenced_linter_stands_beside_its_reason() -> None:
    without_reason = re.compile(r"#\s*noqa(?!: [A-Z]+\d+(?:, [A-Z]+\d+)* - \S).*")
    silenced = [(_name(path), *without_reason.findall(path.read_text())) for path in [*MODULES, *SCRIPTS]]
    assert [found for found in silenced if len(found) > 1] == []


def test_every_room_has_tests() -> None:
    assert _rooms() - _folders_of_tests() == set()


def test_every_folder_of_tests_mirrors_a_room() -> None:
    assert _folders_of_tests() - _rooms() <= FOLDERS_OF_TESTS_BESIDE_THE_ROOMS


def test_no_two_test_modules_have_one_name() -> None:
    names = [path.name for path in _test_modules()]
    assert sorted(names) == sorted(set(names))


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_bytes())


def _rooms() -> set[str]:
    return {path.parent.name for path in PACKAGE.glob("*/__init__.py")}


def _test_modules() -> list[Path]:
    return [path for path in TESTS if path.name.startswith("test_")]


def _room(test_module: Path) -> str:
    return test_module.relative_to(ROOT / "tests").parts[0]


def _folders_of_tests() -> set[str]:
    return {_room(path) for path in _test_modules()}


def _catches_everything(module: ast.Module) -> bool:
    """Whether a handler of any error ends otherwise than by raising that error again."""
    return any(
        re.search(r"\b(?:Base)?Exception\b", ast.unparse(node.type) if node.type else "BaseException")
        and not (isinstance(last := node.body[-1], ast.Raise) and last.exc is None)
        for node in ast.walk(module)
        if isinstance(node, ast.ExceptHandler)
    )
