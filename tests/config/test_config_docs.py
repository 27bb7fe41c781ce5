"""The page about the configuration says what the schema says."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyjson5
import pytest

from token_dashboard.config.finding import load
from token_dashboard.contract import read_contract

PAGE = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text("utf-8")
SCHEMA = read_contract("schemas/config.schema.json")
KEPT_BY_ID = {
    "alertThresholds": "<id>",
    "providers": "<id>",
    "agents": "<id>",
    "overrides": "<model>",
    "rates": "<code>",
    "keys": "<kind>",
    "options": "<name>",
    "variables": "<NAME>",
    "accounts": "<name>",
    "channels": "<name>",
    "digests": "<name>",
    "people": "<name>",
}
SAID_ONCE = {"accounts"}
"""What has the settings of what it stands in."""


def settings(schema: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every setting as the page writes it, with its schema."""
    for name, part in schema["properties"].items():
        here = f"{path}.{name}" if path else name
        merged = SCHEMA["$defs"][part["$ref"].rpartition("/")[2]] | part if "$ref" in part else part
        if merged.get("type") == "array" and "budget" in merged["items"].get("$ref", ""):
            yield from settings(SCHEMA["$defs"]["budget"], f"{here}[]")
        elif merged.get("type") != "object":
            yield here, merged
        elif "properties" in merged:
            yield from settings(merged, here)
        else:
            inner = SCHEMA["$defs"][merged["additionalProperties"]["$ref"].rpartition("/")[2]]
            each = f"{here}.{KEPT_BY_ID[name]}"
            if inner["type"] == "object" and name not in SAID_ONCE:
                yield from settings(inner, each)
            else:
                yield each, inner


@pytest.mark.parametrize(("name", "schema"), [*settings(SCHEMA)], ids=str)
def test_every_setting_has_its_row_with_default_and_bounds(name: str, schema: Mapping[str, Any]) -> None:
    rows = re.findall(rf"^\| `{re.escape(name)}` \| (.+?) \| (.+?) \| (.+) \|$", PAGE, re.MULTILINE)
    assert len(rows) == 1
    default, allowed, _ = rows[0]
    if "default" in schema:
        assert default.strip('`"') == json.dumps(schema["default"]).strip('"')
    for bound in ("minimum", "maximum"):
        assert bound not in schema or str(schema[bound]) in allowed


def test_the_page_has_no_setting_that_the_schema_lacks() -> None:
    named = re.findall(r"^\| `([^`]+)` \|", PAGE, re.MULTILINE)
    assert named == sorted(named, key=named.index)
    assert set(named) == {name for name, _ in settings(SCHEMA)}


@pytest.mark.parametrize("text", re.findall(r"^```json5\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
def test_every_example_on_the_page_can_be_used(text: str) -> None:
    named = (
        "LEDGER_URL",
        "OPENROUTER_MANAGEMENT_KEY",
        "TEAM_LEDGER_URL",
        "TOKEN_DASHBOARD_TOKEN",
        "WORK_KEY",
    )
    environment = {"HOME": "/home/nobody", **dict.fromkeys(named, "k")}
    load(None, environment, pyjson5.decode(text))
