"""``token-dashboard.report`` and ``.sessions``: the params of a report, as ``tokens report`` has them."""

from collections.abc import Sequence
from datetime import date

from token_dashboard.engine.dashboard import Dashboard
from token_dashboard.gateway import questions
from token_dashboard.gateway.host import Json
from token_dashboard.gateway.params import Params
from token_dashboard.gateway.refusal import INVALID_REQUEST, Refusal
from token_dashboard.model.errors import ConfigError
from token_dashboard.model.exchange import Exchange
from token_dashboard.model.report import CostBasis, Dimension, Order, Report
from token_dashboard.model.report_request import ReportRequest
from token_dashboard.model.stretch import WEEKDAYS, Named, Stretch, last, named, year

_PERIODS = ("period", "year", "last", "days")
_NAMES = (
    *("since", "until", *_PERIODS, "timeZone", "startOfWeek"),
    *("cost", "currency", "sort", "reverse", "limit", "breakdown"),
    *questions.FILTERS,
)


async def answer(dashboard: Dashboard, given: Json, by: Sequence[Dimension] | None = None) -> Report:
    """The report that params ask for: by agent unless told, or always by ``by``. Reads new logs first."""
    params = Params(given, _NAMES if by else ("by", *_NAMES))
    groups = tuple(by or questions.dimensions(params, (Dimension.AGENT,)))
    tz = questions.time_zone(params)
    weekday = questions.known_choice(params, "startOfWeek", WEEKDAYS)
    week_start = WEEKDAYS.index(weekday or WEEKDAYS[0])
    order = questions.known_choice(params, "sort", [*Order])
    request = ReportRequest(
        by=groups,
        stretch=_stretch(params, dashboard.today(tz), week_start),
        only={one: kept for one in questions.FILTERS if (kept := params.one_or_more(one))},
        cost_basis=CostBasis(questions.cost_basis(params)),
        order=Order(order) if order else None,
        is_reversed=params.flag("reverse"),
        limit=_limit(params),
        tz=tz,
        week_start=week_start,
        has_parts=params.flag("breakdown"),
        exchange=_exchange(dashboard, params.text("currency")),
    )
    await dashboard.read_logs()
    try:
        return await dashboard.history.answer(request)
    except ValueError as error:
        raise Refusal(INVALID_REQUEST, str(error)) from None


def _stretch(params: Params, today: date, week_start: int) -> Stretch:
    since, until = questions.stretch(params, today)
    told = [name for name in _PERIODS if params.is_given(name)]
    if len(told) > 1 or (told and told != ["days"] and (since or until)):
        raise Refusal(
            INVALID_REQUEST, f"params.{told[0]} stands for the whole period: give nothing beside it"
        )
    period = questions.known_choice(params, "period", [*Named])
    try:
        if params.is_given("year"):
            return year(params.required_number("year"))
        if (length := params.text("last")) is not None:
            return last(length, today)
    except ValueError as error:
        raise Refusal(INVALID_REQUEST, f"params.{told[0]}: {error}") from None
    return named(Named(period), today, week_start) if period else Stretch(since=since, until=until)


def _exchange(dashboard: Dashboard, currency: str | None) -> Exchange | None:
    """The rates of a currency; asking for one that has none is the caller's mistake and not an outage."""
    try:
        return dashboard.history.exchange(currency)
    except ConfigError as error:
        if currency is None:
            raise
        raise Refusal(INVALID_REQUEST, f"params.currency: {error}") from None


def _limit(params: Params) -> int | None:
    if not params.is_given("limit"):
        return None
    limit = params.required_number("limit")
    if limit < 1:
        raise Refusal(INVALID_REQUEST, "params.limit must be 1 or more")
    return limit
