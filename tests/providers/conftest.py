"""What tests of providers share: a vendor on this machine, quick retries, and a watch over every log line."""

import logging
import socket
from collections.abc import AsyncIterator, Iterator

import pytest
import stamina
from vendor_server import VendorServer


@pytest.fixture
async def vendor(request: pytest.FixtureRequest) -> AsyncIterator[VendorServer]:
    """The vendor that the test names by parameter, else OpenRouter."""
    async with VendorServer.playing(getattr(request, "param", "openrouter")) as server:
        yield server


@pytest.fixture
def unused_port() -> Iterator[int]:
    """A port of this machine where nobody listens while the test runs."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


@pytest.fixture(autouse=True)
def retries_do_not_wait() -> Iterator[None]:
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


@pytest.fixture(autouse=True)
def no_log_line_shows_a_key(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever a test does: everything that anybody logs, at any level, is searched for the vendor's keys."""
    caplog.set_level(logging.DEBUG)
    yield
    shown = "\n".join(map(logging.Formatter().format, caplog.get_records("call")))
    assert "canary-" not in shown
