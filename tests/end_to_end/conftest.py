"""Tests that type commands as a person would and look at what comes out."""

import signal
from pathlib import Path

import pytest
from machine import Machine, Replies

# What a shell starts in the background ignores Ctrl-C, and so would all that the tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def machine(home: Path) -> Machine:
    """A new computer: an empty home folder."""
    return Machine(home)


@pytest.fixture
def replies(home: Path) -> Replies:
    """Claude Code on that computer."""
    return Replies(home)
