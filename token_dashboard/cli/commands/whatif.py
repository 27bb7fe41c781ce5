"""``tokens whatif``: what a period would have cost on other models."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import click

from token_dashboard.cli.days_option import Days, asked_days, days_options
from token_dashboard.cli.options import config_file, config_option, json_option, print_json
from token_dashboard.cli.running import run_async
from token_dashboard.cli.spoken import misused, spoken, unfit

if TYPE_CHECKING:
    from token_dashboard.cli.compose import Product
    from token_dashboard.engine.replay import Replay

_DAYS = 30


def _swaps(_ctx: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    from token_dashboard.render.refusals import Refusal

    swaps: dict[str, str] = {}
    for value in values:
        source, _, target = (part.strip() for part in value.partition("="))
        if not source or not target:
            raise unfit(Refusal.NO_SWAP, word=repr(value))
        if source.lower() in map(str.lower, swaps):
            raise unfit(Refusal.TWICE, word=f'"{source}"')
        swaps[source] = target
    return swaps


@click.command(
    epilog="""\b
Examples:
  tokens whatif --map claude-opus-4-5=claude-sonnet-4-5
  tokens whatif --map claude-opus-4-5=gpt-5.2 --last-month
  tokens whatif --map gpt-5.2=deepseek/deepseek-chat --last 7d --json
"""
)
@click.option(
    "--map",
    "swaps",
    callback=_swaps,
    multiple=True,
    required=True,
    metavar="MODEL=MODEL",
    help="Price the requests of the first model as if they had gone to the second; may be given again.",
)
@click.option("--last-month", "is_last_month", is_flag=True, help="The last calendar month.")
@days_options
@json_option
@config_option
def command(
    swaps: dict[str, str],
    is_last_month: bool,
    since: datetime | None,
    until: datetime | None,
    last: int | None,
    as_json: bool,
) -> None:
    """Replay each request on another model's prices, those of its day.

    Without options the last 30 days. The same text is not as many tokens in every model, and a cheaper model
    may need more of them: what is replayed is the tokens that were used.
    """
    if is_last_month and (since or until or last):
        from token_dashboard.render.refusals import Refusal

        raise misused(Refusal.LAST_MONTH_AND_DAYS)
    run_async(_what_if(swaps, asked_days(since, until, last), is_last_month=is_last_month, as_json=as_json))


async def _what_if(swaps: dict[str, str], days: Days, *, is_last_month: bool, as_json: bool) -> None:
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.cli.console import Console
    from token_dashboard.cli.progress import scan_progress
    from token_dashboard.engine.replay import Replay
    from token_dashboard.model.period import zone
    from token_dashboard.render.language import language

    async with compose(load(config_file())) as product:
        replay = Replay(product.ledger, product.prices.book, zone(product.dashboard.time_zone), product.clock)
        today = product.dashboard.today()
        for target in swaps.values():
            _check(target, replay, product, today)
        with scan_progress() as progress:
            await product.dashboard.scan(progress)
        first, last = _last_month(today) if is_last_month else days.within(today, _DAYS)
        answer = await replay.what_if(swaps, first, last)
        if as_json:
            from token_dashboard.render import wire

            print_json(wire.answer(answer))
        else:
            from token_dashboard.render.terminal.what_if import print_what_if

            print_what_if(Console(), answer, language(product.loaded.settings.language))


def _check(target: str, replay: "Replay", product: "Product", today: date) -> None:
    if replay.is_priced(target, today):
        return
    from difflib import get_close_matches

    from token_dashboard.render.refusals import Refusal

    near = get_close_matches(target.lower(), product.prices.book.models(), n=3)
    why = Refusal.MODEL_LIKE if near else Refusal.NO_MODEL
    raise misused(why, "--map", word=f'"{target}"', near=spoken().listed(near))


def _last_month(today: date) -> tuple[date, date]:
    last = today.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last
