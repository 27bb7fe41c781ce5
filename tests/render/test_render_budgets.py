"""What a person reads of budgets, of what is to come, of whether to go on, and in a terminal of alerts."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from render_faces import LANGUAGES, NAMES, TextFile
from render_sample_accounts import HIGH_SPEND, HOUR, LOW_BALANCE, NOW, ZONE
from render_sample_budgets import (
    BUDGETS,
    DAILY,
    FINDINGS,
    FORECAST,
    FORECAST_OF_NOTHING,
    GUARDS,
    NO_BUDGETS,
    NOTHING_PRICED,
    OF_A_PART,
    OVERSPENT,
    UNKNOWN,
    UNPRICED_BUDGETS,
    UNPRICED_FORECAST,
)
from render_sample_page import OVER, alerts
from syrupy.assertion import SnapshotAssertion

from token_dashboard.contract import read_contract
from token_dashboard.model.guard import GuardAnswer, GuardReason
from token_dashboard.model.undelivered import Fate, Undelivered
from token_dashboard.render import chat, wire
from token_dashboard.render.columns import width
from token_dashboard.render.language import Language, language
from token_dashboard.render.terminal._grid import Line
from token_dashboard.render.terminal.alert_history import alert_history_lines
from token_dashboard.render.terminal.alerts import alerts_lines
from token_dashboard.render.terminal.budgets import budget_lines
from token_dashboard.render.terminal.forecast import forecast_lines
from token_dashboard.render.terminal.guard import guard_line
from token_dashboard.render.times import LocalTime

REPLIES: dict[str, Callable[[Language], str]] = {
    "budgets": lambda spoken: chat.budgets(BUDGETS, spoken),
    "budgets none": lambda spoken: chat.budgets(NO_BUDGETS, spoken),
    **{
        f"budget {name}": lambda spoken, state=state: chat.budget(state, NOW, ZONE, spoken)
        for name, state in {
            "raised": DAILY,
            "overspent": OVERSPENT,
            "unknown": UNKNOWN,
            "without any price": NOTHING_PRICED,
        }.items()
    },
    "budget removed": lambda spoken: chat.budget_removed("daily", spoken),
    "budget configured": lambda spoken: chat.budget_is_configured("daily", spoken),
    "budget not named": lambda spoken: chat.which_budget(None, ["daily", "weekly"], spoken),
    "budget not known": lambda spoken: chat.which_budget("dayly", ["daily"], spoken),
    "budget none to change": lambda spoken: chat.which_budget("daily", [], spoken),
    "budget of the owner": chat.only_the_owner_budgets,
    "budget help": chat.how_to_budget,
    "budget not understood": lambda spoken: chat.how_to_budget(spoken, ""),
    "budget word not understood": lambda spoken: chat.how_to_budget(spoken, "banana"),
}
FORECASTS = {
    "all": FORECAST,
    "of a part": OF_A_PART,
    "of nothing": FORECAST_OF_NOTHING,
    "without a price": UNPRICED_FORECAST,
}
WARNED = replace(
    alerts(LOW_BALANCE, HIGH_SPEND, resolved=(OVER,)),
    undelivered=(
        Undelivered(
            channel="ops", keys=(), posted_ms=NOW - HOUR, ended_ms=NOW, fate=Fate.REFUSED, reason="410"
        ),
    ),
)
PAGES: dict[str, Callable[[Language, int], list[Line]]] = {
    "budgets": lambda spoken, columns: budget_lines(BUDGETS, spoken, columns),
    "budgets none": lambda spoken, columns: budget_lines(NO_BUDGETS, spoken, columns),
    "budgets without any price": lambda spoken, columns: budget_lines(UNPRICED_BUDGETS, spoken, columns),
    **{
        f"forecast {name}": lambda spoken, columns, answer=answer: forecast_lines(answer, spoken, columns)
        for name, answer in FORECASTS.items()
    },
    "alerts": lambda spoken, columns: alerts_lines(WARNED, NAMES, spoken, columns),
    "alerts none": lambda spoken, columns: alerts_lines(alerts(), NAMES, spoken, columns),
    "alerts history": lambda spoken, columns: alert_history_lines(
        (*WARNED.standing, *WARNED.resolved), NAMES, LocalTime.of(ZONE, NOW, spoken), columns
    ),
}


@pytest.fixture
def face(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(TextFile)


def shown(name: str, columns: int, spoken: Language) -> str:
    lines = "\n".join(line.text for line in PAGES[name](spoken, columns))
    return lines.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("name", REPLIES)
def test_a_reply_reads_as_it_was_approved(name: str, face: SnapshotAssertion) -> None:
    assert REPLIES[name](language("en")) == face


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("name", REPLIES)
def test_a_reply_about_budgets_fits_a_phone(name: str, tag: str) -> None:
    lines = REPLIES[name](language(tag)).splitlines()
    assert 0 < len(lines) <= 20
    assert max(map(width, lines)) <= 42


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("name", REPLIES)
def test_no_reply_about_budgets_shows_what_is_no_figure(name: str, tag: str) -> None:
    assert not re.search(r"-\D?0[.,]00|NaN|None|[{}]|\N{NO-BREAK SPACE}| \n", REPLIES[name](language(tag)))


@pytest.mark.parametrize("columns", [80, 40])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_the_terminal_reads_as_it_was_approved(
    name: str, columns: int, face: SnapshotAssertion
) -> None:
    assert shown(name, columns, language("en")) == face


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("columns", [80, 40])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_the_terminal_fits_its_terminal(name: str, columns: int, tag: str) -> None:
    assert max(map(width, shown(name, columns, language(tag)).splitlines())) <= columns


def test_a_guard_says_each_reason_in_one_line(face: SnapshotAssertion) -> None:
    lines = [guard_line(answer, language("en")) for answer in GUARDS.values()]
    assert {one.reason for one in FINDINGS} == set(GuardReason)
    assert not any("\n" in line for line in lines)
    assert "\n".join(lines) == face


@pytest.mark.parametrize("tag", LANGUAGES)
def test_a_guard_speaks_each_language(tag: str) -> None:
    for answer in GUARDS.values():
        assert not re.search(r"[{}]|None|\N{NO-BREAK SPACE}", guard_line(answer, language(tag)))


@pytest.mark.parametrize(
    ("schema", "answer"),
    [
        ("budgets", wire.budgets(BUDGETS)),
        ("budgets", wire.budgets(NO_BUDGETS)),
        *(("forecast", wire.forecast(one)) for one in FORECASTS.values()),
        ("guard", wire.guard(GuardAnswer.of(FINDINGS, NOW))),
    ],
)
def test_answers_about_money_to_come_keep_to_their_schemas(schema: str, answer: dict[str, object]) -> None:
    contract = read_contract(f"schemas/{schema}.schema.json")
    problems = Draft202012Validator(_closed(contract)).iter_errors(answer)
    assert [f"{problem.json_path}: {problem.message}" for problem in problems] == []


def _closed(schema: Any) -> Any:
    """The same schema without room for members that it doesn't name."""
    if isinstance(schema, list):
        return [_closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: _closed(value) for name, value in schema.items()}
    return closed | {"additionalProperties": False} if "properties" in schema else closed
