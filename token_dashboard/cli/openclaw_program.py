"""The ``openclaw`` program of this computer, asked by its own command line and nothing else."""

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from typing import Any, Self, TypeAlias

import click

from token_dashboard.contract import read_contract

Json: TypeAlias = dict[str, Any]

_TIMEOUT_S = 300
_INSTALL = "npm install -g openclaw@latest"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a run of a program came to."""

    is_good: bool
    output: str
    """What it wrote to stdout, else its complaint on stderr."""


@dataclass(frozen=True, slots=True)
class OpenClaw:
    """The program found on the PATH, in a version that we know how to talk to."""

    path: str
    version: str

    @classmethod
    def find(cls) -> Self:
        """The installed OpenClaw.

        Raises:
            click.ClickException: there is none, it doesn't run, or it is too old; says what to do.
        """
        needs = read_contract("plugin.json")["openclaw"]
        path = shutil.which("openclaw")
        if path is None:
            raise _failure(
                f"OpenClaw was not found on the PATH. With Node {needs['minNodeVersion']}+: {_INSTALL}"
            )
        said = run([path, "--version"])
        version = re.search(r"\d+\.\d+\.\d+", said.output) if said.is_good else None
        if version is None:
            raise _failure(_why_it_does_not_run(needs["minNodeVersion"], said.output))
        if _parts(version[0]) < _parts(needs["minHostVersion"]):
            raise _failure(
                f"OpenClaw {version[0]} is too old; {needs['minHostVersion']} or newer is needed: {_INSTALL}"
            )
        return cls(path, version[0])

    def run(self, *words: str) -> Answer:
        """Run a command of it."""
        return run([self.path, *words])

    def ask(self, *words: str) -> Json:
        """The JSON object that a command answers with; an empty one if it has none to give."""
        said = self.run(*words, "--json")
        try:
            answer = json.loads(said.output)
        except ValueError:
            return {}
        return answer if said.is_good and isinstance(answer, dict) else {}


def run(command: list[str]) -> Answer:
    """Run a program without a terminal to ask on; what can't be run has an answer too."""
    try:
        done = subprocess.run(  # noqa: S603 - a program of the operator's, with words of ours
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False
        )
    except OSError as error:
        return Answer(is_good=False, output=f"{command[0]}: {error.strerror}")
    except subprocess.TimeoutExpired:
        return Answer(is_good=False, output=f"{command[0]} took longer than {_TIMEOUT_S} s.")
    is_good = done.returncode == 0
    return Answer(is_good, (done.stdout if is_good else done.stdout or done.stderr).strip())


def in_words(sentence: str) -> str:
    """A sentence of ours about OpenClaw, in the reader's language."""
    from token_dashboard.cli.spoken import spoken_at_least
    from token_dashboard.render.errors import phrase

    return phrase(sentence, spoken_at_least())


def _failure(sentence: str) -> click.ClickException:
    return click.ClickException(in_words(sentence))


def _why_it_does_not_run(needed: str, complaint: str) -> str:
    node = shutil.which("node")
    if node is None:
        return f"OpenClaw needs Node {needed} or newer, and no node was found on the PATH."
    version = run([node, "--version"]).output.removeprefix("v")
    if re.fullmatch(r"\d+\.\d+\.\d+", version) and _parts(version) < _parts(needed):
        return f"OpenClaw needs Node {needed} or newer; node on the PATH is {version}."
    return f"openclaw --version failed: {complaint.splitlines()[0] if complaint else 'it said nothing.'}"


def _parts(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))
