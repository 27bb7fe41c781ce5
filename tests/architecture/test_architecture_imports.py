"""Who may import whom: the contracts in ``pyproject.toml``, and what they cannot say."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from token_dashboard.agents._contract import discover as agents
from token_dashboard.providers._contract import discover as providers

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "token_dashboard"
GROUND_FLOOR = [*(PACKAGE / "model").rglob("*.py"), PACKAGE / "contract.py", PACKAGE / "discovery.py"]


def test_floors_plug_ins_and_libraries_keep_to_their_rooms() -> None:
    # A process of its own, because the linter changes how this one logs.
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    linted = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert linted.returncode == 0, linted.stdout


def test_the_ground_floor_imports_the_standard_library_and_itself_only() -> None:
    allowed = {*sys.stdlib_module_names, "token_dashboard"}
    imported = {(path.name, name) for path in GROUND_FLOOR for name in _imported(path)}
    assert [(path, name) for path, name in imported if name.split(".")[0] not in allowed] == []


@pytest.mark.parametrize("room", ["providers", "agents"])
def test_no_plug_in_is_known_to_its_room_or_to_another_plug_in(room: str) -> None:
    prefix = f"token_dashboard.{room}"
    plug_ins = {f"{prefix}.{path.stem}" for path in (PACKAGE / room).glob("[!_]*.py")}
    imported = {(path.name, name) for path in (PACKAGE / room).rglob("*.py") for name in _imported(path)}
    assert [(path, name) for path, name in imported if name in plug_ins] == []


def test_a_provider_is_named_after_its_module() -> None:
    assert [provider.id for provider in providers()] == _plug_ins("providers")


def test_an_agent_is_named_after_its_module() -> None:
    assert [agent.id for agent in agents()] == _plug_ins("agents")


def _plug_ins(room: str) -> list[str]:
    modules = (path.stem for path in (PACKAGE / room).glob("[!_]*.py"))
    return sorted(module.replace("_", "-") for module in modules)


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "."
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
