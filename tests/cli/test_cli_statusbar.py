"""The short way of the status bar: it costs next to nothing, and looks where everybody else does."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from token_dashboard.cli import statusbar
from token_dashboard.config.places import state_dir

HEAVY = {"aiosqlite", "asyncio", "babel", "click", "dataclasses", "pathlib", "sqlite3", "typing", "zoneinfo"}


@pytest.mark.parametrize(
    "environment",
    [
        {"HOME": "/home/me"},
        {"HOME": "/home/me", "XDG_STATE_HOME": "/elsewhere"},
        {"HOME": "/home/me", "XDG_STATE_HOME": "not/absolute"},
        {"HOME": "/home/me", "XDG_STATE_HOME": "", "LOCALAPPDATA": "/local"},
    ],
)
def test_it_looks_in_the_state_folder(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "XDG_STATE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert Path(statusbar.folder()) == state_dir(os.environ)


def test_a_line_loads_none_of_what_other_commands_need(tmp_path: Path) -> None:
    state = tmp_path / "token-dashboard"
    state.mkdir()
    (state / "statusline.lock").touch()  # somebody looks already
    code = (
        "import sys; before = set(sys.modules); sys.argv[1:] = ['statusline'];"
        "from token_dashboard.cli.start import main; main();"
        "print(*sorted(set(sys.modules) - before), file=sys.stderr)"
    )
    environment = {"HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    ran = subprocess.run(
        [sys.executable, "-c", code],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=environment,
        check=True,
    )
    loaded = set(ran.stderr.split())
    assert ran.stdout == "tokens: reading logs\n"
    assert "json" in loaded
    assert loaded & HEAVY == set()
