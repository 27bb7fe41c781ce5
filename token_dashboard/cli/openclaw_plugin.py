"""The plugin as OpenClaw has it, and what is still to be done about it."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from token_dashboard.cli.openclaw_program import OpenClaw, run
from token_dashboard.contract import version

ID = "token-dashboard"

_ENTRY = f"plugins.entries.{ID}"
_SHIM = Path(__file__).parent.parent / "gateway" / "shim"


@dataclass(frozen=True, slots=True)
class Step:
    """A command of OpenClaw's, and why it is run."""

    command: tuple[str, ...]
    reason: str


UNINSTALL = Step(
    ("plugins", "uninstall", ID, "--force"),
    f"removes the copy of the plugin, and {_ENTRY} with its settings",
)


@dataclass(frozen=True, slots=True)
class Standing:
    """How the plugin stands in OpenClaw."""

    folder: Path | None
    """Where the installed copy is; None when there is none."""
    version: str | None
    is_enabled: bool
    is_switched_off: bool
    """Somebody disabled it, or took it out: installing alone won't enable it."""
    python: str | None
    """The Python that OpenClaw's configuration names for it."""
    python_version: str | None
    """The token-dashboard that this Python has."""

    @classmethod
    def of(cls, openclaw: OpenClaw) -> Self:
        """Ask OpenClaw, and the Python that it would start."""
        inspected = openclaw.ask("plugins", "inspect", ID)
        entry = openclaw.ask("config", "get", _ENTRY)
        plugin = inspected.get("plugin", {})
        python = entry.get("config", {}).get("python")
        return cls(
            folder=Path(plugin["rootDir"]) if "rootDir" in plugin else None,
            version=plugin.get("version"),
            is_enabled=plugin.get("enabled") is True,
            is_switched_off=entry.get("enabled") is False or plugin.get("enabled") is False,
            python=python,
            python_version=_version_in(python) if python else None,
        )

    @property
    def is_current(self) -> bool:
        """Whether it is installed, enabled and the very version that asks."""
        return not any(self.steps())

    def steps(self) -> Iterator[Step]:
        """What an installation has still to do. OpenClaw takes settings only of a plugin that it has."""
        if self.folder is None or not _has_our_files(self.folder):
            yield Step(
                ("plugins", "install", str(_SHIM), "--force", "--accept-capabilities"),
                "copies the plugin; --force: a folder of this computer is no reviewed source, "
                "--accept-capabilities: the tool token_usage, the command openclaw tokens, "
                "accounts on OpenClaw's usage page",
            )
        if self.python_version != version():
            reason = "names the Python that runs it"
            if self.python:
                reason += f"; {self.python} has {self.python_version or 'no token-dashboard'}"
            yield Step(("config", "set", f"{_ENTRY}.config.python", sys.executable), reason)
        if self.is_switched_off:
            yield Step(("plugins", "enable", ID, "--accept-capabilities"), "lets OpenClaw load it")


def findings(openclaw: OpenClaw) -> list[str]:
    """What OpenClaw's own check of its plugins says of this one."""
    lists = openclaw.ask("plugins", "doctor").values()
    entries = [entry for entries in lists if isinstance(entries, list) for entry in entries]
    return [
        str(entry.get("message") or entry.get("error") or entry) if isinstance(entry, dict) else str(entry)
        for entry in entries
        if ID in str(entry)
    ]


def _version_in(python: str) -> str | None:
    said = run([python, "-P", "-m", "token_dashboard", "--version"])
    return said.output.split()[-1] if said.is_good and said.output else None


def _has_our_files(folder: Path) -> bool:
    """Whether an installed copy has the very files of this version."""
    ours = (path for path in _SHIM.iterdir() if path.is_file())
    return all(
        (copy := folder / path.name).is_file() and copy.read_bytes() == path.read_bytes() for path in ours
    )
