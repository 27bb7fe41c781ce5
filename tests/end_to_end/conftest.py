"""Tests that type commands as a person would and look at what comes out."""

from pathlib import Path

import pytest
from machine import Machine, Replies


@pytest.fixture
def machine(home: Path) -> Machine:
    """A new computer: an empty home folder."""
    return Machine(home)


@pytest.fixture
def replies(home: Path) -> Replies:
    """Claude Code on that computer."""
    return Replies(home)
