"""A Claude Code home of each test's own."""

from pathlib import Path

import pytest
from claude_home import ClaudeHome


@pytest.fixture
def claude(tmp_path: Path) -> ClaudeHome:
    return ClaudeHome(tmp_path / ".claude")
