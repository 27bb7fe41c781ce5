"""``tokens prices``: the price book."""

import asyncio
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from token_dashboard.cli.options import config_file, config_option, json_option, print_json

if TYPE_CHECKING:
    from token_dashboard.config.settings import Settings
    from token_dashboard.pricing.book import Entry, PriceBook

_RATES = (
    "inputPerMillion",
    "cacheReadPerMillion",
    "cacheCreationPerMillion",
    "cacheCreation1hPerMillion",
    "outputPerMillion",
)


@click.group(
    epilog="""\b
Examples:
  tokens prices show claude-opus-4-5
  tokens prices age
  tokens prices update --from ./price-book.json
"""
)
def command() -> None:
    """What tokens cost: look prices up, see how old they are, bring newer ones."""


@command.command(
    epilog="""\b
Examples:
  tokens prices show claude-opus-4-5
  tokens prices show gpt-5.2 --json | jq '.prices[].inputPerMillion'
"""
)
@click.argument("model")
@json_option
@config_option
def show(model: str, as_json: bool) -> None:
    """Show every price of MODEL, in US dollars per million tokens, and where each comes from."""
    settings, book = _book()
    prices = [
        *_own_prices(settings, model),
        *(price for entry in book.show(model) for price in _prices(entry)),
    ]
    if not prices:
        raise click.ClickException(
            f"No price is known for {model}; its tokens are counted and shown as unpriced. "
            "Set one under prices.overrides in the configuration."
        )
    if as_json:
        print_json({"schemaVersion": 1, "prices": prices})
    else:
        from token_dashboard.cli.console import Console
        from token_dashboard.render.language import language
        from token_dashboard.render.terminal.prices import print_prices

        print_prices(Console(), prices, language(settings.language))


@command.command(
    epilog="""\b
Examples:
  tokens prices age
"""
)
@config_option
def age() -> None:
    """Say of what day the prices are."""
    found = _book()[1].age(datetime.now(UTC).date())
    origin = "fetched" if found.is_refreshed else "came with this version"
    click.echo(f"Prices as of {found.as_of.isoformat()} ({origin}).")


@command.command(
    epilog="""\b
Examples:
  tokens prices update --from ./price-book.json
  tokens prices update --from https://example.org/price-book.json
"""
)
@click.option(
    "--from", "source", required=True, metavar="FILE|URL", help="A price book: a file, or an https address."
)
@config_option
def update(source: str) -> None:
    """Bring newer prices. A book that is broken or cut short leaves the old one in use."""
    from token_dashboard.cli.folder import Folder
    from token_dashboard.pricing.refresh import install

    if source.startswith(("https://", "http://")):
        from token_dashboard.providers._http import download

        raw = asyncio.run(download(source))
    else:
        try:
            raw = Path(source).read_bytes()
        except OSError as error:
            raise click.ClickException(f"{source}: {error.strerror}") from error
    newest = _book()[1].age(datetime.now(UTC).date()).as_of
    install(raw, Folder.of(os.environ).price_book, name=source, newest=newest)
    found = _book()[1].age(datetime.now(UTC).date())
    click.echo(f"Prices as of {found.as_of.isoformat()} are in use; costs already stored keep theirs.")


def _own_prices(settings: "Settings", name: str) -> Iterator[dict[str, str | None]]:
    from token_dashboard.model.money import decimal_text, parse_nanos

    for key, price in settings.prices.overrides.items():
        provider, _, model = key.rpartition("/")
        if name.lower() in {key.lower(), model.lower()}:
            rates = {
                rate: None if value is None else decimal_text(parse_nanos(value))
                for rate, value in price.rates().items()
            }
            place = {"provider": provider or "any", "model": model, "from": None}
            yield {**place, **rates, "source": "your configuration"}


def _prices(entry: "Entry") -> Iterator[dict[str, str | None]]:
    from token_dashboard.model.money import decimal_text

    for period in entry.row.get("prices", ()):
        rates = dict(zip(_RATES, period["rates"], strict=False))
        yield {
            "provider": entry.vendor,
            "model": entry.row["id"],
            "from": period.get("from"),
            **{name: None if rate is None else decimal_text(rate) for name, rate in rates.items()},
            "source": entry.row["source"],
        }


def _book() -> "tuple[Settings, PriceBook]":
    from token_dashboard.cli.compose import load, price_book
    from token_dashboard.cli.folder import Folder

    settings = load(config_file()).settings
    return settings, price_book(settings, Folder.of(os.environ))
