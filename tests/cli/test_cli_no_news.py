"""A scan that finds nothing new is answered by another way through the program, in the same words."""

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
from token_dashboard.cli.start import main
try:
    main()
finally:
    print(*sys.modules, file=sys.stderr)
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder whose one log was scanned."""
    log = tmp_path / ".claude" / "projects" / "p" / "a.jsonl"
    log.parent.mkdir(parents=True)
    log.write_text(LINE)
    tokens(tmp_path, "scan")
    return tmp_path


def tokens(home: Path, *words: str, code: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    program = ["-c", code] if code else ["-m", "token_dashboard"]
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "SYSTEMROOT"}}
    return subprocess.run(
        [sys.executable, *program, *words],
        env={**kept, "HOME": str(home), **environment},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )


@pytest.mark.parametrize("words", [("scan",), ("scan", "--json")], ids=" ".join)
@pytest.mark.parametrize("language", ["en", "de", "zh"])
def test_both_ways_say_the_same(home: Path, words: tuple[str, ...], language: str) -> None:
    quick = tokens(home, *words, LANG=f"{language}.UTF-8")
    ordinary = tokens(home, "-v", *words, LANG=f"{language}.UTF-8")
    assert quick.stdout == ordinary.stdout
    assert "1" in quick.stdout


@pytest.mark.parametrize("words", [("scan",), ("scan", "--json")], ids=" ".join)
def test_without_news_neither_prices_nor_decoders_nor_an_event_loop_are_loaded(
    home: Path, words: tuple[str, ...]
) -> None:
    loaded = set(tokens(home, *words, code=LOADED).stderr.split())
    assert loaded.isdisjoint({"asyncio", "click", "msgspec", "token_dashboard.pricing.book"})


def test_news_are_read(home: Path) -> None:
    with (home / ".claude" / "projects" / "p" / "a.jsonl").open("a") as log:
        log.write(LINE.replace("msg_1", "msg_2"))
    assert '"newRequests": 1' in tokens(home, "scan", "--json").stdout


def test_a_config_file_counts(home: Path) -> None:
    config = home / ".config" / "token-dashboard" / "config.json"
    config.parent.mkdir(parents=True)
    config.write_text('{"agents": {"claude-code": {"enabled": false}}}')
    config.chmod(0o600)
    assert '"files": 0' in tokens(home, "scan", "--json").stdout
