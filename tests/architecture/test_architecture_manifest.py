"""``plugin.json`` is valid, and names what the code registers: all of it and nothing else."""

import json
from collections.abc import Iterator
from importlib.metadata import version as installed_version
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from token_dashboard.contract import read_contract, version
from token_dashboard.gateway.host import Command, Method, Page, Service, Tool
from token_dashboard.gateway.plugin import register

ROOT = Path(__file__).parents[2]
SCHEMAS = sorted((ROOT / "schemas").glob("*.json"))
Json = dict[str, Any]


class RecordingHost:
    """A host that only remembers what was registered with it, as the manifest would say it."""

    def __init__(self) -> None:
        self.registered: dict[str, list[Json]] = {
            "commands": [],
            "gatewayMethods": [],
            "services": [],
            "tools": [],
        }

    def register_command(self, command: Command) -> None:
        self.registered["commands"].append(
            {"name": command.name, "description": command.description, "arguments": command.arguments}
        )

    def register_gateway_method(self, method: Method) -> None:
        self.registered["gatewayMethods"].append(
            {"name": method.name, "scope": method.scope, "description": method.description}
        )

    def register_service(self, service: Service) -> None:
        self.registered["services"].append({"id": service.id})

    def register_tool(self, tool: Tool) -> None:
        self.registered["tools"].append(
            {"name": tool.name, "description": tool.description, "inputSchema": tool.input_schema}
        )

    def register_page(self, page: Page) -> None:
        assert callable(page.handler)

    async def emit(self, event: str, payload: Json) -> None:
        raise AssertionError(f"registering tells nobody anything: {event} {payload}")


@pytest.fixture
def manifest() -> Json:
    return read_contract("plugin.json")


@pytest.fixture
def registered() -> dict[str, list[Json]]:
    host = RecordingHost()
    nothing_is_asked = SimpleNamespace()
    register(host, nothing_is_asked, SimpleNamespace(run=None))
    return host.registered


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.name)
def test_each_schema_is_one(path: Path) -> None:
    Draft202012Validator.check_schema(json.loads(path.read_bytes()))


def test_the_manifest_is_valid(manifest: Json) -> None:
    problems = Draft202012Validator(read_contract("schemas/plugin.schema.json")).iter_errors(manifest)
    assert [f"{problem.json_path}: {problem.message}" for problem in problems] == []


@pytest.mark.parametrize("kind", ["commands", "gatewayMethods", "tools"])
def test_what_the_manifest_names_is_registered_and_no_other(
    kind: str, manifest: Json, registered: dict[str, list[Json]]
) -> None:
    assert registered[kind] == manifest[kind]


def test_the_manifests_services_are_registered_and_no_other(
    manifest: Json, registered: dict[str, list[Json]]
) -> None:
    assert [service["id"] for service in registered["services"]] == [
        one["id"] for one in manifest["services"]
    ]


def test_every_name_begins_with_the_plugins_id(manifest: Json) -> None:
    names = [one["name"] for one in manifest["gatewayMethods"]] + [one["id"] for one in manifest["services"]]
    assert [name for name in names if not name.startswith(manifest["id"])] == []


def test_a_tools_input_schema_is_one(manifest: Json) -> None:
    for tool in manifest["tools"]:
        Draft202012Validator.check_schema(tool["inputSchema"])


def test_hints_are_given_for_settings_that_exist(manifest: Json) -> None:
    assert set(manifest["uiHints"]) - {path for path, _ in settings()} == set()


def test_every_secret_setting_is_masked(manifest: Json) -> None:
    kinds = {"#/$defs/key", "#/$defs/keySource", "#/$defs/sharedKey"}
    secrets = {path for path, schema in settings() if schema.get("$ref") in kinds}
    assert secrets == {path for path, hint in manifest["uiHints"].items() if hint.get("sensitive")}


def test_manifest_and_package_have_one_version(manifest: Json) -> None:
    assert manifest["version"] == version() == installed_version("token-dashboard")


def settings() -> Iterator[tuple[str, Json]]:
    """Dotted path and schema of each setting; ``*`` stands for any id."""
    schema = read_contract(read_contract("plugin.json")["configSchema"]["$ref"])

    def below(path: tuple[str, ...], node: Json) -> Iterator[tuple[str, Json]]:
        if path:
            yield ".".join(path), node
        resolved = schema["$defs"][node["$ref"].rsplit("/", 1)[1]] | node if "$ref" in node else node
        for name, child in resolved.get("properties", {}).items():
            yield from below((*path, name), child)
        if isinstance(child := resolved.get("additionalProperties"), dict):
            yield from below((*path, "*"), child)

    return below((), schema)
