"""``--host-config``: a host that starts the command line hands its settings over on a pipe."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


def run(home: Path, handed: bytes, *words: str) -> subprocess.CompletedProcess[str]:
    reading, writing = os.pipe()
    os.write(writing, handed)
    os.close(writing)
    try:
        return subprocess.run(
            [sys.executable, "-m", "token_dashboard", "--host-config", str(reading), *words],
            env={"HOME": str(home), "PATH": os.environ["PATH"], "TZ": "UTC"},
            pass_fds=(reading,),
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        os.close(reading)


def test_the_hosts_settings_count(tmp_path: Path) -> None:
    handed = {"timeZone": "Asia/Kolkata", "ledger": {"path": str(tmp_path / "theirs.db")}}
    ran = run(tmp_path, json.dumps(handed).encode(), "status", "--json")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert json.loads(ran.stdout)["timeZone"] == "Asia/Kolkata"
    assert (tmp_path / "theirs.db").exists()


def test_a_reference_to_a_secret_counts_as_not_there(tmp_path: Path) -> None:
    reference = {"source": "env", "provider": "default", "id": "KEY"}
    handed = {"timeZone": "Asia/Kolkata", "providers": {"deepseek": {"apiKey": reference}}}
    ran = run(tmp_path, json.dumps(handed).encode(), "status", "--json")
    assert ran.returncode == 0
    assert json.loads(ran.stdout)["accounts"] == []


@pytest.mark.parametrize("handed", [b"", b"{", b"[]", b"\xff"])
def test_what_is_no_settings_is_refused(tmp_path: Path, handed: bytes) -> None:
    ran = run(tmp_path, handed, "status")
    assert ran.returncode == 64
    assert "no settings can be read there" in ran.stderr


def test_a_wrong_setting_is_named(tmp_path: Path) -> None:
    ran = run(tmp_path, b'{"timezone": "UTC"}', "status")
    assert ran.returncode == 1
    assert "timeZone" in ran.stderr


def test_nobody_needs_to_know_of_it(tmp_path: Path) -> None:
    assert "--host-config" not in run(tmp_path, b"{}", "--help").stdout
