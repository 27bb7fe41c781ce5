"""Where Claude's desktop program keeps what Claude Code wrote for it."""

from pathlib import Path

import pytest

from token_dashboard.agents.claude_code import AGENT

_SESSION = "local-agent-mode-sessions/a/b/local_c/.claude/projects/p/s.jsonl"


@pytest.mark.parametrize(
    ("data", "environ"),
    [
        ("Library/Application Support", {}),
        ("AppData/Roaming", {}),
        ("Roaming", {"APPDATA": "Roaming"}),
        ("AppData/Local/Packages/Claude_pzs8sxrjxfjjc/LocalCache/Roaming", {}),
        ("Local/Packages/Claude_x/LocalCache/Roaming", {"LOCALAPPDATA": "Local"}),
    ],
)
def test_sessions_of_the_desktop_are_found(tmp_path: Path, data: str, environ: dict[str, str]) -> None:
    path = tmp_path / data / "Claude" / _SESSION
    path.parent.mkdir(parents=True)
    path.write_text("{}\n")
    named = {name: str(tmp_path / folder) for name, folder in environ.items()}
    found = [file.path for home in AGENT.homes(named, tmp_path) for file in AGENT.find(home)]
    assert found == [str(path)]


def test_its_sessions_may_be_named(tmp_path: Path) -> None:
    path = tmp_path / "elsewhere" / _SESSION
    path.parent.mkdir(parents=True)
    path.write_text("{}\n")
    environ = {"COWORK_CONFIG_DIR": str(tmp_path / "elsewhere" / "local-agent-mode-sessions")}
    found = [file.path for home in AGENT.homes(environ, tmp_path) for file in AGENT.find(home)]
    assert found == [str(path)]
