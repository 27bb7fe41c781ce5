"""What each command loads: modules are most of a short command's time, so none is loaded for nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

LINE = (
    '{"type":"assistant","timestamp":"2026-11-22T10:00:00Z","requestId":"r","message":{"id":"msg_1",'
    '"model":"claude-opus-4-5","usage":{"input_tokens":1,"output_tokens":2}}}\n'
)
LOADED = """
import sys
before = set(sys.modules)  # what this machine's Python loads by itself
from token_dashboard.cli.start import main
try:
    main()
finally:
    print(*sys.modules.keys() - before, file=sys.stderr)
"""
LIBRARIES = {
    "aiohttp",
    "anyio",
    "asyncpg",
    "httpx",
    "jsonschema",
    "msgspec",
    "pydantic",
    "pyjson5",
    "rich",
    "stamina",
}
WORK = {"asyncio", "babel", "sqlite3", "token_dashboard.engine"}
"""What a command needs to do something."""
SELDOM = {
    "csv",
    "email",
    "fractions",
    "importlib.metadata",
    "secrets",
    "tempfile",
    "token_dashboard.pricing.book",
}
"""What is for rates from a file, for the plug-ins of others, or for logs that have grown."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder whose one log was scanned."""
    log = tmp_path / ".claude" / "projects" / "p" / "a.jsonl"
    log.parent.mkdir(parents=True)
    log.write_text(LINE)
    loaded(tmp_path, "scan", "--json")
    return tmp_path


def loaded(home: Path, *words: str, code: int = 0, **environment: str) -> set[str]:
    """The modules that a command has loaded when it ends."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "SYSTEMROOT"}}
    ran = subprocess.run(
        [sys.executable, "-c", LOADED, *words],
        env={**kept, "HOME": str(home), **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert ran.returncode == code, ran.stderr
    return set(ran.stderr.splitlines()[-1].split())


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--version"], 0),
        (["--help"], 0),
        (["report", "--help"], 0),
        (["report", "--colour"], 64),
        (["reprot"], 64),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_help_and_wrong_usage_do_without_an_event_loop_and_a_ledger(
    tmp_path: Path, words: list[str], code: int
) -> None:
    assert loaded(tmp_path, *words, code=code) & (WORK | LIBRARIES) == set()


@pytest.mark.parametrize(("line", "word"), [("tokens re", 1), ("tokens report --", 2)])
def test_so_does_a_shell_that_completes_what_is_typed(tmp_path: Path, line: str, word: int) -> None:
    asked = {"COMP_WORDS": line, "COMP_CWORD": str(word), "_TOKENS_COMPLETE": "bash_complete"}
    assert loaded(tmp_path, **asked) & (WORK | LIBRARIES) == set()


@pytest.mark.parametrize("command", ["report", "daily", "session", "models"])
def test_a_report_loads_nothing_of_accounts_alerts_and_prices(home: Path, command: str) -> None:
    modules = loaded(home, command)
    assert "token_dashboard.engine.history" in modules
    others = {
        "engine.dashboard",
        "engine.collector",
        "model.snapshot",
        "model.status",
        "analysis",
        "providers",
    }
    assert modules & ({f"token_dashboard.{name}" for name in others} | LIBRARIES | SELDOM) == set()


def test_a_status_loads_neither_prices_nor_a_client_for_vendors_that_are_not_asked(home: Path) -> None:
    assert loaded(home, "status") & (LIBRARIES - {"msgspec"} | SELDOM) == set()  # ~/.claude may have a login


def test_what_has_grown_is_priced(home: Path) -> None:
    log = home / ".claude" / "projects" / "p" / "a.jsonl"
    log.write_text(LINE + LINE.replace("msg_1", "msg_2"))
    assert "token_dashboard.pricing.book" in loaded(home, "report")
