"""Pages that prove figures: exact to the last digit, in the width that there is."""

import json
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from itertools import cycle, islice

import pytest
from render_faces import TextFile
from render_sample_reconciliation import DOWN, GAP, NO_BOOKS, REFUSED
from syrupy.assertion import SnapshotAssertion
from test_render_terminal import Page, printed

from token_dashboard.model.attribution import Attribution
from token_dashboard.model.explanation import (
    ExplainedEvent,
    Explanation,
    Mismatch,
    Place,
    PriceEntry,
    Trace,
    Verification,
)
from token_dashboard.model.invisible import Invisible, InvisiblePart, Spending, Visibility
from token_dashboard.model.money import Money
from token_dashboard.model.proof import AgentBalance, Audit, Imbalance, Pending, SourceCount
from token_dashboard.model.report import Dimension, Totals
from token_dashboard.model.scan import Reject
from token_dashboard.model.usage import UsageEvent
from token_dashboard.render import proof
from token_dashboard.render.columns import width
from token_dashboard.render.terminal.audit import print_audit
from token_dashboard.render.terminal.explanation import print_explanation
from token_dashboard.render.terminal.invisible import print_invisible
from token_dashboard.render.terminal.reconciliation import print_reconciliation

NOON = 1_795_176_000_000
"""2026-11-20 12:00 UTC."""
LOG = "/home/ada/.claude/projects/-home-ada-shop/0198c2f4.jsonl"
CENT = 10_000_000

BALANCES = (
    AgentBalance(
        agent="claude-code",
        records=100_214,
        held=72_010,
        replays=40,
        merged=28_204,
        pruned=0,
        rejected=23,
        pending=Pending(files=1, bytes=14),
        sources=(SourceCount(source="log", records=72_010),),
    ),
    AgentBalance(
        agent=None,
        records=4,
        held=3,
        replays=0,
        merged=0,
        pruned=0,
        rejected=0,
        pending=Pending(files=2, bytes=3_400_000),
        sources=(),
    ),
)
REJECTS = tuple(Reject(path=LOG, line=line, reason="usage without input_tokens") for line in range(1, 24))
BALANCED = Audit(as_of_ms=NOON, agents=BALANCES[:1], rejects=(), imbalances=())
UNBALANCED = Audit(
    as_of_ms=NOON,
    agents=BALANCES,
    rejects=REJECTS,
    imbalances=(
        Imbalance(name="rows of no agent", counted=3, expected=4),
        Imbalance(name="sums of the day 2026-11-20", counted=7, expected=0, places=3),
    ),
)

PRICE = PriceEntry(
    row="anthropic/claude-opus-4-5",
    source="genai-prices",
    origin="built-in",
    from_date="2025-11-24",
    list_price_of=None,
    input=Money(500 * CENT),
    cache_read=Money(50 * CENT),
    cache_creation=Money(625 * CENT),
    cache_creation_1h=Money(1000 * CENT),
    output=Money(2500 * CENT),
    reasoning=None,
    service_tier=None,
    above_input_tokens=None,
    web_search=None,
    is_same=True,
)


def event(number: int, **more: object) -> UsageEvent:
    told = UsageEvent(
        key=number,
        time_ms=NOON + number * 1000,
        source="log",
        agent="claude-code",
        provider="anthropic",
        model="claude-opus-4-5",
        input_tokens=8_100,
        output_tokens=200,
        attribution=Attribution(session="0198c2f4"),
        list_cost_nanos=26_750_000,
    )
    return told._replace(**more)


def explained(number: int, trace: Trace, place: Place | None = None, **more: object) -> ExplainedEvent:
    repeats = (place, place) if place else ()
    return ExplainedEvent(event=event(number, **more), trace=trace, place=place, repeats=repeats, price=PRICE)


TOTAL = Totals(
    requests=9,
    input_tokens=72_900,
    output_tokens=1_800,
    priced_requests=8,
    list_cost_nanos=214_000_000,
    unpriced_tokens=8_300,
)
FIGURE = Explanation(
    time_zone="UTC",
    start_ms=NOON - 43_200_000,
    end_ms=NOON + 43_200_000,
    only=((Dimension.MODEL, "claude-opus-4-5"),),
    total=TOTAL,
    detail=TOTAL,
    events=(
        explained(1, Trace.FOUND, Place(path=LOG, start=750, end=1127, line=3)),
        explained(2, Trace.FOUND, Place(path="/home/ada/openclaw.sqlite", table="transcript_events", row=12)),
        explained(3, Trace.GONE),
        explained(4, Trace.MISSING),
        explained(5, Trace.TOLD, source="hook", list_cost_nanos=None, model=None),
        explained(6, Trace.TOLD, source="proxy"),
    ),
    pruned_requests=0,
    adds_up=True,
)
MISMATCH = Mismatch(
    place=Place(path=LOG, start=750, end=1127, line=3),
    files=(LOG,),
    time_ms=NOON,
    model="claude-opus-4-5",
    field="output_tokens",
    stored="200",
    found="300",
)
VERIFIED = Verification(events=9, equal=4, gone=2, told=1, repriced=1, first=MISMATCH, differing=2)
GONE = Verification(
    events=1,
    equal=0,
    gone=0,
    told=0,
    repriced=0,
    differing=1,
    first=Mismatch(
        place=None, files=(LOG,), time_ms=NOON, model=None, field="record", stored="stored", found="nothing"
    ),
)


