"""Replies in the blocks that OpenClaw's channels draw."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from presentation_rules import broken_rules
from render_faces import LANGUAGES, TextFile
from render_sample_accounts import HIGH_SPEND, LOW_BALANCE, totals
from render_sample_page import LOOKS, MARKUP, TODAY, usage
from render_sample_status import STATUS, STATUSES
from syrupy.assertion import SnapshotAssertion

from token_dashboard.model.report import Report, ReportRow, Totals
from token_dashboard.render import chat
from token_dashboard.render.language import Language, language
from token_dashboard.render.presentation import Block, accounts_table, cost_chart, presentation

ENGLISH = language("en")


def _card(status: object, daily: Report, spoken: Language) -> Block:
    data = [*accounts_table(status, spoken), *cost_chart(daily, spoken)]
    text = chat.tokens(status, spoken, has_table=bool(data))
    return presentation(text, spoken, alerts=status.alerts, data=data)


@pytest.mark.parametrize("tag", LANGUAGES)
def test_a_card_is_as_it_was_approved(tag: str, snapshot: SnapshotAssertion) -> None:
    card = _card(STATUS, usage(14), language(tag))
    shown = json.dumps(card, ensure_ascii=False, indent=1)
    assert shown == snapshot.use_extension(TextFile)


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("name", STATUSES)
def test_no_block_of_a_card_breaks_a_rule_of_the_host(name: str, tag: str) -> None:
    assert broken_rules(_card(STATUSES[name], usage(14), language(tag))) == []


def test_words_of_strangers_break_no_block() -> None:
    look = LOOKS["markup"]
    card = _card(look.status, replace(look.usage, since=TODAY - timedelta(days=13)), ENGLISH)
    assert broken_rules(card) == []
    assert "](" not in json.dumps(card)


@given(
    st.lists(
        st.tuples(st.integers(0, 30), st.text(max_size=40) | st.just("others"), st.integers(0, 10**15)),
        max_size=40,
    )
)
def test_a_chart_of_any_usage_keeps_the_rules_and_loses_no_cent(used: list[tuple[int, str, int]]) -> None:
    rows = tuple(
        ReportRow(
            day=TODAY - timedelta(days=back % 14),
            model=model,
            provider="p",
            totals=Totals(requests=1, priced_requests=1, list_cost_nanos=nanos),
        )
        for back, model, nanos in used
    )
    total = sum((row.totals for row in rows), Totals())
    report = replace(usage(14), rows=rows, total=total)
    charts = cost_chart(report, ENGLISH)
    assert bool(charts) == bool(total.list_cost_nanos)
    for chart in charts:
        assert broken_rules({"tone": "neutral", "blocks": [chart]}) == []
        drawn = sum(value for one in chart["series"] for value in one["values"])
        assert drawn == pytest.approx(total.list_cost_nanos / 1e9, abs=0.01)


def test_a_chart_without_a_cost_is_not_drawn() -> None:
    assert cost_chart(LOOKS["unpriced"].usage, ENGLISH) == []
    assert cost_chart(usage(14, ()), ENGLISH) == []


def test_days_without_usage_are_drawn_as_nothing() -> None:
    row = ReportRow(day=TODAY, model="m", provider="p", totals=totals(1, 10, 0, 1, "2.5"))
    [chart] = cost_chart(replace(usage(7), rows=(row,), total=row.totals), ENGLISH)
    assert chart["series"] == [{"name": "m", "values": [0, 0, 0, 0, 0, 0, 2.5]}]
    assert chart["categories"][0] == "Nov 16"
    assert chart["categories"][-1] == "Nov 22"


@pytest.mark.parametrize(
    ("alerts", "tone"), [((), "neutral"), ((HIGH_SPEND,), "warning"), ((HIGH_SPEND, LOW_BALANCE), "danger")]
)
def test_the_tone_is_that_of_the_worst_alert(alerts: Sequence[object], tone: str) -> None:
    assert presentation("x", ENGLISH, alerts=alerts)["tone"] == tone


def test_every_account_has_a_row_whatever_is_known_of_it() -> None:
    [table] = accounts_table(STATUS, ENGLISH)
    assert [row[0] for row in table["rows"]] == [
        "OpenRouter",
        "OpenRouter key",
        "Claude 5 h",
        "Claude week",
        "OpenAI",
        "DeepSeek",
        "Moonshot",
    ]
    assert ["OpenRouter", "$3.21", "≈ 18 h", "–"] in table["rows"]  # noqa: RUF001 - what stands for nothing
    [openai] = [row for row in table["rows"] if row[0] == "OpenAI"]
    assert openai[1] == "?"
    assert "admin key" in openai[3]


def test_markup_is_left_as_the_text_it_is() -> None:
    assert MARKUP[:20] in json.dumps(_card(LOOKS["markup"].status, usage(14), ENGLISH), ensure_ascii=False)
