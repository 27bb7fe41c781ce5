"""The JSON answers and the schemas that they keep."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from render_faces import UNDELIVERED
from render_sample_accounts import HIGH_SPEND, LOW_BALANCE, WINDOW_USED
from render_sample_answers import (
    AGENTS,
    BURNS,
    NO_REPORT,
    NOBODYS_AGENTS,
    NOBODYS_PROVIDERS,
    PROVIDERS,
    REPORT,
    SCAN,
)
from render_sample_page import BRIEF, OVER, alerts
from render_sample_providers import DETAILS, THEIRS
from render_sample_status import STATUS, STATUSES

from token_dashboard.contract import read_contract
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.report import Totals
from token_dashboard.model.status import UsageNow
from token_dashboard.model.usage import UsageEvent
from token_dashboard.render import wire, wire_scan

Json = dict[str, Any]
NAMES = (
    "status",
    "providers",
    "provider",
    "agents",
    "burn",
    "report",
    "alert",
    "alerts",
    "token-usage",
    "usage",
    "usage-event",
    "rpc",
)
SCHEMAS = {name: read_contract(f"schemas/{name}.schema.json") for name in NAMES}

USAGE_NOW = UsageNow(
    as_of_ms=STATUS.as_of_ms,
    time_zone=STATUS.time_zone,
    today=REPORT.total,
    month=REPORT.total,
    agents=REPORT.rows[:1],
)
ANSWERS = [
    *(("status", name, wire.status(status)) for name, status in STATUSES.items()),
    *(("burn", name, wire.burn(burn)) for name, burn in BURNS.items()),
    ("providers", "known", wire.providers(PROVIDERS)),
    ("providers", "nobody's", wire.providers(NOBODYS_PROVIDERS)),
    ("providers", "none", wire.providers(())),
    *(("provider", name, wire.provider(detail)) for name, detail in DETAILS.items()),
    ("status", "while a vendor fails", wire.status(THEIRS)),
    ("agents", "known", wire.agents(AGENTS)),
    ("usage", "now", wire.usage_now(USAGE_NOW)),
    ("agents", "nobody's", wire.agents(NOBODYS_AGENTS)),
    ("report", "rows", wire.report(REPORT)),
    ("report", "nothing", wire.report(NO_REPORT)),
    ("alert", "low balance", wire.alert(LOW_BALANCE)),
    ("alert", "high spend", wire.alert(HIGH_SPEND)),
    ("alert", "window", wire.alert(WINDOW_USED)),
    ("alerts", "some", wire.alerts(alerts(LOW_BALANCE, HIGH_SPEND, resolved=(OVER,)), None)),
    ("alerts", "undelivered", wire.alerts(alerts(), UNDELIVERED)),
    ("token-usage", "full", wire.token_usage(BRIEF)),
]


def _strict(schema: Any) -> Any:
    """The schema with every object closed: an answer with an undescribed member fails it."""
    if isinstance(schema, list):
        return [_strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: _strict(value) for name, value in schema.items()}
    if "properties" in schema and schema.get("type") == "object":
        closed.setdefault("additionalProperties", False)
    return closed


def test_a_part_is_described_alike_in_every_schema() -> None:
    parts: dict[str, list[Any]] = {}
    for schema in SCHEMAS.values():
        for name, part in schema.get("$defs", {}).items():
            parts.setdefault(name, []).append(part)
    assert [name for name, found in parts.items() if any(part != found[0] for part in found)] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_valid_draft_2020_12(name: str) -> None:
    assert SCHEMAS[name]["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(SCHEMAS[name])


@pytest.mark.parametrize(
    ("schema", "answer"),
    [(kind, answer) for kind, _, answer in ANSWERS],
    ids=[f"{kind} {name}" for kind, name, _ in ANSWERS],
)
def test_an_answer_keeps_its_schema_and_has_no_member_that_it_does_not_describe(
    schema: str, answer: Json
) -> None:
    received = json.loads(json.dumps(answer, allow_nan=False))
    validator = Draft202012Validator(
        _strict(SCHEMAS[schema]), format_checker=Draft202012Validator.FORMAT_CHECKER
    )
    assert [error.message for error in validator.iter_errors(received)] == []
    assert received["schemaVersion"] == 1


def test_every_property_is_described_somewhere() -> None:
    bare = [
        f"{name}: {path}"
        for name, schema in SCHEMAS.items()
        for path, member in _properties(schema)
        if "description" not in member
        and "const" not in member
        and "$ref" not in member
        and member.get("type") != "string"
    ]
    assert bare == []


def _properties(schema: Any, path: str = "$") -> Iterator[tuple[str, Json]]:
    if isinstance(schema, dict):
        for name, member in schema.get("properties", {}).items():
            yield f"{path}.{name}", member
        for name, value in schema.items():
            yield from _properties(value, f"{path}.{name}")
    elif isinstance(schema, list):
        for item in schema:
            yield from _properties(item, path)


def test_definitions_of_one_name_are_the_same_in_every_schema() -> None:
    seen: dict[str, Json] = {}
    for name, schema in SCHEMAS.items():
        if name != "rpc":
            for key, definition in schema.get("$defs", {}).items():
                assert seen.setdefault(key, definition) == definition, f"{name}: {key}"


def test_the_report_has_the_members_that_others_build_on() -> None:
    answer = wire.report(REPORT)
    members = {
        "agent": "openclaw",
        "provider": None,
        "model": "claude-opus-4-5",
        "project": None,
        "app": None,
        "day": "2026-11-21",
        "requests": 214,
        "inputTokens": 8_100_000,
        "cacheReadInputTokens": 7_533_000,
        "cacheCreationInputTokens": 162_000,
        "cacheCreation1hInputTokens": 81_000,
        "outputTokens": 210_000,
        "reasoningOutputTokens": 0,
        "webSearches": 0,
        "listCost": {"amount": "2.90", "currency": "USD"},
        "recordedCost": None,
        "unpricedTokens": 0,
        "openSums": 0,
        "doubtfulRequests": 0,
        "cost": {"amount": "2.90", "currency": "USD"},
        "requestsWithoutCost": 0,
    }
    assert members.items() <= answer["rows"][0].items()
    assert answer["costBasis"] == "computed"
    assert answer["rows"][2]["listCost"] is answer["rows"][2]["cost"] is None
    assert answer["total"]["requests"] == 352
    assert (answer["timeZone"], answer["since"], answer["until"], answer["by"]) == (
        "Europe/Berlin",
        "2026-11-21",
        "2026-11-22",
        ["day", "agent", "model"],
    )


def test_a_status_says_of_when_it_is_and_what_is_stale() -> None:
    answer = wire.status(STATUS)
    assert answer["asOf"] == "2026-11-22T13:32:00.000Z"
    assert answer["stale"] is True
    assert answer["pollIntervalSeconds"] == 900
    assert (answer["alerts"][0]["kind"], answer["alerts"][0]["state"]) == ("low_balance", "ongoing")
    assert answer["alerts"][0]["since"] == "2026-11-22T11:32:00.000Z"
    openrouter = answer["accounts"][0]
    assert openrouter["snapshot"]["balances"] == [
        {"money": {"amount": "3.21", "currency": "USD"}, "scope": "account"}
    ]
    assert openrouter["snapshot"]["takenAt"] == openrouter["checkedAt"] == "2026-11-22T13:30:00.000Z"
    claude = answer["accounts"][1]["snapshot"]["windows"]
    assert [window["usedPercent"] for window in claude] == [42, 67.6]
    assert answer["accounts"][2]["snapshot"] is None
    assert answer["accounts"][2]["problem"]["key"] == "permission_missing"


def test_lengths_are_seconds_and_no_moments() -> None:
    rate = wire.burn(BURNS["young"])["rate"]
    assert (rate["windowSeconds"], rate["observedSeconds"]) == (86_400, 7_800)


def test_money_is_exact_to_the_nano() -> None:
    totals = Totals(requests=1, priced_requests=1, list_cost_nanos=1)
    assert wire.report(replace(NO_REPORT, total=totals))["total"]["listCost"]["amount"] == "0.000000001"


def test_moments_beyond_the_calendar_are_held_at_its_edge() -> None:
    assert wire.status(replace(STATUS, checked_ms=10**18))["checkedAt"] == "9999-12-31T23:59:59.999Z"
    assert wire.status(replace(STATUS, checked_ms=-(10**18)))["checkedAt"].startswith("0001-01-01T")


def test_scan_answers_are_versioned_too() -> None:
    scan = wire_scan.scan(SCAN)
    assert (scan["schemaVersion"], scan["newRequests"], scan["rejects"][0]["line"]) == (1, 27, 118)


def test_percentages_are_numbers_and_days_are_dates() -> None:
    alert = replace(WINDOW_USED, condition=replace(WINDOW_USED.condition, percent=Decimal("1E+2")))
    assert wire.alert(alert)["percent"] == 100
    assert wire.report(replace(REPORT, since=date(2026, 1, 2)))["since"] == "2026-01-02"


def test_the_usage_event_on_the_wire_is_the_event_of_the_model() -> None:
    def snake(name: str) -> str:
        return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).replace(
            "creation1h", "creation_1h"
        )

    schema = SCHEMAS["usage-event"]
    renamed = {
        "id": "key",
        "time": "time_ms",
        "sidechain": "is_sidechain",
        "recorded_cost": "recorded_cost_nanos",
        "list_cost": "list_cost_nanos",
    }
    told = {renamed.get(snake(name), snake(name)) for name in schema["properties"]}
    assert told == set(UsageEvent._fields)
    assert set(schema["properties"]["attribution"]["properties"]) == set(Attribution._fields)
    for example in schema["examples"]:
        Draft202012Validator(schema).validate(example)


@pytest.mark.parametrize(
    "frame",
    [
        {"type": "req", "id": "1", "method": "token-dashboard.status"},
        {"type": "req", "id": "1", "method": "token-dashboard.status", "params": {"refresh": True}},
        {"type": "res", "id": "1", "ok": True, "payload": {"schemaVersion": 1}},
        {"type": "res", "id": "1", "ok": False, "error": {"code": "INVALID_REQUEST", "message": "no"}},
        {"type": "event", "event": "connect.challenge", "payload": {"nonce": "n", "ts": 1}},
        {"type": "event", "event": "tick", "payload": {}, "seq": 4},
    ],
)
def test_frames_of_the_gateway_keep_their_schema(frame: Json) -> None:
    Draft202012Validator(SCHEMAS["rpc"]).validate(frame)


@pytest.mark.parametrize(
    "frame",
    [
        {},
        {"type": "req", "id": "", "method": "x"},
        {"type": "req", "id": "1"},
        {"type": "res", "id": "1", "ok": False},
        {"type": "res", "id": "1", "ok": True, "error": {"code": "A", "message": "b"}},
        {"type": "event"},
        {"type": "hello"},
        [],
        "x",
    ],
)
def test_what_is_no_frame_fails_the_schema(frame: Any) -> None:
    assert not Draft202012Validator(SCHEMAS["rpc"]).is_valid(frame)
