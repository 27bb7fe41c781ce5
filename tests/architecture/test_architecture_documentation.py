"""What can be typed, called or set stands in the README or in ``docs/``."""

import re
from pathlib import Path

import pytest

from token_dashboard.cli.main import COMMANDS
from token_dashboard.contract import read_contract

ROOT = Path(__file__).parents[2]
TEXT = "\n".join(page.read_text() for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))])
MANIFEST = read_contract("plugin.json")


def _setting_names(node: object) -> set[str]:
    """The names of all properties of a schema, however deep."""
    if isinstance(node, list):
        return {name for item in node for name in _setting_names(item)}
    if not isinstance(node, dict):
        return set()
    names = set(node["properties"]) if isinstance(node.get("properties"), dict) else set()
    return names | {name for item in node.values() for name in _setting_names(item)}


SETTINGS = sorted(_setting_names(read_contract("schemas/config.schema.json")))
VARIABLES = sorted(
    {
        name
        for path in (ROOT / "token_dashboard").rglob("*.py")
        for name in re.findall(r"\bTOKEN_DASHBOARD_[A-Z_]*[A-Z]\b", path.read_text())
    }
)


@pytest.mark.parametrize("command", MANIFEST["commands"], ids=lambda command: command["name"])
def test_a_chat_command_is_documented(command: dict[str, str]) -> None:
    assert f"/{command['name']}" in TEXT


@pytest.mark.parametrize("kind", ["gatewayMethods", "tools"])
def test_methods_and_tools_are_documented(kind: str) -> None:
    assert [one["name"] for one in MANIFEST[kind] if f"`{one['name']}`" not in TEXT] == []


def test_every_terminal_command_is_documented() -> None:
    assert [name for name in COMMANDS if not re.search(rf"\btokens {name}\b", TEXT)] == []


def test_every_setting_is_documented() -> None:
    assert [
        name for name in SETTINGS if not re.search(rf"[`\"'.]{re.escape(name)}[`\"':.]|\b{name}:", TEXT)
    ] == []


def test_every_environment_variable_is_documented() -> None:
    assert [name for name in VARIABLES if name not in TEXT] == []
