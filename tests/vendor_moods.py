"""The bad moods of a vendor that plays on this machine."""

import json
import re
from typing import Any

MOODS = {
    "401": "the key is unknown",
    "403": "the key may not ask",
    "404": "no such address",
    "429": "asked too often, no word about when to come back",
    "429-seconds": "come back in 120 seconds",
    "429-date": "come back at a date, an hour from the vendor's own Date",
    "429-ms": "come back in 2500 milliseconds",
    "500": "broken, and the error quotes the key",
    "503-later": "in maintenance, with a Retry-After",
    "hang": "never answers",
    "drip": "a byte now and then, without an end",
    "cut": "the connection ends in the middle of the body",
    "html": "a login page with status 200",
    "403-html": "a firewall's page with status 403",
    "redirect": "sends the asker to another host",
    "truncated": "JSON that stops half way",
    "no-json": "plain words with status 200",
    "empty": "nothing at all with status 200",
    "empty-object": "{}",
    "array": "[] where an object belongs",
    "nan": "NaN in place of each number",
    "nan-text": "NaN as text in place of each number",
    "infinity-text": "Infinity as text in place of each number",
    "booleans": "true in place of each number",
    "nested": "a hundred thousand brackets",
    "gigantic": "a body of more than 4 MiB",
}
"""What goes wrong, whichever vendor it is; beside them stand the cases of each fixture."""

SPOILT = {"nan": float("nan"), "nan-text": "NaN", "infinity-text": "Infinity", "booleans": True}


def spoil(body: bytes, value: object) -> bytes:
    """The body with a value in place of each number, be it written as number or as text."""
    number = re.compile(r"-?\$?\d[\d,]*(\.\d+)?", re.ASCII)

    def spoilt(part: Any) -> Any:
        if isinstance(part, dict):
            return {name: spoilt(inner) for name, inner in part.items()}
        if isinstance(part, list):
            return [spoilt(inner) for inner in part]
        is_number = isinstance(part, int | float) and not isinstance(part, bool)
        return value if is_number or (isinstance(part, str) and number.fullmatch(part)) else part

    try:
        return json.dumps(spoilt(json.loads(body))).encode()
    except json.JSONDecodeError:  # lines of metrics, each with its number at the end
        return re.sub(rb"(?m) [\d.eE+-]+$", f" {value}".encode(), body)
