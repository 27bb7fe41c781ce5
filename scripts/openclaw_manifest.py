"""Makes what OpenClaw reads of the plugin from ``plugin.json``, the one source.

Three files of ``token_dashboard/gateway/shim/``: ``openclaw.plugin.json``, which OpenClaw reads without
running it; ``package.json``, which npm and OpenClaw's installer read; ``surface.json``, the names and scopes
that the JavaScript registers. ``python scripts/openclaw_manifest.py`` writes them; ``--check`` writes nothing
and fails when one is out of date.
"""

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any, TypeAlias

from token_dashboard.contract import read_contract
from token_dashboard.providers._contract import Provider, discover

Json: TypeAlias = dict[str, Any]

SHIM = Path(__file__).parent.parent / "token_dashboard" / "gateway" / "shim"
PRE_RELEASES = {"a": "alpha", "b": "beta", "rc": "rc", ".dev": "dev"}
KEYS = ("key", "keySource")
"""What the configuration's contract calls settings that hold a secret."""
SECRET_REFERENCE: Json = {
    "type": "object",
    "additionalProperties": False,
    "required": ["source", "provider", "id"],
    "properties": {
        "source": {"enum": ["env", "file", "exec", "store"]},
        "provider": {"type": "string"},
        "id": {"type": "string"},
    },
}
"""How OpenClaw's configuration points to a secret that is kept elsewhere; it arrives resolved."""


def files() -> dict[str, Json]:
    """Every generated file by its name."""
    manifest = read_contract("plugin.json")
    return {
        "openclaw.plugin.json": host_manifest(manifest),
        "package.json": package(manifest),
        "surface.json": surface(manifest),
    }


def host_manifest(manifest: Json) -> Json:
    """What OpenClaw validates, shows and plans with."""
    openclaw = manifest["openclaw"]
    cli = openclaw["cliCommand"]
    accounts = usage_accounts(openclaw["usageProviders"])
    secrets = [path for path, hint in manifest["uiHints"].items() if hint.get("sensitive")]
    return {
        **{key: manifest[key] for key in ("id", "name", "description", "version")},
        "categories": openclaw["categories"],
        "activation": {"onStartup": True},
        "providers": list(accounts),
        "providerAuthAliases": {id_: provider.id for id_, provider in accounts.items()},
        "providerUsageAuthEnvVars": {
            id_: [name for credential in provider.credentials for name in credential.variables]
            for id_, provider in accounts.items()
        },
        "contracts": {
            "tools": [tool["name"] for tool in manifest["tools"]],
            "usageProviders": list(accounts),
        },
        "toolMetadata": {
            tool["name"]: {"profiles": ["coding", "messaging", "full"]} for tool in manifest["tools"]
        },
        "cliCommands": [cli | {"hasSubcommands": True}],
        "commandAliases": [
            {"name": command["name"], "kind": "runtime-slash", "cliCommand": cli["name"]}
            for command in manifest["commands"]
        ],
        "configContracts": {
            "secretInputs": {"paths": [{"path": path, "expected": "string"} for path in secrets]}
        },
        "uiHints": {"python": openclaw["python"] | {"advanced": True}} | manifest["uiHints"],
        "configSchema": config_schema(manifest),
    }


def config_schema(manifest: Json) -> Json:
    """The contract of the configuration. A key may also be a secret reference, and ``python`` is added."""
    schema = read_contract(manifest["configSchema"]["$ref"])
    del schema["$schema"]  # the host compiles every schema as its own dialect
    for name in KEYS:
        key = schema["$defs"][name]
        schema["$defs"][name] = {
            "title": key.pop("title"),
            "anyOf": [key, {"$ref": "#/$defs/secretReference"}],
        }
    schema["$defs"]["secretReference"] = SECRET_REFERENCE
    python = {"description": manifest["openclaw"]["python"]["help"], "$ref": "#/$defs/text"}
    schema["properties"] = {"python": python} | schema["properties"]
    return schema


def package(manifest: Json) -> Json:
    """The npm package; it needs nothing but the host."""
    oldest = f">={manifest['openclaw']['minHostVersion']}"
    return {
        "name": manifest["id"],
        "version": npm_version(manifest["version"]),
        "description": manifest["description"],
        "license": "MIT",
        "type": "module",
        "main": "./index.js",
        "files": ["*.js", "openclaw.plugin.json", "surface.json"],
        "openclaw": {
            "extensions": ["./index.js"],
            "compat": {"pluginApi": oldest},
            "install": {"minHostVersion": oldest},
        },
    }


def surface(manifest: Json) -> Json:
    """What the JavaScript registers, apart from its handlers."""
    openclaw = manifest["openclaw"]
    return {
        **{key: manifest[key] for key in ("id", "name", "description", "version")},
        "commands": [
            {
                "name": command["name"],
                "description": command["description"],
                "descriptionLocalizations": {
                    locale: words[command["name"]] for locale, words in openclaw["localizations"].items()
                },
            }
            for command in manifest["commands"]
        ],
        "gatewayMethods": [
            {"name": method["name"], "scope": method["scope"]} for method in manifest["gatewayMethods"]
        ],
        "services": [{"id": service["id"]} for service in manifest["services"]],
        "tools": manifest["tools"],
        "usageProviders": [
            {"id": id_, "name": provider.name, "provider": provider.id}
            for id_, provider in usage_accounts(openclaw["usageProviders"]).items()
        ],
        "cli": openclaw["cliCommand"] | {"hasSubcommands": True},
        "tab": openclaw["tab"] | {"path": f"/plugins/{manifest['id']}", "requiredScopes": ["operator.read"]},
    }


def usage_accounts(providers: list[str]) -> dict[str, Provider]:
    """Our providers by the ids that their accounts have in OpenClaw.

    They are ids of our own: OpenClaw has a plugin, installed or not, for many a provider itself.
    """
    known = {provider.id: provider for provider in discover()}
    return {f"{id_}-account": known[id_] for id_ in providers}


def npm_version(version: str) -> str:
    """A version of Python's kind as npm writes it: ``1.2.3rc1`` is ``1.2.3-rc.1``."""
    return re.sub(r"(a|b|rc|\.dev)(\d+)$", lambda found: f"-{PRE_RELEASES[found[1]]}.{found[2]}", version)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if anything is out of date")
    check = parser.parse_args().check
    stale = []
    for name, document in files().items():
        text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
        path = SHIM / name
        if not path.exists() or path.read_text("utf-8") != text:
            stale.append(name)
            if not check:
                path.write_text(text, "utf-8")
    if check and stale:
        sys.exit(f"Out of date: {', '.join(stale)}. Run: python scripts/openclaw_manifest.py")
    print(f"{len(stale)} of {len(files())} files written." if stale else "Everything is up to date.")


if __name__ == "__main__":
    main()
