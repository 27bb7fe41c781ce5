"""Lines of usage events: our exports come back as they were, what breaks the schema is named."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from token_dashboard.contract import read_contract
from token_dashboard.engine.imports.by_hand import completed
from token_dashboard.engine.imports.importing import Claim
from token_dashboard.engine.imports.rows import claims_in, event_of
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.scan import Reject
from token_dashboard.model.usage import MAX_TOKENS, UsageEvent, event_key
from token_dashboard.render.export.events import wire_event
from token_dashboard.render.wire import moment

SCHEMA = Draft202012Validator(
    read_contract("schemas/usage-event.schema.json"), format_checker=Draft202012Validator.FORMAT_CHECKER
)
LEAST: dict[str, Any] = {
    "id": "codex:r1",
    "time": "2026-11-20T10:00:00Z",
    "source": "sdk",
    "inputTokens": 10,
    "outputTokens": 5,
}

texts = st.none() | st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1)
counts = st.integers(0, MAX_TOKENS)
costs = st.none() | st.integers(0, 2**62)
events = st.builds(
    UsageEvent,
    key=st.integers(0, 2**63 - 1),
    time_ms=st.integers(1_577_836_800_000, 4_102_444_799_999),
    source=st.sampled_from(["log", "proxy", "sdk", "hook", "manual", "import"]),
    agent=texts,
    provider=texts,
    model=texts,
    input_tokens=counts,
    cache_read_input_tokens=counts,
    cache_creation_input_tokens=counts,
    cache_creation_1h_input_tokens=counts,
    output_tokens=counts,
    reasoning_output_tokens=counts,
    web_searches=counts,
    service_tier=texts,
    is_sidechain=st.booleans(),
    attribution=st.builds(Attribution, *[texts] * len(Attribution._fields)),
    requests=st.none() | st.integers(1, 10**6),
    recorded_cost_nanos=costs,
    list_cost_nanos=costs,
    price_date=st.none() | st.dates().map(lambda day: day.isoformat()),
)


@given(events)
def test_an_exported_event_comes_back_as_it_was(event: UsageEvent) -> None:
    (claim,) = claims_in([json.dumps(wire_event(event))], "x")
    assert isinstance(claim, Claim)
    assert (claim.event, claim.is_priced) == (event, True)


def test_another_programs_id_makes_the_identity_together_with_its_agent() -> None:
    assert event_of(LEAST).key == event_key("", "codex:r1")
    assert event_of(LEAST | {"agent": "codex"}).key == event_key("codex", "codex:r1")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"inputTokens": -1}, "inputTokens must be a whole number"),
        ({"inputTokens": 1.5}, "inputTokens must be a whole number"),
        ({"inputTokens": "9"}, "inputTokens must be a whole number"),
        ({"outputTokens": True}, "outputTokens must be a whole number"),
        ({"outputTokens": 10**18}, "outputTokens must be a whole number"),
        ({"time": "yesterday"}, "time 'yesterday' is none like"),
        ({"time": 1_795_168_800}, "time must be a text"),
        ({"id": ""}, "id must be a text"),
        ({"id": "x" * 513}, "id must be a text"),
        ({"source": "magic"}, "source must be one of log"),
        ({"requests": 0}, "requests must be a whole number from 1"),
        ({"sidechain": 1}, "sidechain must be true or false"),
        ({"model": 5}, "model must be a text"),
        ({"attribution": []}, "attribution must be an object"),
        ({"attribution": {"boss": "x"}}, "attribution.boss is no field"),
        ({"attribution": {"user": 5}}, "attribution.user must be a text"),
        ({"recordedCost": 0.5}, "recordedCost must be like"),
        ({"recordedCost": {"amount": "0.50", "currency": "EUR"}}, "recordedCost must be like"),
        ({"listCost": {"amount": "-0.50", "currency": "USD"}}, "listCost.amount must be a text"),
        ({"priceDate": "soon"}, "priceDate must be a day"),
        ({"prompt": "x"}, "prompt is no field of a usage event"),
        ({"user": "x"}, "user is no field of a usage event; write attribution.user"),
    ],
)
def test_a_line_that_breaks_the_schema_is_named_with_its_field(change: dict[str, Any], reason: str) -> None:
    lines = [json.dumps(LEAST), "", json.dumps(LEAST | change), json.dumps(LEAST | {"id": "r2"})]
    good, bad, other = claims_in(lines, "usage.jsonl")
    assert isinstance(good, Claim)
    assert isinstance(other, Claim)
    assert isinstance(bad, Reject)
    assert (bad.path, bad.line) == ("usage.jsonl", 3)
    assert bad.reason.startswith(reason)


@pytest.mark.parametrize("name", ["id", "time", "source", "inputTokens", "outputTokens"])
def test_what_the_schema_needs_is_needed(name: str) -> None:
    row = {key: value for key, value in LEAST.items() if key != name}
    assert not SCHEMA.is_valid(row)
    with pytest.raises(ValueError, match=f"{name} is missing"):
        event_of(row)


@pytest.mark.parametrize("line", ["{", "[]", "null", '"x"', "[" * 100_000, "9" * 2_000_000], ids=len)
def test_a_line_that_is_no_object_is_named(line: str) -> None:
    (bad,) = claims_in([line], "usage.jsonl")
    assert isinstance(bad, Reject)


def test_a_byte_order_mark_and_windows_line_ends_are_read() -> None:
    (claim,) = claims_in(["\ufeff" + json.dumps(LEAST) + "\r\n"], "usage.jsonl")
    assert isinstance(claim, Claim)


@pytest.mark.parametrize(("ahead_s", "is_taken"), [(-86_400, True), (0, True), (300, True), (301, False)])
def test_what_is_logged_by_hand_is_of_a_time_that_has_been_as_far_as_clocks_agree(
    ahead_s: int, is_taken: bool
) -> None:
    now_ms = 1_795_168_800_000
    row = LEAST | {"time": moment(now_ms + ahead_s * 1000)}
    if is_taken:
        assert event_of(completed(lambda: now_ms)(row)).time_ms == now_ms + ahead_s * 1000
    else:
        with pytest.raises(ValueError, match=r"is in the future .*: say when it was, or leave it out"):
            completed(lambda: now_ms)(row)


def test_an_import_may_be_of_a_time_to_come() -> None:
    assert event_of(LEAST | {"time": "2099-01-01T00:00:00Z"}).time_ms == 4_070_908_800_000


def test_what_is_logged_by_hand_is_of_now_and_another_one_each_time() -> None:
    complete = completed(lambda: 1_795_168_800_000)
    first, second = (event_of(complete({"model": "m", "inputTokens": 5})) for _ in range(2))
    assert (first.source, first.time_ms, first.total_tokens) == ("manual", 1_795_168_800_000, 5)
    assert first.key != second.key
    named = [event_of(complete({"id": "mine", "inputTokens": 5, "source": "log"})) for _ in range(2)]
    assert (named[0].key, named[0].source) == (named[1].key, "manual")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"model": "m"}, "there are no tokens"),
        (
            {"inputTokens": 5, "cacheReadInputTokens": 4, "cacheCreationInputTokens": 2},
            "less than its cached",
        ),
        ({"inputTokens": 5, "cacheCreationInputTokens": 2, "cacheCreation1hInputTokens": 3}, "one-hour part"),
        ({"outputTokens": 5, "reasoningOutputTokens": 6}, "reasoning is more than output"),
    ],
)
def test_a_persons_figures_must_agree_with_each_other(row: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        completed(lambda: 1_795_168_800_000)(row)
