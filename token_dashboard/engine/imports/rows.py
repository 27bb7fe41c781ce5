"""Lines of JSON by ``usage-event.schema.json``: our own exports, and what programs and people write by it."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, get_args

from token_dashboard.agents._rfc3339 import parse_ms
from token_dashboard.engine.imports.importing import Claim
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.money import USD, Nanos, parse_nanos
from token_dashboard.model.scan import Reject
from token_dashboard.model.usage import MAX_TOKENS, Source, UsageEvent, event_key
from token_dashboard.render.export.events import COUNTS, KEY

MOST_CHARACTERS = 1 << 20
"""A longer line is no event."""

_KNOWN = {
    *("id", "time", "source", "agent", "provider", "model", "serviceTier", "requests", "sidechain"),
    *("attribution", "recordedCost", "listCost", "priceDate"),
    *COUNTS,
}
_NEEDED = ("id", "time", "source", "inputTokens", "outputTokens")

Row = Mapping[str, Any]


def claims_in(
    lines: Iterable[str], name: str, complete: Callable[[Row], Row] = lambda row: row
) -> Iterator[Claim | Reject]:
    """The event of each line, or why it is none; empty lines are passed over.

    ``name`` is what the lines come from. ``complete`` adds what a row may leave out. A row that tells a list
    cost, or that there is none, keeps it.
    """
    for number, line in enumerate(lines, start=1):
        text = line.strip().removeprefix("\ufeff")
        if not text:
            continue
        try:
            row = complete(_object(text))
            yield Claim(event_of(row), is_priced="listCost" in row)
        except ValueError as error:
            yield Reject(path=name, line=number, reason=str(error))


def event_of(row: Row) -> UsageEvent:
    """The event of a JSON object.

    Raises:
        ValueError: it isn't one by the schema; the reason names the field.
    """
    if unknown := sorted(row.keys() - _KNOWN):
        if unknown[0] in Attribution._fields:
            raise ValueError(f"{unknown[0]} is no field of a usage event; write attribution.{unknown[0]}")
        raise ValueError(f"{unknown[0]} is no field of a usage event")
    if missing := [name for name in _NEEDED if name not in row]:
        raise ValueError(f"{missing[0]} is missing")
    agent = _text(row, "agent")
    counts: dict[str, Any] = {field: _count(row, name) for name, field in COUNTS.items()}
    return UsageEvent(
        key=_key(row["id"], agent),
        time_ms=_moment(row["time"]),
        source=_source(row["source"]),
        is_sidechain=_truth(row.get("sidechain", False)),
        attribution=_attribution(row.get("attribution", {})),
        requests=_requests(row.get("requests", 1)),
        recorded_cost_nanos=_money(row.get("recordedCost"), "recordedCost"),
        list_cost_nanos=_money(row.get("listCost"), "listCost"),
        price_date=_date(row.get("priceDate")),
        agent=agent,
        provider=_text(row, "provider"),
        model=_text(row, "model"),
        service_tier=_text(row, "serviceTier"),
        **counts,
    )


def _object(text: str) -> Row:
    if len(text) > MOST_CHARACTERS:
        raise ValueError("the line is too long")
    try:
        row = json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise ValueError("it is no JSON") from error
    if not isinstance(row, dict):
        raise ValueError("it is no JSON object")  # noqa: TRY004 - one error for every bad line
    return row


def _key(given: object, agent: str | None) -> int:
    if not isinstance(given, str) or not 0 < len(given) <= 512:
        raise ValueError("id must be a text of 1 to 512 characters")
    number = given.removeprefix(KEY)
    if number == given:
        return event_key(agent or "", given)
    if not (number.isascii() and number.isdigit() and int(number) < 2**63):
        raise ValueError("id begins with key: and no key follows")
    return int(number)


def _moment(given: object) -> int:
    if not isinstance(given, str):
        raise ValueError("time must be a text like 2026-11-22T12:00:00Z")  # noqa: TRY004 - see _object
    try:
        return parse_ms(given)
    except ValueError as error:
        told = f"time {given[:40]!r} is none like 2026-11-22T12:00:00Z, of the years 2020 to 2099"
        raise ValueError(told) from error


def _source(given: object) -> Source:
    for source in get_args(Source):
        if source == given:
            known: Source = source
            return known
    raise ValueError(f"source must be one of {', '.join(get_args(Source))}")


def _count(row: Row, name: str) -> int:
    count = row.get(name, 0)
    if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= MAX_TOKENS:
        raise ValueError(f"{name} must be a whole number of 0 to {MAX_TOKENS:,}")
    return count


def _requests(given: object) -> int | None:
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, int) or not 1 <= given <= MAX_TOKENS:
        raise ValueError("requests must be a whole number from 1, or null")
    return given


def _truth(given: object) -> bool:
    if not isinstance(given, bool):
        raise ValueError("sidechain must be true or false")  # noqa: TRY004 - see _object
    return given


def _text(row: Row, name: str) -> str | None:
    text = row.get(name)
    if text is not None and not isinstance(text, str):
        raise ValueError(f"{name} must be a text or null")
    return text or None


def _attribution(given: object) -> Attribution:
    if not isinstance(given, dict):
        raise ValueError("attribution must be an object")  # noqa: TRY004 - see _object
    if unknown := sorted(given.keys() - set(Attribution._fields)):
        raise ValueError(f"attribution.{unknown[0]} is no field of an attribution")
    for name, text in given.items():
        if text is not None and not isinstance(text, str):
            raise ValueError(f"attribution.{name} must be a text or null")
    return Attribution(**{name: text or None for name, text in given.items()})


def _money(given: object, name: str) -> Nanos | None:
    if given is None:
        return None
    if not isinstance(given, dict) or given.keys() != {"amount", "currency"} or given["currency"] != USD:
        raise ValueError(f'{name} must be like {{"amount": "0.12", "currency": "USD"}}')
    try:
        nanos = parse_nanos(given["amount"])
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error
    if nanos < 0 or not isinstance(given["amount"], str):
        raise ValueError(f"{name}.amount must be a text of a number that isn't negative")
    return nanos


def _date(given: object) -> str | None:
    if given is None:
        return None
    try:
        return date.fromisoformat(given if isinstance(given, str) else "").isoformat()
    except ValueError as error:
        raise ValueError("priceDate must be a day like 2026-11-22") from error
