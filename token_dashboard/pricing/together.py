"""What many requests of the same rates cost: from their sums, if no single one of them is rounded."""

from token_dashboard.model.alike import Alike
from token_dashboard.model.money import Nanos
from token_dashboard.pricing.sheet import PER, RateSheet


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
