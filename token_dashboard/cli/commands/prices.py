"""``tokens prices``: the price book."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from token_dashboard.cli.options import config_file, config_option, json_option, print_json
from token_dashboard.cli.running import run_async
from token_dashboard.cli.spoken import refused

if TYPE_CHECKING:
    from token_dashboard.config.settings import Settings
    from token_dashboard.pricing.book import Age, Entry, PriceBook

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
@config_option
def command() -> None:
    """What tokens cost: look it up, see its age, bring newer prices."""


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
    """Show every price of MODEL, and where each comes from.

    They are in US dollars per million tokens.
    """
    settings, book = _book()
    prices = [
        *_own_prices(settings, model),
        *(price for entry in book.show(model) for price in _prices(entry)),
    ]
    if not prices:
        from token_dashboard.render.refusals import Refusal

        raise refused(Refusal.NO_PRICE, word=model)
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
  tokens prices age --json | jq .days
"""
)
@json_option
@config_option
def age(as_json: bool) -> None:
    """Say of what day the prices are."""
    settings, found = _age()
    if as_json:
        print_json(_age_answer(found))
    else:
        from token_dashboard.render.configuration import prices_age
        from token_dashboard.render.language import language

        spoken = language(settings.language)
        click.echo(prices_age(found.as_of, is_refreshed=found.is_refreshed, language=spoken))


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
@json_option
@config_option
def update(source: str, as_json: bool) -> None:
    """Bring newer prices.

    A book that is broken or cut short leaves the old one in use.
    """
    from token_dashboard.cli.price_book import fetched_prices
    from token_dashboard.pricing.refresh import install

    if source.startswith(("https://", "http://")):
        from token_dashboard.providers._http import download

        raw = run_async(download(source))
    else:
        raw = Path(source).read_bytes()
    before = _age()[1]
    install(raw, fetched_prices(os.environ), name=source, newest=before.as_of)
    settings, found = _age()
    if as_json:
        print_json({**_age_answer(found), "before": before.as_of.isoformat()})
    else:
        from token_dashboard.render.configuration import prices_updated
        from token_dashboard.render.language import language

        click.echo(prices_updated(found.as_of, language(settings.language)))


def _age() -> "tuple[Settings, Age]":
    settings, book = _book()
    return settings, book.age(datetime.now(UTC).date())


def _age_answer(age: "Age") -> dict[str, object]:
    return {
        "schemaVersion": 1,
        "asOf": age.as_of.isoformat(),
        "days": age.days,
        "fetched": age.is_refreshed,
    }


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
    from token_dashboard.cli.compose import load
    from token_dashboard.cli.price_book import price_book

    settings = load(config_file()).settings
    return settings, price_book(settings, os.environ)
