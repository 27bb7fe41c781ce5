"""Answers that are spoilt on purpose, and what a snapshot must be whatever it was made of."""

import json
import random
import re
from collections.abc import Callable
from dataclasses import fields
from datetime import date
from decimal import Decimal

from token_dashboard.model.money import MAX_NANOS, Money
from token_dashboard.model.snapshot import DailyCost, DailyUsage

ODD_VALUES: tuple[object, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1,
    2**63,
    -(10**17),
    10**400,
    0.1,
    -0.0,
    1e308,
    float("nan"),
    float("-inf"),
    "",
    " 1 ",
    "-1",
    "0.000000000000000000000000000001",
    "99999999999999999999.99",
    "NaN",
    "-Infinity",
    "1e999999999",
    "1e-999999999",
    "0e999999",
    "1_000",
    "٣",
    "$1",
    "USD",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999999-23:59",
    "2026-13-01T00:00:00Z",
    "\ud800",
    [],
    [0, 1],
    {},
    {"": -1},
)


def mangling(turn: int, chance: random.Random) -> Callable[[bytes], bytes]:
    """A way to spoil a body: a few of its fields are taken away or given other values."""
    seed = chance.random()

    def mangle(body: bytes) -> bytes:
        chosen = random.Random(seed)
        try:
            document = json.loads(body)
        except json.JSONDecodeError:
            spoilt = [body[: len(body) // 2], body.replace(b"1", b"x"), b"\xff" + body, body + body]
            return spoilt[turn % len(spoilt)]
        for place in range(turn, turn + chosen.randint(1, 3)):
            places = places_in(document)
            if not places:
                break
            holder, key = places[place % len(places)]
            if isinstance(holder, dict) and chosen.random() < 0.3:
                del holder[key]
            else:
                holder[key] = chosen.choice(ODD_VALUES)
        return json.dumps(document).encode()

    return mangle


def places_in(document: object) -> list[tuple]:
    if isinstance(document, dict):
        return [place for key, inner in document.items() for place in [(document, key), *places_in(inner)]]
    if isinstance(document, list):
        return [place for at, inner in enumerate(document) for place in [(document, at), *places_in(inner)]]
    return []


def assert_sound(value: object) -> None:
    """No float, no NaN, no amount, count or moment out of range anywhere within."""
    assert not isinstance(value, float)
    if isinstance(value, DailyUsage):
        parts = (value.cache_read_input_tokens or 0) + (value.cache_creation_input_tokens or 0)
        assert value.input_tokens is None or value.input_tokens >= parts
        assert (value.output_tokens or 0) >= (value.reasoning_output_tokens or 0)
    if isinstance(value, DailyUsage | DailyCost):
        assert date(2000, 1, 1) < value.day < date(2100, 1, 1)
    if isinstance(value, Decimal):
        assert value.is_finite()
    elif isinstance(value, Money):
        assert abs(value.nanos) <= MAX_NANOS
        assert re.fullmatch("[A-Z]{3}", value.currency)
    elif isinstance(value, tuple):
        for inner in value:
            assert_sound(inner)
    elif hasattr(value, "__dataclass_fields__"):
        for one in fields(value):
            assert_sound(getattr(value, one.name))
