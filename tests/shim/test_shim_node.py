"""The JavaScript end of the OpenClaw bridge, under plain Node with a fake host."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

FILES = sorted(Path(__file__).parent.glob("*.test.mjs"))
RESULT = re.compile(r"^(not ok|ok) \d+ - (.+)$", re.MULTILINE)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_scenario_goes_well(file: Path) -> None:
    node = shutil.which("node")
    assert node, "these scenarios need Node 20 or newer, and there is no node on the PATH"
    quiet = {**os.environ, "TOKEN_DASHBOARD_PYTHON": "", "NODE_OPTIONS": ""}
    command = [node, "--test", "--test-reporter=tap", str(file)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=150, check=False, env=quiet)

    written = re.findall(r'^test\("(.+?)", ', file.read_text(), re.MULTILINE)
    good = [name for verdict, name in RESULT.findall(ran.stdout) if verdict == "ok"]
    assert [name for name in written if name not in good] == [], ran.stdout + ran.stderr
    assert ran.returncode == 0