def spending(requests: int, unpriced: int = 0) -> Spending:
    return Spending(
        requests=requests, tokens=110 * requests, cost=Money(750_000 * requests), unpriced_requests=unpriced
    )


UNSEEN = Invisible(
    time_zone="UTC",
    since=None,
    until=None,
    total=spending(27, 1),
    parts=(
        InvisiblePart(kind=Visibility.ABANDONED, spending=spending(15)),
        InvisiblePart(kind=Visibility.SILENT, spending=spending(1)),
    ),
    openclaw=spending(10),
    uncounted=(
        InvisiblePart(kind=Visibility.ABANDONED, spending=spending(15)),
        InvisiblePart(kind=Visibility.VISIBLE, spending=spending(1)),
    ),
    untraced=spending(1),
    pruned_requests=1_200,
)
NAMES = {"claude-code": "Claude Code", "anthropic": "Anthropic", "openai": "OpenAI"}

PAGES: dict[str, Page] = {
    "balanced": lambda screen, language: print_audit(screen, BALANCED, NAMES, language),
    "unbalanced": lambda screen, language: print_audit(screen, UNBALANCED, NAMES, language),
    "figure": lambda screen, language: print_explanation(screen, FIGURE, VERIFIED, language),
    "figure without its record": lambda screen, language: print_explanation(screen, FIGURE, GONE, language),
    "gap": lambda screen, language: print_reconciliation(screen, GAP, NAMES, (), language),
    "gap of older books": lambda screen, language: print_reconciliation(screen, GAP, NAMES, [DOWN], language),
    "no books": lambda screen, language: print_reconciliation(screen, NO_BOOKS, NAMES, (), language),
    "no books, refused": lambda screen, language: print_reconciliation(
        screen, NO_BOOKS, NAMES, [REFUSED], language
    ),
    "unseen": lambda screen, language: print_invisible(screen, UNSEEN, language),
}


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("columns", [120, 80, 40])
def test_a_page_of_proof_reads_as_it_was_approved(
    name: str, columns: int, snapshot: SnapshotAssertion
) -> None:
    assert printed(PAGES[name], columns) == snapshot.use_extension(TextFile)


@pytest.mark.parametrize("tag", ["en", "de", "zh_Hans"])
@pytest.mark.parametrize("columns", [120, 80, 40])
@pytest.mark.parametrize("name", PAGES)
def test_no_line_of_a_proof_is_wider_than_the_terminal(name: str, columns: int, tag: str) -> None:
    for line in printed(PAGES[name], columns, tag).splitlines():
        assert width(line) <= columns or re.search(r"\S{30}", line)


@pytest.mark.parametrize(
    ("used", "pruned", "told"),
    [
        (spending(27), 0, None),
        (spending(27), 1, "Without 1 request whose detail was deleted"),
        (Spending(), 1_200, "Without 1,200 requests whose detail was deleted"),
    ],
    ids=["all are kept", "one was deleted", "all were deleted"],
)
def test_answers_that_cannot_be_judged_any_more_are_told_where_there_are_any(
    used: Spending, pruned: int, told: str | None
) -> None:
    found = replace(UNSEEN, total=used, pruned_requests=pruned)
    page = printed(lambda screen, language: print_invisible(screen, found, language), 80)
    assert told in page if told else "deleted" not in page
    assert "used nothing" not in page


@pytest.mark.parametrize("pages", [[], [6], [2, 4], [1] * 6, [600, 3]], ids=str)
async def test_json_is_one_document_however_its_events_come(pages: list[int]) -> None:
    async def told() -> AsyncIterator[Sequence[ExplainedEvent]]:
        events = cycle(FIGURE.events)
        for count in pages:
            yield list(islice(events, count))

    text = "".join([part async for part in proof.explanation(replace(FIGURE, events=()), VERIFIED, told())])
    document = json.loads(text)
    assert text == json.dumps(document, indent=2)
    assert [one["event"]["id"] for one in document["events"]] == [
        f"key:{one.event.key}" for one in islice(cycle(FIGURE.events), sum(pages))
    ]
    assert list(document)[-1] == "verification"


def test_a_price_tells_its_tier_and_what_else_it_charges_for() -> None:
    price = replace(PRICE, service_tier="batch", reasoning=Money(900 * CENT), web_search=Money(CENT))
    figure = replace(FIGURE, events=(replace(FIGURE.events[0], price=price),))
    page = printed(lambda screen, language: print_explanation(screen, figure, None, language), 200)
    assert "(built-in, genai-prices, batch): input 5.00" in page
    assert "reasoning 9.00 USD/M, web search 0.01 USD" in page


def test_a_price_of_long_prompts_says_so() -> None:
    price = replace(PRICE, above_input_tokens=200_000)
    figure = replace(FIGURE, events=(replace(FIGURE.events[0], price=price),))
    page = printed(lambda screen, language: print_explanation(screen, figure, None, language), 200)
    assert "(built-in, genai-prices, above 200,000 input tokens): input 5.00" in page


def test_exact_amounts_have_the_decimal_sign_of_their_language() -> None:
    page = printed(lambda screen, language: print_explanation(screen, FIGURE, None, language), 200, "de")
    assert "input 5.00" not in page
    assert "Eingabe 5,00" in page
