"""The rows of a book document, and how one becomes rate sheets.

A row is one model at one vendor, JSON on one line:

``{"id", "also": [ids], "starts": [prefixes], "prices": [period, ...], "source", "unlisted": why,
"seen": date}``

``also`` are further ids, ``starts`` are beginnings that version words may follow. ``unlisted`` says why a
name has no list price (it is sold within a plan, say); ``seen`` is the last day on which a source still
listed a retired model. A period is

``{"from": date, "rates": [input, cache read, cache creation, 1 h cache creation, output, reasoning],
"over": [[tokens, rates], ...], "services": {tier: percent | {"rates", "over"}},
"peak": {"minutes": [[start, end], ...], "weekends": bool, "rates"}, "search": nanos}``

with everything but ``rates`` optional, dates ascending, the first one usually open. A rate is nanos per
million tokens, or ``null`` where no source states it.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

from token_dashboard.pricing.sheet import Peak, Rates, RateSheet, Schedule

Row: TypeAlias = dict[str, Any]
Period: TypeAlias = dict[str, Any]

ALWAYS = "1970-01-01"
"""The from-date of a price whose beginning no source states."""


def period_on(row: Row, day: str) -> Period | None:
    """The period in force on an ISO date; ``None`` before the first one and where there is no list price."""
    found = None
    for period in row.get("prices", ()):
        if period.get("from", ALWAYS) > day:
            break
        found = period
    return found


def sheet_of(vendor: str, row: Row, period: Period, *, list_price_of: str | None = None) -> RateSheet:
    """The rate sheet of one period of a row."""
    is_claude = vendor == "anthropic" or "claude" in row["id"]
    base = _schedule(period, is_claude=is_claude)
    peak = period.get("peak")
    return RateSheet(
        base=base,
        services={
            tier: _scaled(base, price) if isinstance(price, int) else _schedule(price, is_claude=is_claude)
            for tier, price in period.get("services", {}).items()
        },
        peak=peak
        and Peak(
            minutes=tuple((start, end) for start, end in peak["minutes"]),
            on_weekends=peak["weekends"],
            schedule=_schedule(peak, is_claude=is_claude),
        ),
        web_search=period.get("search", 0),
        from_date=period.get("from", ALWAYS),
        row=f"{vendor}/{row['id']}",
        source=row["source"],
        list_price_of=list_price_of,
    )


def complete(rates: Sequence[int | None], *, is_claude: bool) -> Rates:
    """Rates with the unstated ones filled in: a cached token never becomes free by being unstated.

    Anthropic's cache rates are fixed parts of the input rate: 0.1, 1.25 and 2 times. Elsewhere a read or a
    write whose rate isn't stated costs what input costs, and a one-hour write what a short one costs.
    """
    plain, read, creation, creation_1h, output, reasoning = (*rates, None)[:6]
    if plain is None or output is None:
        raise ValueError("input and output rates are needed")
    if read is None:
        read = plain // 10 if is_claude else plain
    if creation is None:
        creation = plain * 5 // 4 if is_claude else plain
    if creation_1h is None:
        creation_1h = plain * 2 if is_claude else creation
    return Rates(plain, read, creation, creation_1h, output, reasoning)


def _schedule(price: dict[str, Any], *, is_claude: bool) -> Schedule:
    tiers = [(over, complete(rates, is_claude=is_claude)) for over, rates in price.get("over", ())]
    return Schedule(complete(price["rates"], is_claude=is_claude), tuple(sorted(tiers, reverse=True)))


def _scaled(schedule: Schedule, percent: int) -> Schedule:
    return Schedule(
        _times(schedule.rates, percent),
        tuple((over, _times(rates, percent)) for over, rates in schedule.tiers),
    )


def _times(rates: Rates, percent: int) -> Rates:
    """Rates at a percentage; exact, since list prices end long before the nano."""
    plain, read, creation, creation_1h, output, reasoning = rates
    return Rates(
        plain * percent // 100,
        read * percent // 100,
        creation * percent // 100,
        creation_1h * percent // 100,
        output * percent // 100,
        None if reasoning is None else reasoning * percent // 100,
    )
