"""What people and machines read: README, docs, scripts, and no trace of the place they were written at."""

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]
SHELL = re.compile(r"^```(sh|bash|console)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SET_UP = (
    "python3 -m pip install . && tokens serve",
    "python3 -m pip install -e '.[dev]' && python3 -m pytest",
)
REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("registry", "npmjs"),
        ("registry", "yarnpkg"),
        ("deb", "debian", "org"),
        ("proxy", "golang", "org"),
    )
]
"""Hosts of package registries: a clone installs from whatever its own machine is set up with."""
SOMEBODYS_FOLDERS = re.compile(r"(?<![\w.}/*$-])/(?:work|root|opt|Users)/\w")


def test_no_file_names_a_package_registry() -> None:
    named = [(path, host) for path, text in _repository() for host in REGISTRIES if host in text]
    assert named == []


def test_no_file_names_a_folder_of_one_machine() -> None:
    named = [(path, found[0]) for path, text in _repository() for found in SOMEBODYS_FOLDERS.finditer(text)]
    assert named == []


@pytest.mark.parametrize("command", SET_UP)
def test_the_readme_sets_up_with_one_command(command: str) -> None:
    assert command in [line for block in _shell_blocks(ROOT / "README.md") for line in block.splitlines()]


def test_ci_runs_the_readmes_commands_word_for_word() -> None:
    lines = {line.strip() for line in (ROOT / ".ci" / "run").read_text().splitlines()}
    assert {"python3 -m pip install .", SET_UP[1]} - lines == set()


def test_every_shell_block_is_a_shell_script() -> None:
    for block in _all_shell_blocks():
        checked = subprocess.run(["bash", "-n"], input=block.encode(), capture_output=True, check=False)
        assert (checked.returncode, checked.stderr) == (0, b""), block


def test_every_file_named_in_a_shell_block_exists() -> None:
    words = [word for block in _all_shell_blocks() for word in shlex.split(block, comments=True)]
    files = [word for word in words if re.match(r"(benchmarks|scripts|examples|schemas|\.ci)/\w", word)]
    assert [name for name in files if not (ROOT / name).exists()] == []


def test_every_link_to_a_file_leads_to_one() -> None:
    link = re.compile(r"\]\((?!\w+:|#)([^)#\s]+)")
    links = [(page, target) for page in PAGES for target in link.findall(page.read_text())]
    assert [(page.name, target) for page, target in links if not (page.parent / target).exists()] == []


def _repository() -> Iterator[tuple[str, str]]:
    """Every text file that belongs to the repository, and its text."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    for name in listed.split("\0"):
        path = ROOT / name
        if name and path.is_file() and b"\0" not in (content := path.read_bytes()):
            yield name, content.decode()


def _all_shell_blocks() -> list[str]:
    return [block for page in PAGES for block in _shell_blocks(page)]


def _shell_blocks(page: Path) -> list[str]:
    """What a reader types: a console block's lines after their prompts, else the whole block."""
    blocks = SHELL.findall(page.read_text())
    return [
        "\n".join(line[2:] for line in text.splitlines() if line.startswith("$ "))
        if language == "console"
        else text
        for language, text in blocks
    ]
