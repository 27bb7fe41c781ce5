"""A stranger's package brings a provider: installed by pip, found, asked, held to the same promises."""

import asyncio
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from provider_asking import ask
from vendor_server import VendorServer

from token_dashboard.model.errors import ProviderError
from token_dashboard.providers._contract import Provider

EXAMPLE = Path(__file__).parents[2] / "examples" / "custom_provider"
CASES = json.loads((EXAMPLE / "acorn.json").read_bytes())["cases"]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which pip has installed the example, without the network."""
    folder = tmp_path_factory.mktemp("acorn")
    target = folder / "site"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--target", target, wheel(folder)], check=True, capture_output=True)
    return target


def wheel(folder: Path) -> Path:
    """The wheel that a build backend makes of the example: its modules, and what its pyproject.toml says."""
    said = tomllib.loads((EXAMPLE / "pyproject.toml").read_text())
    project = said["project"]
    stem = f"{project['name'].replace('-', '_')}-{project['version']}"
    entries = "".join(
        f"[{group}]\n" + "".join(f"{name} = {target}\n" for name, target in names.items())
        for group, names in project["entry-points"].items()
    )
    path = folder / f"{stem}-py3-none-any.whl"
    with ZipFile(path, "w") as archive:
        for package in said["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]:
            for module in (EXAMPLE / package).glob("*.py"):
                archive.write(module, f"{package}/{module.name}")
        info = f"{stem}.dist-info"
        name, version = project["name"], project["version"]
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/entry_points.txt", entries)
        archive.writestr(f"{info}/RECORD", "")
    return path


@pytest.fixture
def acorn(installed: Path, monkeypatch: pytest.MonkeyPatch) -> Provider:
    monkeypatch.syspath_prepend(str(installed))
    from token_dashboard_acorn import PROVIDER

    assert isinstance(PROVIDER, Provider)
    return PROVIDER


async def tokens(installed: Path, home: Path, *words: str, **environment: str) -> tuple[int, str]:
    """Type a command where the package is installed."""
    shell = {"HOME": str(home), "PATH": os.environ["PATH"], "PYTHONPATH": str(installed), "TZ": "UTC"}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "token_dashboard",
        *words,
        env=shell | environment,
        cwd=home,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(60):
        out, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode()


def configured(vendor: VendorServer, home: Path) -> dict[str, Any]:
    settings = {"providers": {"acorn": {"baseUrl": vendor.url}}}
    file = home / ".config" / "token-dashboard" / "config.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(settings))
    return {"ACORN_API_KEY": vendor.keys["API key"].reveal(), "COLUMNS": "100"}


async def test_a_strangers_provider_is_listed_asked_and_shown(
    installed: Path, acorn: Provider, tmp_path: Path
) -> None:
    async with VendorServer.playing(acorn, cases=CASES) as vendor:
        environment = configured(vendor, tmp_path)
        code, out = await tokens(installed, tmp_path, "providers", "test", "acorn", **environment)
        assert code == 0, out
        assert "GET /v1/account" in out
        assert "ACORN_API_KEY" in out
        code, out = await tokens(installed, tmp_path, "status", **environment)
        assert code == 0, out
        assert "€12.34" in out
        assert "€5.00" in out
        code, out = await tokens(installed, tmp_path, "providers", **environment)
        assert code == 0, out
        assert "Acorn" in out.split("Not set up")[0]
        assert "canary" not in out


async def test_without_the_package_nobody_knows_it(tmp_path: Path) -> None:
    code, out = await tokens(tmp_path, tmp_path, "providers", "test", "acorn")
    assert code == 64
    assert "unknown provider 'acorn'" in out


@pytest.mark.parametrize(
    "mood", ["401", "403", "404", "429", "500", "html", "redirect", "nan", "empty-object"]
)
async def test_a_strangers_provider_is_held_to_the_same_promises(acorn: Provider, mood: str) -> None:
    async with VendorServer.playing(acorn, mood, cases=CASES) as vendor:
        with pytest.raises(ProviderError) as raised:
            await ask(vendor)
        assert "canary" not in str(raised.value)
        assert vendor.elsewhere == []


@pytest.mark.parametrize("case", CASES)
async def test_each_recorded_answer_gives_what_it_says(acorn: Provider, case: str) -> None:
    async with VendorServer.playing(acorn, case, cases=CASES) as vendor:
        snapshot = await ask(vendor)
    told = [f"{one.money.amount} {one.money.currency}" for one in (*snapshot.balances, *snapshot.spends)]
    gives = CASES[case]["gives"]
    assert told == [one["money"] for one in (*gives["balances"], *gives.get("spends", ()))]
