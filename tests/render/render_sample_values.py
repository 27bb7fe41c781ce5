"""What a period was worth: insights, a comparison, plans, a replay."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from render_sample_reviews import MONTH_AGO, NOW, OPUS, SONNET, TODAY, used

from token_dashboard.analysis.comparison import change, changes, most
from token_dashboard.analysis.plan_value import billing_months, month_value
from token_dashboard.model.comparison import Comparison, Span
from token_dashboard.model.insight import CacheSaving, Insights, ModelInsight
from token_dashboard.model.money import NANOS_PER_UNIT, Money
from token_dashboard.model.plan_value import PlanValue, PlanValues
from token_dashboard.model.report import Dimension, Totals
from token_dashboard.model.what_if import Swap, WhatIf

_SAVED = CacheSaving.of(41_250_000_000, 3_100_000_000)
_WASTED = CacheSaving.of(120_000_000, 990_000_000)
INSIGHTS = Insights(
    as_of_ms=NOW,
    time_zone="UTC",
    since=MONTH_AGO,
    until=TODAY,
    total=used(92, 13_400_000, 1_842) + used(9, 400_000, None),
    input_per_output=Decimal(40),
    models=(
        ModelInsight(
            provider="anthropic",
            model=OPUS,
            totals=used(60, 9_100_000, 1_442),
            input_per_output=Decimal(40),
            cache_saving=_SAVED,
            requests_without_detail=17,
        ),
        ModelInsight(
            provider="anthropic",
            model=SONNET,
            totals=used(32, 4_300_000, 400),
            input_per_output=Decimal("0.44"),
            cache_saving=_WASTED,
            requests_without_detail=0,
        ),
        ModelInsight(
            provider=None,
            model="house-model",
            totals=used(9, 400_000, None),
            input_per_output=None,
            cache_saving=None,
            requests_without_detail=0,
        ),
    ),
    cache_saving=CacheSaving.of(41_370_000_000, 4_090_000_000),
    unpriced_models=("house-model",),
    requests_without_detail=17,
    sessions=12,
    cost_per_session=Money(1_535_000_000),
    active_s=38_700,
    cost_per_active_hour=Money(1_713_488_372),
)
NO_INSIGHTS = Insights(
    as_of_ms=NOW,
    time_zone="UTC",
    since=TODAY,
    until=TODAY,
    total=Totals(),
    input_per_output=None,
    models=(),
    cache_saving=None,
    unpriced_models=(),
    requests_without_detail=0,
    sessions=0,
    cost_per_session=None,
    active_s=0,
    cost_per_active_hour=None,
)

_OPUS, _SONNET = (OPUS, "anthropic"), (SONNET, "anthropic")
_EARLIER = {_OPUS: used(40, 6_000_000, 900), ("gpt-5.2", "openai"): used(7, 900_000, 120)}
_LATER = {_OPUS: used(60, 9_100_000, 1_442), _SONNET: used(32, 4_300_000, 400)}
_MODELS = changes(Dimension.MODEL, _EARLIER, _LATER)
_PROJECTS = changes(
    Dimension.PROJECT, {(None, None): _EARLIER[_OPUS]}, {("/home/me/project", None): _LATER[_OPUS]}
)
COMPARISON = Comparison(
    as_of_ms=NOW,
    time_zone="UTC",
    earlier=Span(since=date(2026, 10, 1), until=date(2026, 10, 22)),
    later=Span(since=date(2026, 11, 1), until=TODAY),
    is_cut=True,
    both_until="14:30",
    total=change(sum(_EARLIER.values(), Totals()), sum(_LATER.values(), Totals())),
    models=_MODELS,
    most=most([*_MODELS, *_PROJECTS], 5),
    unpriced_models=(),
)
NO_COMPARISON = Comparison(
    as_of_ms=NOW,
    time_zone="UTC",
    earlier=Span(since=TODAY - timedelta(days=1), until=TODAY - timedelta(days=1)),
    later=Span(since=TODAY, until=TODAY),
    is_cut=False,
    both_until=None,
    total=change(Totals(), Totals()),
    models=(),
    most=(),
    unpriced_models=(),
)

_PAID = Money(20 * NANOS_PER_UNIT)
_PLAN_DAYS = {TODAY - timedelta(days=ago): used(9, 900_000, 95) for ago in range(70)}
*_OVER, _RUNNING = (
    month_value(*month, _PLAN_DAYS, _PAID, TODAY) for month in billing_months(min(_PLAN_DAYS), TODAY, 15, 6)
)
PLANS = PlanValues(
    as_of_ms=NOW,
    time_zone="UTC",
    billing_day=15,
    plans=(
        PlanValue(
            agent="claude-code",
            paid=_PAID,
            months=(*_OVER, replace(_RUNNING, projected_worth=Money(30 * NANOS_PER_UNIT))),
        ),
        PlanValue(
            agent=None,
            paid=Money(99_500_000_000),
            months=tuple(
                month_value(*month, {TODAY: used(3, 9_000, None)}, _PAID, TODAY)
                for month in billing_months(TODAY, TODAY, 22, 6)
            ),
        ),
    ),
    unpriced_models=("house-model",),
)

WHAT_IF = WhatIf(
    as_of_ms=NOW,
    time_zone="UTC",
    since=MONTH_AGO,
    until=TODAY,
    swaps=(
        Swap(
            source="claude-opus-4-5",
            target="claude-sonnet-4-5",
            models=(OPUS,),
            requests=1_412,
            cost=Money(61_200_000_000),
            would_cost=Money(36_720_000_000),
            difference=Money(-24_480_000_000),
            unpriced_requests=2,
        ),
        Swap(
            source="gpt-5.2",
            target="claude-opus-4-5",
            models=(),
            requests=0,
            cost=Money(0),
            would_cost=Money(0),
            difference=Money(0),
            unpriced_requests=0,
        ),
        Swap(
            source="house-model",
            target="gpt-5.2",
            models=("house-model",),
            requests=0,
            cost=Money(0),
            would_cost=Money(0),
            difference=Money(0),
            unpriced_requests=9,
        ),
    ),
    total=Money(70_000_000_000),
    would_total=Money(45_520_000_000),
    unpriced_models=("house-model",),
    requests_without_detail=17,
)
