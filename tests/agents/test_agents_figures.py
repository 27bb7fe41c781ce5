"""Numbers as logs write them: costs and moments that can be, and a refusal of all others."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from token_dashboard.agents._figures import cost_nanos, moment_ms

MOMENT_MS = 1_795_176_000_987


@pytest.mark.parametrize(
    "moment",
    [
        *(
            MOMENT_MS,
            float(MOMENT_MS),
            MOMENT_MS + 0.4,
            MOMENT_MS / 1000,
            MOMENT_MS * 1000,
            MOMENT_MS * 10**6,
        ),
        "2026-11-20T12:00:00.987Z",
    ],
)
def test_a_moment_is_read_in_any_unit(moment: float | str) -> None:
    assert moment_ms(moment) == MOMENT_MS


@given(st.integers(1_577_836_800_000, 4_102_444_799_999))
def test_every_millisecond_survives_being_written_in_seconds(time_ms: int) -> None:
    assert moment_ms(time_ms / 1000) == moment_ms(time_ms) == time_ms


@pytest.mark.parametrize(
    "moment", [0, -1, True, 10**11, 10**40, float("nan"), float("inf"), -float("inf"), 1e300, "", "yesterday"]
)
def test_a_moment_at_which_nothing_was_logged_is_refused(moment: float | str) -> None:
    with pytest.raises(ValueError, match="time"):
        moment_ms(moment)


@pytest.mark.parametrize(
    ("cost", "nanos"),
    [(None, None), (0, 0), (0.00096, 960_000), (Decimal("0.0000000004"), 0), (3, 3 * 10**9)],
)
def test_a_cost_is_read_exactly(cost: Decimal | float | None, nanos: int | None) -> None:
    assert cost_nanos(cost) == nanos


@pytest.mark.parametrize("cost", [-0.01, float("nan"), float("inf"), Decimal("NaN"), Decimal("1e20"), 1e300])
def test_a_cost_that_cannot_be_is_refused(cost: Decimal | float) -> None:
    with pytest.raises(ValueError, match=r"amount|negative"):
        cost_nanos(cost)
