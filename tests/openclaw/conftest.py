"""One gateway of the newest OpenClaw release for the whole folder, with our plugin in it."""

import os
import sys
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from openclaw_answers import ROOT
from openclaw_client import Client
from openclaw_installation import Installation, install, missing
from openclaw_machine import RUNNING, SHIM, Gateway, Machine
from openclaw_model import ModelServer
from openclaw_telegram import Telegram
from openclaw_vendor import Account
from vendor_server import VendorServer

CALLER = ROOT / "examples" / "openclaw_caller"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    if report.failed:
        report.sections += [(f"gateway of {one.machine.package}", one.tail()) for one in RUNNING]
    return report


@pytest.fixture(scope="session")
def installation() -> Installation:
    if lacking := missing():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"not run: {lacking}")
    return install()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def telegram() -> AsyncIterator[Telegram]:
    async with Telegram.serving() as serving:
        yield serving


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def model() -> AsyncIterator[ModelServer]:
    async with ModelServer.serving() as serving:
        yield serving


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def account() -> AsyncIterator[Account]:
    """An OpenRouter account on this machine, with money in it."""
    async with VendorServer.playing("openrouter") as vendor:
        yield Account(vendor)


@pytest.fixture(scope="session")
def machine(
    tmp_path_factory: pytest.TempPathFactory,
    installation: Installation,
    telegram: Telegram,
    model: ModelServer,
    account: Account,
) -> Machine:
    """Where OpenClaw has a Telegram bot, a model, our plugin and the one of ``examples/``."""
    machine = Machine(tmp_path_factory.mktemp("machine") / "home", installation)
    machine.use(telegram, model)
    machine.load(SHIM, python=sys.executable, **account.settings)
    machine.load(CALLER)
    machine.environment["LOOPBACK_MANAGEMENT_KEY"] = account.key
    return machine


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def gateway(machine: Machine) -> AsyncIterator[Gateway]:
    async with machine.running() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def client(gateway: Gateway) -> AsyncIterator[Client]:
    """A program that may read and write."""
    async with gateway.client() as connected:
        yield connected
