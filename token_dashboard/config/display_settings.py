"""What an operator writes of the currency that reports show; ``config.display`` makes rates of it."""

from collections.abc import Mapping
from dataclasses import field
from decimal import Decimal
from pathlib import Path
from typing import Annotated

from token_dashboard.config import values
from token_dashboard.config.section import Section
from token_dashboard.config.values import Written
from token_dashboard.model.record import record


@record
class DisplaySettings(Section):
    """How figures are shown; what is stored stays as it is."""

    currency: Annotated[str | None, Written(values.currency)] = None
    """Reports show costs in it beside dollars; ``None``: in dollars alone."""
    rates: Mapping[str, Annotated[Decimal, Written(values.rate)]] = field(default_factory=dict)
    """How much of a currency a dollar is worth, whatever the day."""
    rates_file: Annotated[Path | None, Written(values.path)] = None
    """The same by day; as written, a relative path begins beside the configuration file."""
