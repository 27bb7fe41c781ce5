"""Two computers and a folder between them: each knows what both used, and who used what."""

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from machine import Machine, Replies

KEY = "4f1d-a-random-text-that-both-computers-have"


@pytest.fixture
def computers(tmp_path: Path) -> tuple[Machine, Machine]:
    """Ann's laptop with three requests, and a server with two."""
    found = []
    for name, requests in (("laptop", 3), ("server", 2)):
        machine = Machine(tmp_path / name)
        Replies(machine.home).write(name, datetime(2026, 11, 20, 12, tzinfo=UTC), requests)
        machine.configure(team={"machine": name, "bundleKey": KEY})
        found.append(machine)
    return found[0], found[1]


async def by_machine(machine: Machine) -> dict[str | None, int]:
    report = (await machine.run("report", "--by", "machine", "--json")).json
    return {row["machine"]: row["requests"] for row in report["rows"]}


async def test_each_computer_knows_what_both_used_however_often_they_exchange(
    computers: tuple[Machine, Machine], tmp_path: Path
) -> None:
    laptop, server = computers
    folder = tmp_path / "shared"
    folder.mkdir()
    for _ in range(2):
        for one, name in ((laptop, "laptop"), (server, "server"), (laptop, "laptop")):
            assert (await one.run("bundle", "export", str(folder / name))).code == 0
            others = sorted(str(path) for path in folder.iterdir())
            assert (await one.run("bundle", "import", *others)).code == 0
    assert sorted(path.name for path in folder.iterdir()) == ["laptop", "server"]
    assert await by_machine(laptop) == {None: 3, "server": 2}
    assert await by_machine(server) == {None: 2, "laptop": 3}


async def test_a_bundle_that_was_changed_is_refused_with_its_name_and_the_reason(
    computers: tuple[Machine, Machine], tmp_path: Path
) -> None:
    laptop, server = computers
    file = tmp_path / "laptop.bundle"
    told: dict[str, Any] = (await laptop.run("bundle", "export", str(file), "--json")).json
    assert (told["machine"], told["requests"]) == ("laptop", 3)
    file.write_bytes(file.read_bytes()[:-9])
    ran = await server.run("bundle", "import", str(file), str(tmp_path), str(tmp_path / "none"))
    assert (ran.code, ran.out) == (1, "")
    assert "its seal is wrong" in ran.err
    assert f"{tmp_path} can't be used: Is a directory" in ran.err
    assert f"{tmp_path / 'none'} can't be used: No such file" in ran.err
    server.configure(team={"bundleKey": "another-random-text-of-the-same-length"})
    assert (await laptop.run("bundle", "export", str(file))).code == 0
    assert "made with another key" in (await server.run("bundle", "import", str(file))).err


async def test_a_bundle_of_another_computer_by_the_own_name_is_told(
    computers: tuple[Machine, Machine], tmp_path: Path
) -> None:
    laptop, server = computers
    file = tmp_path / "laptop.bundle"
    assert (await laptop.run("bundle", "export", str(file))).code == 0
    assert (await laptop.run("bundle", "import", str(file))).err == ""
    server.configure(team={"machine": "laptop", "bundleKey": KEY})
    ran = await server.run("bundle", "import", str(file))
    assert (ran.code, "Another ledger calls itself laptop, too." in ran.err) == (0, True)


async def test_what_two_computers_have_each_takes_for_its_own(
    computers: tuple[Machine, Machine], tmp_path: Path
) -> None:
    laptop, server = computers
    logs = Path(".claude/projects/-home-me-project")
    shutil.copy(laptop.home / logs / "laptop.jsonl", server.home / logs)
    file = tmp_path / "laptop.bundle"
    assert (await laptop.run("bundle", "export", str(file))).code == 0
    assert (await server.run("bundle", "import", str(file), "--json")).json["bundles"][0]["new"] == 0
    assert await by_machine(server) == {None: 5}


async def test_without_a_key_or_an_address_it_is_told_what_is_missing(tmp_path: Path) -> None:
    machine = Machine(tmp_path / "home")
    machine.configure(team={"machine": "box"})
    ran = await machine.run("bundle", "export", "x")
    assert (ran.code, "$.team.bundleKey is needed" in ran.err) == (1, True)
    ran = await machine.run("sync")
    assert (ran.code, "$.team.url is needed" in ran.err) == (1, True)
