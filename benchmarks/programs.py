"""Runs a program in a home of its own, and measures what it took."""

import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one program. CPU is user and system time, of child processes too."""

    cpu_s: float
    wall_s: float
    peak_mib: float
    output: str


@dataclass(frozen=True, slots=True)
class Home:
    """A folder in which a program keeps what is its own, while the corpus is the home it reads."""

    folder: Path
    logs: Path

    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.logs),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "XDG_STATE_HOME": str(self.folder / "state"),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            "LANG": "C.UTF-8",
            "TZ": "UTC",
        }

    def empty(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)

    def size(self) -> int:
        """Bytes of everything that was written into it."""
        return sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())


def tokens() -> str:
    """The program of this checkout: the one beside the interpreter that runs the benchmark."""
    beside = Path(sys.executable).with_name("tokens")
    if not beside.exists():
        sys.exit(f"{beside} is not there: install the package into this environment first.")
    return str(beside)


def run(command: Sequence[str], home: Home) -> Run:
    """Runs a program to its end. Exits when it fails: a number of a failed run means nothing."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begin = time.perf_counter()
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=home.environment()
        )
        _, status, used = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        output = out.read().decode()
        if process.returncode:
            sys.exit(f"{' '.join(command)} left with {process.returncode}:\n{output}{err.read().decode()}")
    unit = 1 << 20 if platform.system() == "Darwin" else 1 << 10
    return Run(used.ru_utime + used.ru_stime, wall_s, used.ru_maxrss / unit, output)


def native(name: str, pattern: str, given: str | None, scratch: Path) -> str | None:
    """The native program of an npm package, without its launcher; ``None`` when it isn't installed.

    ``pattern`` finds it within ``node_modules``. ``given`` is the program, or a folder with ``node_modules``
    in it; without it the working folder, this checkout and a global installation are looked through. npm
    installs such programs without the right to run them, which their launchers set: here a copy gets it.
    """
    if given and Path(given).is_file():
        found = Path(given)
    else:
        launcher = shutil.which(name)
        folders = [Path(given)] if given else [Path.cwd(), Path(__file__).parents[1]]
        if launcher and not given:
            folders.extend(Path(launcher).resolve().parents)
        programs = (
            program
            for folder in folders
            for modules in (folder / "node_modules", folder)
            for program in modules.glob(pattern)
        )
        found = next(programs, Path())
        if not found.is_file():
            return None
    copy = scratch / name
    shutil.copyfile(found, copy)
    copy.chmod(0o755)
    return str(copy)
