"""Draws ``docs/status.svg``: what ``tokens status`` prints for a computer that is made up.

    python scripts/demo_picture.py

The computer is a home folder with generated Claude Code logs, and an OpenRouter account that
``tests/vendor_server.py`` plays on this machine. What reads, stores, prices, judges and prints is the real
program. Its clock stands at one moment and chance is seeded: the file changes only when the page does.
What ``/tokens`` and ``/burn`` say about the same computer is printed, for the README to quote.
"""

import asyncio
import io
import json
import random
import sys
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from token_dashboard.cli import compose
from token_dashboard.config.finding import Loaded
from token_dashboard.gateway.conversation import Conversation
from token_dashboard.render.language import language
from token_dashboard.render.terminal.status import print_status

ROOT = Path(__file__).parent.parent
sys.path += [str(ROOT / "benchmarks"), str(ROOT / "tests")]

from generate import generate  # noqa: E402 - lies in a folder that was only now named
from movable_clock import MovableClock  # noqa: E402 - see above
from vendor_server import VendorServer  # noqa: E402 - see above

PICTURE = ROOT / "docs" / "status.svg"
COLUMNS = 84
LAST_POLL = datetime(2026, 11, 22, 14, 30, tzinfo=UTC)
POLL_EVERY = timedelta(hours=3)
POLLS = 16
SPENT_BETWEEN_POLLS = 0.33

THEME = TerminalTheme(
    (27, 31, 39),
    (215, 220, 228),
    [
        (60, 66, 78),
        (240, 113, 120),
        (145, 200, 120),
        (240, 190, 90),
        (110, 170, 240),
        (200, 140, 230),
        (90, 200, 200),
        (215, 220, 228),
    ],
)


class Recorder:
    """A ``Screen`` that a picture can be made of."""

    def __init__(self, console: Console) -> None:
        self.width = console.width
        self._console = console

    def show(self, lines: Iterable[tuple[str, str]]) -> None:
        for text, style in lines:
            self._console.print(Text(text, style=style), soft_wrap=True)


PAGE = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
  <!-- Made by scripts/demo_picture.py. -->
  <style>
    .{unique_id}-matrix {{
      font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
      font-size: {char_height}px;
      line-height: {line_height}px;
    }}
    .{unique_id}-title {{ font: 15px system-ui, "Helvetica Neue", Arial, sans-serif; }}
    {styles}
  </style>
  <defs>
    <clipPath id="{unique_id}-clip-terminal">
      <rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
    </clipPath>
    {lines}
  </defs>
  {chrome}
  <g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
    {backgrounds}
    <g class="{unique_id}-matrix">
    {matrix}
    </g>
  </g>
</svg>
"""


async def main() -> None:
    """Make the computer, let days pass on it, look."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        generate(home, files=72, messages=45, seed=6, until=LAST_POLL)
        async with VendorServer.playing("openrouter") as vendor:
            environment = {"HOME": str(home), "TZ": "UTC", "LANG": "en"}
            loaded = compose.load(configuration(Path(folder), vendor), environment)
            clock = MovableClock()
            random.seed(0)
            with patch.object(compose, "SystemClock", lambda: clock):
                await look(loaded, environment, vendor, clock)


def configuration(folder: Path, vendor: VendorServer) -> Path:
    names = {"API key": "apiKey", "management key": "managementKey"}
    keys = {names[kind]: key.reveal() for kind, key in vendor.keys.items()}
    file = folder / "config.json"
    settings = {
        "alertThresholds": {"openrouter": {"balanceUsd": 10}},
        "providers": {"openrouter": {**keys, "baseUrl": vendor.url}},
    }
    file.write_text(json.dumps(settings))
    return file


async def look(
    loaded: Loaded, environment: dict[str, str], vendor: VendorServer, clock: MovableClock
) -> None:
    async with compose.compose(loaded, environment=environment) as product:
        for polls_to_go in reversed(range(POLLS)):
            clock.time_ms = round((LAST_POLL - polls_to_go * POLL_EVERY).timestamp() * 1_000)
            vendor.mangle = lambda body, to_go=polls_to_go: account_before(body, to_go)
            await product.collector.collect(everyone=True)
        clock.move(2 * 60)
        await product.dashboard.scan()
        status = await product.dashboard.cached()
        console = Console(width=COLUMNS, record=True, file=io.StringIO(), highlight=False, markup=False)
        console.print("$ tokens status\n")
        print_status(Recorder(console), status, language("en"))
        console.print()
        svg = console.export_svg(title="", theme=THEME, code_format=PAGE, unique_id="status")
        PICTURE.write_text(svg)
        conversation = Conversation(product.dashboard)
        for message in ("/tokens", "/tokens openrouter", "/burn"):
            print(f"{message}\n\n{await conversation.answer(message)}\n")


def account_before(body: bytes, polls: int) -> bytes:
    """The vendor's answer so many polls ago: less was used, so more was left."""
    answer = json.loads(body)
    if "total_usage" in answer["data"]:
        answer["data"]["total_usage"] -= round(polls * SPENT_BETWEEN_POLLS, 2)
    elif "usage_daily" in answer["data"]:
        free_requests = {"limit": 1000, "used": 418, "remaining": 582}
        answer["data"] |= {
            "usage_daily": 1.58,
            "usage_weekly": 9.85,
            "free_model_daily_requests": free_requests,
        }
    return json.dumps(answer).encode()


if __name__ == "__main__":
    asyncio.run(main())
