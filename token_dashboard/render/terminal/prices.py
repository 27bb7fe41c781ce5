"""``tokens prices show``: every price of a model."""

from collections.abc import Mapping, Sequence

from token_dashboard.render.columns import NONE, safe
from token_dashboard.render.language import N_, Language
from token_dashboard.render.terminal._grid import QUIET, Column, Grid, Line, Screen, blocks, folded, show

_RATES = {
    "inputPerMillion": N_("Input"),
    "cacheReadPerMillion": N_("Cached"),
    "cacheCreationPerMillion": N_("To cache"),
    "cacheCreation1hPerMillion": N_("For 1 h"),
    "outputPerMillion": N_("Output"),
}


def print_prices(screen: Screen, prices: Sequence[Mapping[str, str | None]], language: Language) -> None:
    """Prices as ``--json`` tells them: names and exact rates as texts, by the same keys."""
    show(screen, price_lines(prices, language, screen.width))


def price_lines(prices: Sequence[Mapping[str, str | None]], language: Language, columns: int) -> list[Line]:
    """A row for each price, every rate in full; days are told only when a price has one."""
    _ = language.gettext
    grid = Grid(
        [
            Column(_("Provider")),
            Column(_("Model")),
            Column(_("From")),
            *(Column(_(title), is_number=True) for title in _RATES.values()),
            Column(_("Source")),
        ],
        heading=2,
    )
    undated = NONE if any(price["from"] for price in prices) else ""
    for price in prices:
        rates = [price[key] for key in _RATES]
        grid.add(
            [
                safe(price["provider"] or NONE, 24),
                safe(price["model"] or NONE),
                safe(price["from"] or undated),
                *(NONE if rate is None else f"${rate}" for rate in rates),
                safe(price["source"] or NONE, 120),
            ]
        )
    note = _(
        "US dollars per million tokens; a rate without a figure is not stated. "
        "Larger prompts and service tiers may cost more."
    )
    return blocks(grid.lines(columns), folded(note, columns, QUIET))
