"""The files of OpenClaw's plugin: generated from one source, and no more able than they need to be."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from token_dashboard.contract import read_contract, version

ROOT = Path(__file__).parents[2]
SHIM = ROOT / "token_dashboard" / "gateway" / "shim"
SCRIPTS = sorted(SHIM.glob("*.js"))
NETWORK = re.compile(r"fetch\(|node:(http|https|net|tls|dgram)\b|WebSocket|XMLHttpRequest")


def generated(name: str) -> Any:
    return json.loads((SHIM / name).read_bytes())


def test_generated_files_are_current() -> None:
    script = str(ROOT / "scripts" / "openclaw_manifest.py")
    checked = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_all_versions_are_one() -> None:
    names = ("openclaw.plugin.json", "package.json", "surface.json")
    assert {generated(name)["version"] for name in names} == {version()}


def test_a_pre_release_is_written_as_npm_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    from openclaw_manifest import npm_version

    written = [npm_version(one) for one in ("1.2.3", "1.2.3a1", "1.2.3b2", "1.2.3rc4", "1.2.3.dev5")]
    assert written == ["1.2.3", "1.2.3-alpha.1", "1.2.3-beta.2", "1.2.3-rc.4", "1.2.3-dev.5"]


def test_every_chat_command_is_described_in_every_language() -> None:
    commands = {command["name"] for command in read_contract("plugin.json")["commands"]}
    localizations = read_contract("plugin.json")["openclaw"]["localizations"]
    assert all(set(words) == commands for words in localizations.values())


@pytest.mark.parametrize(
    ("config", "is_valid"),
    [
        ({}, True),
        ({"python": "/usr/bin/python3", "pollIntervalMinutes": 5}, True),
        ({"python": ""}, False),
        ({"providers": {"openrouter": {"apiKey": "sk-or-v1"}}}, True),
        ({"providers": {"openrouter": {"apiKey": "two words"}}}, False),
        (
            {"providers": {"openrouter": {"apiKey": {"source": "env", "provider": "default", "id": "X"}}}},
            True,
        ),
        ({"providers": {"openrouter": {"apiKey": {"source": "env"}}}}, False),
        ({"unknown": 1}, False),
    ],
)
def test_the_configuration_takes_our_settings_and_secret_references(
    config: dict[str, Any], is_valid: bool
) -> None:
    schema = generated("openclaw.plugin.json")["configSchema"]
    assert Draft202012Validator(schema).is_valid(config) is is_valid


def test_every_masked_setting_may_be_a_secret_reference() -> None:
    manifest = generated("openclaw.plugin.json")
    paths = {entry["path"] for entry in manifest["configContracts"]["secretInputs"]["paths"]}
    assert paths == {path for path, hint in manifest["uiHints"].items() if hint.get("sensitive")}


def test_the_npm_package_has_every_file_and_nothing_to_install_or_run() -> None:
    package = generated("package.json")
    packed = {path.name for pattern in package["files"] for path in SHIM.glob(pattern)} | {"package.json"}
    assert packed == {path.name for path in SHIM.iterdir()}
    assert {"dependencies", "scripts", "bin"} & set(package) == set()


def test_one_place_starts_a_process() -> None:
    starting = {path.name: path.read_text().count("spawn(") for path in SCRIPTS}
    assert {name: count for name, count in starting.items() if count} == {"child.js": 1}


def test_the_environment_is_read_where_nothing_is_started() -> None:
    assert [path.name for path in SCRIPTS if "process.env" in path.read_text()] == ["python.js"]


def test_nothing_speaks_to_the_network() -> None:
    assert [path.name for path in SCRIPTS if NETWORK.search(path.read_text())] == []


def test_nothing_of_the_host_is_imported_before_it_is_needed() -> None:
    imported = {
        name
        for path in SCRIPTS
        for name in re.findall(r'^import .*? from "(.+?)";', path.read_text(), re.MULTILINE | re.DOTALL)
    }
    assert {name for name in imported if not name.startswith(("node:", "./"))} == set()
    assert [
        path.name for path in SCRIPTS if re.search(r"^(const .*= )?await ", path.read_text(), re.MULTILINE)
    ] == []
