"""What many requests of the same rates cost: from their sums, if no single one of them is rounded."""

from collections.abc import Collection, Iterable

from token_dashboard.model.alike import Alike, Lines
from token_dashboard.model.money import Nanos
from token_dashboard.pricing.sheet import PER, RateSheet

_DAY_MINUTES = 1440


def list_cost_of_all(sheet: RateSheet, requests: Alike) -> Nanos | None:
    """The sum of ``list_cost`` over all of them, to the nano.

    ``None`` where a token costs a fraction of a nano: what each of them is rounded by isn't in their sums.
    """
    rates = sheet.rates_for(requests.example)
    if any(rate % PER for rate in rates if rate is not None):
        return None
    total = (
        requests.plain * rates.input
        + requests.cache_read * rates.cache_read
        + requests.cache_creation * rates.cache_creation
        + requests.cache_creation_1h * rates.cache_creation_1h
        + requests.output * rates.output
    )
    if rates.reasoning is not None:
        total += requests.reasoning * (rates.reasoning - rates.output)
    return total // PER + requests.web_searches * sheet.web_search


def lines_of(sheets: Collection[RateSheet], moments: Iterable[int]) -> Lines:
    """Where the rates of these prices change, which begin to be in force at these moments."""
    peaks = [sheet.peak for sheet in sheets if sheet.peak]
    edges = {minute for peak in peaks for span in peak.minutes for minute in span}
    schedules = [
        *(schedule for sheet in sheets for schedule in (sheet.base, *sheet.services.values())),
        *(peak.schedule for peak in peaks),
    ]
    return Lines(
        moments=frozenset(moments),
        minutes=frozenset(minute % _DAY_MINUTES for minute in edges),
        sizes=frozenset(over for schedule in schedules for over, _ in schedule.tiers),
    )
