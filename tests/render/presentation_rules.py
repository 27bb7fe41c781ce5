"""What OpenClaw's presentation normaliser keeps: a block that breaks a rule vanishes there without a word.

The rules are those of ``MessagePresentation`` in its plugin SDK, and the sizes those of its Slack renderer.
"""

import math
from collections.abc import Iterator
from typing import Any

TONES = {"neutral", "info", "success", "warning", "danger"}


def broken_rules(card: dict[str, Any]) -> list[str]:
    """A word for each rule that a card breaks."""
    found = [] if card["tone"] in TONES else ["tone"]
    found += [] if set(card) <= {"title", "tone", "blocks"} else ["members"]
    for block in card["blocks"]:
        found += {"text": _text, "buttons": _buttons, "table": _table, "chart": _chart}[block["type"]](block)
    return found


def _is_text(value: object, longest: int = 10_000) -> bool:
    return isinstance(value, str) and value.strip() == value != "" and len(value) <= longest


def _text(block: dict[str, Any]) -> list[str]:
    return [] if _is_text(block["text"]) else ["text"]


def _buttons(block: dict[str, Any]) -> list[str]:
    broken = []
    for button in block["buttons"]:
        action = button["action"]
        if not _is_text(button["label"], 64) or action["type"] != "command":
            broken.append("button")
        if len(f"tgcmd:{action['command']}".encode()) > 64:
            broken.append("too long a command for a Telegram button")
    return broken


def _table(block: dict[str, Any]) -> list[str]:
    headers, rows = block["headers"], block["rows"]
    broken = [] if _is_text(block["caption"]) else ["caption"]
    if len(set(headers)) != len(headers) or not all(map(_is_text, headers)) or len(headers) > 20:
        broken.append("headers")
    if not 1 <= len(rows) <= 100 or any(len(row) != len(headers) for row in rows):
        broken.append("rows")
    broken += ["cell" for row in rows for cell in row if not _is_text(cell)]
    return broken + ([] if 0 <= block["rowHeaderColumnIndex"] < len(headers) else ["row header"])


def _chart(block: dict[str, Any]) -> Iterator[str]:
    categories, series = block["categories"], block["series"]
    if block["chartType"] not in {"bar", "line", "area"} or not _is_text(block["title"], 50):
        yield "chart"
    if not 1 <= len(set(categories)) == len(categories) <= 20:
        yield "categories"
    names = [one["name"] for one in series]
    if not 1 <= len(set(names)) == len(names) <= 12:
        yield "series"
    if not all(_is_text(label, 20) for label in (*categories, *names)):
        yield "label"
    for one in series:
        if len(one["values"]) != len(categories) or not all(map(math.isfinite, one["values"])):
            yield "values"
