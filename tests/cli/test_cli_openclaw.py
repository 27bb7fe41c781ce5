"""``tokens openclaw``: what it asks of OpenClaw, in which state, and what it says when it can't."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from token_dashboard.contract import version

SHIM = Path(__file__).parents[2] / "token_dashboard" / "gateway" / "shim"
PYTHON = "plugins.entries.token-dashboard.config.python"
INSTALL = ["plugins", "install", str(SHIM), "--force", "--accept-capabilities"]
SET_PYTHON = ["config", "set", PYTHON, sys.executable]
ENABLE = ["plugins", "enable", "token-dashboard", "--accept-capabilities"]


class Machine:
    """A computer with an OpenClaw, as far as its command line goes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "bin").mkdir()
        shutil.copy(Path(__file__).with_name("fake_openclaw.py"), folder / "fake_openclaw.py")
        self.program("openclaw", f'exec "{sys.executable}" "{folder}/fake_openclaw.py" "$@"')
        self.has(version="2026.9.6")

    def program(self, name: str, script: str) -> None:
        path = self.folder / "bin" / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def has(self, **state: Any) -> None:
        file = self.folder / "state.json"
        before = json.loads(file.read_text()) if file.exists() else {}
        file.write_text(json.dumps(before | state))

    def tokens(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": str(self.folder / "bin"), "HOME": str(self.folder), **environment}
        return subprocess.run(
            [sys.executable, "-m", "token_dashboard", "openclaw", *words],
            capture_output=True,
            text=True,
            env=environment,
            check=False,
        )

    def changes(self) -> list[list[str]]:
        """What was asked of OpenClaw since the last look, apart from questions."""
        file = self.folder / "asked"
        asked = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
        file.unlink(missing_ok=True)
        return [words for words in asked if words[1] in {"install", "enable", "uninstall", "set"}]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_installing_copies_the_plugin_and_names_this_python(machine: Machine) -> None:
    done = machine.tokens("install")
    assert (done.returncode, done.stderr) == (0, "")
    assert machine.changes() == [INSTALL, SET_PYTHON]
    for words in (INSTALL, SET_PYTHON):
        assert f"openclaw {' '.join(words)}" in done.stdout
    assert "Installed plugin: token-dashboard" in done.stdout
    assert "/tokens" in done.stdout


def test_installing_again_does_nothing(machine: Machine) -> None:
    machine.tokens("install")
    machine.changes()
    done = machine.tokens("install")
    assert (done.returncode, machine.changes()) == (0, [])
    assert "nothing was left to do" in done.stdout


def test_an_older_copy_is_brought_up_to_date(machine: Machine) -> None:
    machine.tokens("install")
    machine.changes()
    copy = machine.folder / "extensions" / "token-dashboard" / "index.js"
    copy.write_text("// an older one")
    assert machine.tokens("install").returncode == 0
    assert machine.changes() == [INSTALL]
    assert copy.read_bytes() == (SHIM / "index.js").read_bytes()


def test_a_disabled_plugin_is_enabled(machine: Machine) -> None:
    machine.has(enabled=False)
    assert machine.tokens("install").returncode == 0
    assert machine.changes() == [INSTALL, SET_PYTHON, ENABLE]


def test_a_python_that_runs_this_version_stays_configured(machine: Machine) -> None:
    other = machine.folder / "bin" / "other-python"
    machine.program("other-python", f'echo "token-dashboard {version()}"')
    machine.has(python=str(other))
    machine.tokens("install")
    assert machine.changes() == [INSTALL]


def test_a_python_of_another_version_is_replaced_and_named(machine: Machine) -> None:
    machine.program("old-python", 'echo "token-dashboard 0.0.1"')
    machine.has(python=str(machine.folder / "bin" / "old-python"))
    done = machine.tokens("install")
    assert SET_PYTHON in machine.changes()
    assert "old-python has 0.0.1" in done.stdout


def test_a_dry_run_shows_the_commands_and_changes_nothing(machine: Machine) -> None:
    done = machine.tokens("install", "--dry-run")
    assert (done.returncode, machine.changes()) == (0, [])
    assert f"openclaw {' '.join(INSTALL)}" in done.stdout
    assert done.stdout.endswith("Nothing was done.\n")


def test_installing_tells_programs_the_same(machine: Machine) -> None:
    told = json.loads(machine.tokens("install", "--json").stdout)
    assert [step["command"] for step in told["steps"]] == [INSTALL, SET_PYTHON]
    assert told["openclaw"]["version"] == "2026.9.6"


def test_a_step_that_openclaw_refuses_is_told_in_its_words(machine: Machine) -> None:
    machine.has(refuses="config set")
    done = machine.tokens("install")
    assert done.returncode == 1
    assert "config set" in done.stderr
    assert "It can't be done today." in done.stderr


def test_uninstalling_takes_it_out_once(machine: Machine) -> None:
    machine.tokens("install")
    machine.changes()
    assert "Nothing was done." in machine.tokens("uninstall", "--dry-run").stdout
    assert machine.changes() == []
    assert machine.tokens("uninstall").returncode == 0
    assert machine.changes() == [["plugins", "uninstall", "token-dashboard", "--force"]]
    assert "not installed" in machine.tokens("uninstall").stdout
    assert machine.tokens("install").returncode == 0
    assert machine.changes() == [INSTALL, SET_PYTHON, ENABLE]


def test_the_status_of_a_good_installation_needs_nobody(machine: Machine) -> None:
    machine.tokens("install")
    done = machine.tokens("status", "--json")
    told = json.loads(done.stdout)
    assert done.returncode == 0
    assert (told["installed"], told["enabled"], told["answering"], told["findings"]) == (True, True, True, [])
    assert {told["version"], told["installedVersion"], told["pythonVersion"]} == {version()}
    assert told["next"] is None


@pytest.mark.parametrize(
    ("state", "next_step"),
    [
        ({"enabled": False}, "tokens openclaw install"),
        ({"python": "/nowhere/python"}, "tokens openclaw install"),
        ({"errors": [{"pluginId": "token-dashboard", "message": "failed"}]}, "openclaw plugins doctor"),
        ({"gateway": False}, "openclaw gateway status"),
    ],
)
def test_the_status_says_what_to_do(machine: Machine, state: dict[str, Any], next_step: str) -> None:
    machine.tokens("install")
    machine.has(**state)
    done = machine.tokens("status")
    assert done.returncode == 1
    assert done.stdout.endswith(f"Next: {next_step}\n")


def test_what_doctor_says_of_other_plugins_is_not_ours(machine: Machine) -> None:
    machine.tokens("install")
    machine.has(errors=[{"pluginId": "another", "message": "failed"}])
    assert machine.tokens("status").returncode == 0


def test_without_an_installation_the_status_says_how_to_get_one(machine: Machine) -> None:
    done = machine.tokens("status")
    assert done.returncode == 1
    assert "installed   no" in done.stdout
    assert done.stdout.endswith("Next: tokens openclaw install\n")


@pytest.mark.parametrize("words", [["install"], ["status"], ["uninstall"]])
def test_a_missing_openclaw_is_named_with_what_to_do(machine: Machine, words: list[str]) -> None:
    (machine.folder / "bin" / "openclaw").unlink()
    done = machine.tokens(*words)
    assert (done.returncode, done.stdout) == (1, "")
    assert "OpenClaw was not found on the PATH" in done.stderr
    assert "npm install -g openclaw@latest" in done.stderr


def test_an_openclaw_that_is_too_old_is_named(machine: Machine) -> None:
    machine.has(version="2025.12.31")
    done = machine.tokens("install")
    assert done.returncode == 1
    assert "OpenClaw 2025.12.31 is too old; 2026.9.5 or newer is needed" in done.stderr
    assert machine.changes() == []


@pytest.mark.parametrize(
    ("node", "sentence"),
    [
        ("echo v20.20.2", "OpenClaw needs Node 24.16.0 or newer; node on the PATH is 20.20.2."),
        ("echo v24.20.0", "openclaw --version failed: openclaw: something else"),
        (None, "OpenClaw needs Node 24.16.0 or newer, and no node was found on the PATH."),
    ],
)
def test_an_openclaw_that_does_not_run_is_explained_by_its_node(
    machine: Machine, node: str | None, sentence: str
) -> None:
    machine.program("openclaw", 'echo "openclaw: something else" >&2; exit 1')
    if node:
        machine.program("node", node)
    done = machine.tokens("install")
    assert done.returncode == 1
    assert sentence in done.stderr


def test_a_person_is_told_in_the_language_of_the_machine_and_a_program_in_english(machine: Machine) -> None:
    german = {"LANG": "de_DE.UTF-8", "PYTHONUTF8": "1"}
    machine.has(python="/usr/bin/old", enabled=False)
    done = machine.tokens("install", "--dry-run", **german).stdout
    assert "\n  (nennt das Python, das es ausführt; /usr/bin/old hat kein token-dashboard)\n" in done
    assert done.endswith("\n  (lässt OpenClaw es laden)\n\nNichts wurde getan.\n")
    assert "answering" not in (status := machine.tokens("status", **german).stdout)
    assert "\nantwortet" in status
    assert status.endswith("\nAls Nächstes: tokens openclaw install\n")
    document = json.loads(machine.tokens("status", "--json", **german).stdout)
    assert document["summary"] == "Next: tokens openclaw install"


def test_what_stops_it_is_told_in_the_language_of_the_machine(machine: Machine) -> None:
    (machine.folder / "bin" / "openclaw").unlink()
    said = machine.tokens("install", LANG="de_DE.UTF-8", PYTHONUTF8="1").stderr
    assert said.startswith("Fehler: OpenClaw ist nicht im PATH. Mit Node ")


def test_the_bridge_is_there_and_not_advertised(machine: Machine) -> None:
    assert "bridge" not in machine.tokens("--help").stdout
    left = subprocess.run(
        [sys.executable, "-m", "token_dashboard", "openclaw", "bridge"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env={**os.environ, "HOME": str(machine.folder)},
        timeout=20,
        check=False,
    )
    assert (left.returncode, left.stdout) == (0, b"")
