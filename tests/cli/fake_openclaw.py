"""Stands where the ``openclaw`` program stands: keeps what it was told in a file, and answers like it."""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
STATE = HERE / "state.json"


def main(words: list[str]) -> int:
    state = json.loads(STATE.read_text())
    if words == ["--version"]:
        say(f"OpenClaw {state['version']} (abc1234)")
        return 0
    with (HERE / "asked").open("a") as asked:
        asked.write(json.dumps(words) + "\n")
    before = dict(state)
    code = answer(state, [word for word in words if word != "--json"])
    if state != before:
        STATE.write_text(json.dumps(state))
    return code


def answer(state: dict[str, Any], words: list[str]) -> int:
    copy = HERE / "extensions" / "token-dashboard"
    match words:
        case [*command] if state.get("refuses") == " ".join(command[:2]):
            sys.stderr.write("It can't be done today.\n")
            return 1
        case ["plugins", "inspect", _]:
            if not copy.exists():
                return refuse("Plugin not found: token-dashboard.")
            version = json.loads((copy / "package.json").read_text())["version"]
            enabled = state.get("enabled", True)
            say(json.dumps({"plugin": {"rootDir": str(copy), "version": version, "enabled": enabled}}))
        case ["plugins", "install", source, "--force", "--accept-capabilities"]:
            shutil.copytree(source, copy, dirs_exist_ok=True)
            say("Installed plugin: token-dashboard")
        case ["plugins", "enable", _, "--accept-capabilities"]:
            state["enabled"] = True
        case ["plugins", "uninstall", _, "--force"]:
            shutil.rmtree(copy)
            state["enabled"] = False
            state.pop("python", None)
        case ["plugins", "doctor"]:
            say(json.dumps({"ok": True, "pluginErrors": state.get("errors", []), "diagnostics": []}))
        case ["config", "get", "plugins.entries.token-dashboard"]:
            entry = {key: state[key] for key in ("enabled",) if key in state}
            if not copy.exists() and not entry and "python" not in state:
                return refuse("Config path is valid but unset")
            named = {"python": state["python"]} if "python" in state else {}
            say(json.dumps({**entry, "config": {"pollIntervalMinutes": 15, **named}}))
        case ["config", "set", _, value]:
            state["python"] = value
        case ["gateway", "call", _]:
            return 0 if state.get("gateway", True) and state.get("enabled", True) else 1
        case _:
            return refuse(f"unknown: {words}")
    return 0


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def refuse(message: str) -> int:
    say(json.dumps({"ok": False, "error": {"message": message}}))
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
