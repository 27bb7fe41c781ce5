"""What the commands that look back show, and the schemas that their JSON keeps."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from render_faces import TextFile
from render_sample_reviews import (
    ACCOUNT_DAYS,
    ACCOUNT_STATS,
    BLOCKS,
    CALENDAR,
    NO_BLOCKS,
    NO_CALENDAR,
    NO_DAYS,
    OPUS,
    READINGS,
)
from render_sample_values import COMPARISON, INSIGHTS, NO_COMPARISON, NO_INSIGHTS, PLANS, WHAT_IF
from syrupy.assertion import SnapshotAssertion
from test_render_wire import _strict

from token_dashboard.analysis.comparison import changes
from token_dashboard.contract import read_contract
from token_dashboard.model.block import Gap
from token_dashboard.model.period import HOUR_MS, MINUTE_MS
from token_dashboard.model.report import Dimension
from token_dashboard.render import wire
from token_dashboard.render.columns import width
from token_dashboard.render.language import Language, language
from token_dashboard.render.terminal._grid import Line
from token_dashboard.render.terminal.account_history import day_lines, stat_lines
from token_dashboard.render.terminal.blocks import block_lines
from token_dashboard.render.terminal.calendar import calendar_lines
from token_dashboard.render.terminal.comparison import comparison_lines
from token_dashboard.render.terminal.insights import insight_lines
from token_dashboard.render.terminal.plan import plan_lines
from token_dashboard.render.terminal.what_if import what_if_lines

NAMES = {"claude-code": "Claude Code", "claude-oauth": "Claude plan"}
PAGES: dict[str, Callable[[Language, int], list[Line]]] = {
    "blocks": lambda words, columns: block_lines(BLOCKS, words, columns),
    "blocks none": lambda words, columns: block_lines(NO_BLOCKS, words, columns),
    "graph": lambda words, columns: calendar_lines(CALENDAR, words, columns),
    "graph none": lambda words, columns: calendar_lines(NO_CALENDAR, words, columns),
    "insights": lambda words, columns: insight_lines(INSIGHTS, words, columns),
    "insights none": lambda words, columns: insight_lines(NO_INSIGHTS, words, columns),
    "compare": lambda words, columns: comparison_lines(COMPARISON, words, columns),
    "compare none": lambda words, columns: comparison_lines(NO_COMPARISON, words, columns),
    "plan": lambda words, columns: plan_lines(PLANS, NAMES, words, columns),
    "whatif": lambda words, columns: what_if_lines(WHAT_IF, words, columns),
    "history report": lambda words, columns: day_lines(ACCOUNT_DAYS, NAMES, words, columns),
    "history report none": lambda words, columns: day_lines(NO_DAYS, NAMES, words, columns),
    "history stats": lambda words, columns: stat_lines(ACCOUNT_STATS, NAMES, words, columns),
}
ANSWERS = [
    ("blocks", BLOCKS),
    ("blocks", NO_BLOCKS),
    ("graph", CALENDAR),
    ("graph", NO_CALENDAR),
    ("insights", INSIGHTS),
    ("insights", NO_INSIGHTS),
    ("compare", COMPARISON),
    ("compare", NO_COMPARISON),
    ("plan", PLANS),
    ("whatif", WHAT_IF),
    ("account-days", ACCOUNT_DAYS),
    ("account-stats", ACCOUNT_STATS),
    ("account-readings", READINGS),
]


def printed(name: str, columns: int, tag: str = "en") -> str:
    text = "".join(f"{line.text}\n" for line in PAGES[name](language(tag), columns))
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("columns", [120, 80, 40])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_reads_as_it_was_approved(name: str, columns: int, snapshot: SnapshotAssertion) -> None:
    assert printed(name, columns) == snapshot.use_extension(TextFile)


@pytest.mark.parametrize("tag", ["en", "de", "zh_Hans"])
@pytest.mark.parametrize("columns", [120, 80, 60, 40])
@pytest.mark.parametrize("name", PAGES)
def test_no_line_is_wider_than_the_terminal(name: str, columns: int, tag: str) -> None:
    assert [line for line in printed(name, columns, tag).splitlines() if width(line) > columns] == []


@pytest.mark.parametrize("name", PAGES)
def test_no_page_shows_what_is_no_figure(name: str) -> None:
    assert not re.search(r"-\D?0[.,]00|NaN|None|\bnan\b|\binf\b|[{}]| \n|\.\.", printed(name, 80))


@pytest.mark.parametrize(
    ("rate", "told"), [("0", ""), ("0.2", " · <1 tokens/min"), ("1.4", " · 1 tokens/min")]
)
def test_a_slow_block_is_never_told_to_stand_still(rate: str, told: str) -> None:
    assert BLOCKS.running is not None
    assert BLOCKS.running.pace is not None
    pace = replace(BLOCKS.running.pace, tokens_per_minute=Decimal(rate))
    slow = replace(BLOCKS, running=replace(BLOCKS.running, pace=pace))
    shown = "\n".join(line.text for line in block_lines(slow, language("en"), 80))
    assert re.findall(r"left(.*?) · \$", shown.replace("\N{NO-BREAK SPACE}", " ")) == [told]


def test_models_that_differ_by_their_date_or_seller_alone_are_told_apart() -> None:
    first, second, _ = INSIGHTS.models
    dateless = OPUS.removesuffix("-20251101")
    sold = [replace(first, model=dateless), replace(first, model=dateless, provider="openrouter")]
    found = replace(INSIGHTS, models=(first, second, *sold))
    lines = [line.text for line in insight_lines(found, language("en"), 120)]
    names = [re.split(r"  ", line)[0] for line in lines[1:5]]
    assert names == [OPUS, "claude-sonnet-4-5", f"{dateless} (anthropic)", f"{dateless} (openrouter)"]

    earlier = {(OPUS, "anthropic"): first.totals}
    later = {(dateless, "anthropic"): first.totals, (dateless, "openrouter"): second.totals}
    models = changes(Dimension.MODEL, earlier, later)
    compared = replace(COMPARISON, models=models, most=models)
    table, _, rest = "\n".join(
        line.text for line in comparison_lines(compared, language("en"), 120)
    ).partition("\n\n")
    named = {OPUS, f"{dateless} (anthropic)", f"{dateless} (openrouter)"}
    assert {re.split(r"  ", line)[0] for line in table.splitlines()[1:4]} == named
    assert set(re.findall(r"Model ([^:]+):", rest)) == named


@pytest.mark.parametrize("columns", [120, 80, 40])
def test_every_day_of_the_calendar_has_its_place(columns: int) -> None:
    cells = "".join(re.findall(r"[·░▒▓█]", printed("graph", columns).partition("less")[0]))
    days = (CALENDAR.until - CALENDAR.since).days + 1
    assert len(cells) == days
    assert len(cells.replace("·", "")) == len(CALENDAR.days)


def test_what_a_plan_is_worth_has_as_many_decimals_in_every_month() -> None:
    plan = PLANS.plans[0]
    ratios = [Decimal("292.2"), Decimal("411.22"), Decimal(3)]
    months = tuple(replace(one, ratio=ratio) for one, ratio in zip(plan.months, ratios, strict=False))
    lines = plan_lines(replace(PLANS, plans=(replace(plan, months=months),)), NAMES, language("de"), 80)
    told = "\n".join(line.text for line in lines)
    assert re.findall("[\\d.,]+(?=\\s\N{MULTIPLICATION SIGN})", told) == ["292,20", "411,22", "3,00"]


def test_days_to_come_are_empty() -> None:
    strips = printed("graph none", 120).partition("less")[0]
    assert strips.count("·") == (NO_CALENDAR.today - NO_CALENDAR.since).days + 1


@pytest.mark.parametrize(("schema", "answer"), ANSWERS, ids=lambda one: one if isinstance(one, str) else "")
def test_an_answer_keeps_its_schema_and_has_no_member_that_it_does_not_describe(
    schema: str, answer: object
) -> None:
    received: Any = json.loads(json.dumps(wire.answer(answer), allow_nan=False))
    document = read_contract(f"schemas/{schema}.schema.json")
    Draft202012Validator.check_schema(document)
    validator = Draft202012Validator(_strict(document), format_checker=Draft202012Validator.FORMAT_CHECKER)
    assert [error.message for error in validator.iter_errors(received)] == []
    assert set(document["required"]) == set(received)


@pytest.mark.parametrize("schema", sorted({name for name, _ in ANSWERS}))
def test_a_part_is_described_as_in_the_other_schemas(schema: str) -> None:
    shared = read_contract("schemas/burn.schema.json")["$defs"]
    own = read_contract(f"schemas/{schema}.schema.json").get("$defs", {})
    assert {name: part for name, part in own.items() if name in shared and part != shared[name]} == {}


def test_a_gap_stands_before_the_block_that_ended_it() -> None:
    first = BLOCKS.blocks[0]
    later = replace(
        first,
        start_ms=first.start_ms + 5 * HOUR_MS,
        end_ms=first.end_ms + 5 * HOUR_MS,
        first_ms=first.start_ms + 5 * HOUR_MS + 58 * MINUTE_MS,
    )
    gap = Gap(start_ms=first.start_ms + 5 * HOUR_MS + 12 * MINUTE_MS, end_ms=later.first_ms)
    answer = replace(BLOCKS, blocks=(first, later), gaps=(gap,), running=None)
    _, *rows = (line.text for line in block_lines(answer, language("en"), 120)[:4])
    assert ["quiet" in row for row in rows] == [False, True, False]
    turned = replace(answer, blocks=(later, first))
    _, *rows = (line.text for line in block_lines(turned, language("en"), 120)[:4])
    assert ["quiet" in row for row in rows] == [False, True, False]
