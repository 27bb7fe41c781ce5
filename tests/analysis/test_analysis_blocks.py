"""Blocks of five hours: hours of sums say the same as the single requests would."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby, pairwise

from hypothesis import given
from hypothesis import strategies as st

from token_dashboard.analysis.blocks import blocks_of, first_start, gaps_between, largest, measured, running
from token_dashboard.model.block import BLOCK_MS, Block
from token_dashboard.model.money import NANOS_PER_UNIT
from token_dashboard.model.period import HOUR_MS, MINUTE_MS
from token_dashboard.model.report import ReportRow, Totals

START = 1_795_320_000_000
"""A whole hour."""
DOLLAR = NANOS_PER_UNIT

moments = st.lists(st.integers(0, 12 * BLOCK_MS), min_size=1, max_size=60).map(
    lambda offsets: sorted(START + offset for offset in offsets)
)


def used(requests: int, *, tokens: int = 1_000, is_priced: bool = True) -> Totals:
    return Totals(
        requests=requests,
        input_tokens=tokens * requests,
        priced_requests=requests if is_priced else 0,
        list_cost_nanos=DOLLAR * requests if is_priced else 0,
    )


def blocks(times: Sequence[int], *, is_priced: bool = True) -> tuple[Block, ...]:
    """Those of what a ledger holds of requests at these times, to two models in turn."""
    found = {hour: list(within) for hour, within in groupby(times, lambda time: time // HOUR_MS * HOUR_MS)}
    rows = [
        ReportRow(hour=hour, model=model, totals=used(requests, is_priced=is_priced))
        for hour, within in found.items()
        for model, requests in (("haiku", len(within[1::2])), ("opus", len(within[::2])))
        if requests
    ]
    return blocks_of(rows, {hour: (within[0], within[-1]) for hour, within in found.items()})


def request_by_request(times: Sequence[int]) -> list[list[int]]:
    """The rule as it is told: a block lasts five hours from the hour of its first request."""
    blocks: list[list[int]] = []
    for time in times:
        if not blocks or time >= blocks[-1][0] // HOUR_MS * HOUR_MS + BLOCK_MS:
            blocks.append([])
        blocks[-1].append(time)
    return blocks


def models_of(times: Sequence[int]) -> tuple[str, ...]:
    """Those of one block, to which every other request of an hour goes."""
    hours = [list(within) for _, within in groupby(times, lambda time: time // HOUR_MS)]
    return ("haiku", "opus") if any(len(within) > 1 for within in hours) else ("opus",)


@given(moments, st.integers(0, 20))
def test_the_first_block_that_ends_after_a_moment_is_found_by_the_hours_alone(
    times: Sequence[int], hour: int
) -> None:
    after_ms = START + hour * HOUR_MS
    wanted = next((one.start_ms for one in blocks(times) if one.end_ms > after_ms), None)
    assert first_start(sorted({time // HOUR_MS * HOUR_MS for time in times}), after_ms) == wanted


@given(moments)
def test_hours_give_the_blocks_that_single_requests_give(times: list[int]) -> None:
    found = [(one.start_ms, one.first_ms, one.last_ms, one.totals, one.models) for one in blocks(times)]
    assert found == [
        (one[0] // HOUR_MS * HOUR_MS, one[0], one[-1], used(len(one)), models_of(one))
        for one in request_by_request(times)
    ]


def test_an_hour_of_which_nothing_more_is_known_is_taken_as_a_whole() -> None:
    (found,) = blocks_of([ReportRow(hour=START + hour * HOUR_MS, totals=used(1)) for hour in (0, 2)], {})
    assert (found.first_ms, found.last_ms) == (START, START + 3 * HOUR_MS)
    assert found.models == ()


@given(moments)
def test_blocks_are_apart_and_hold_everything(times: list[int]) -> None:
    found = blocks(times)
    assert all(one.end_ms == one.start_ms + BLOCK_MS for one in found)
    assert all(one.end_ms <= after.start_ms for one, after in pairwise(found))
    assert sum((one.totals for one in found), Totals()) == used(len(times))


@given(moments)
def test_a_gap_is_where_more_than_five_hours_lie_between_two_requests(times: list[int]) -> None:
    found = [(gap.start_ms, gap.end_ms) for gap in gaps_between(blocks(times))]
    assert found == [(one + BLOCK_MS, after) for one, after in pairwise(times) if after - one > BLOCK_MS]


def test_nothing_used_makes_no_block() -> None:
    assert blocks_of([], {}) == ()
    assert gaps_between([]) == ()
    assert largest([], START) is None
    assert running([], START, None) is None


def block(first_ms: int = START, *, is_priced: bool = True) -> Block:
    (made,) = blocks([first_ms], is_priced=is_priced)
    return made


def test_a_running_block_goes_on_as_since_its_first_request() -> None:
    now = START + HOUR_MS
    found = running([block()], now, 10_000)
    assert found is not None
    assert found.left_s == 4 * 3600
    pace = found.pace
    assert pace is not None
    assert pace.tokens_per_minute == Decimal(1_000) / 60
    assert pace.projected_tokens == 5_000
    assert pace.cost_per_hour is not None
    assert pace.cost_per_hour.amount == "1.00"
    assert pace.projected_cost is not None
    assert pace.projected_cost.amount == "5.00"
    assert pace.limit_percent == 50


def test_two_requests_within_minutes_are_no_rate_yet() -> None:
    found = running([block()], START + 4 * MINUTE_MS, None)
    assert found is not None
    assert found.pace is None


def test_what_has_no_price_has_no_projected_cost() -> None:
    found = running([block(is_priced=False)], START + HOUR_MS, None)
    assert found is not None
    assert found.pace is not None
    assert (found.pace.cost_per_hour, found.pace.projected_cost) == (None, None)


def test_a_block_runs_until_its_end_and_no_longer() -> None:
    assert running([block()], START + BLOCK_MS - 1, None) is not None
    assert running([block()], START + BLOCK_MS, None) is None


def test_the_largest_block_is_one_that_is_over() -> None:
    past, now = block(), blocks([START + BLOCK_MS, START + BLOCK_MS + 1])[0]
    assert largest([past, now], now.start_ms) == 1_000


def test_a_block_is_measured_only_against_a_limit() -> None:
    assert measured(block(), 4_000).limit_percent == 25
    assert measured(block(), None).limit_percent is None
