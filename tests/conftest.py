"""What tests of every room share: a machine that belongs to nobody, and a clock that they move."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from movable_clock import MovableClock

# What a developer's shell may say to the product; tests say it themselves.
_PERSONAL = ("XDG_", "CLAUDE_", "TOKEN_DASHBOARD_", "OPENCLAW_", "LC_")
_PERSONAL_NAMES = ("LANG", "LANGUAGE", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES")

# A machine that is busy is no fault. Where CI is set, Hypothesis itself tries the same inputs each time.
hypothesis.settings.register_profile("any machine", hypothesis.settings.default, deadline=None)
hypothesis.settings.load_profile("any machine")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> object:
    """One worker has all tests of the real gateway, so that one gateway runs at a time."""
    from xdist.scheduler import LoadScopeScheduling

    class OneGateway(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return "openclaw" if nodeid.startswith("tests/openclaw/") else nodeid

    return OneGateway(config, log)


@pytest.fixture(scope="session", autouse=True)
def nobodys_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """An empty home folder, no keys, no settings, UTC: tests mean the same on each machine."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(_PERSONAL) or name.endswith("_API_KEY") or name in _PERSONAL_NAMES:
                patch.delenv(name)
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        patch.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder of this test alone; ``HOME`` points to it."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    return folder


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()
