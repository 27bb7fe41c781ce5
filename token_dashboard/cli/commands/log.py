"""``tokens log``: usage that no log tells of, by hand."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from token_dashboard.cli.options import config_file, config_option, json_option, print_json
from token_dashboard.cli.running import run_async
from token_dashboard.cli.spoken import misused, spoken
from token_dashboard.model.usage import MAX_TOKENS

if TYPE_CHECKING:
    from token_dashboard.model.imported import Imported

_COUNT = click.IntRange(0, MAX_TOKENS)
_OWNERS = ("app", "project", "user", "feature", "team", "session")


@click.command(
    epilog="""\b
Examples:
  tokens log --provider openai --model gpt-5.2 --input 1200 --output 300 --app batch
  tokens log --model my-model --input 5000 --output 200 --cost 0.05 --time 2026-11-21T18:00
  jq -c '{model, inputTokens: .in, outputTokens: .out}' calls.jsonl | tokens log -
"""
)
@click.argument("lines", required=False, metavar="[-]")
@click.option("--agent", help="The program that made the request.")
@click.option("--provider", help="Who bills.")
@click.option("--model", help="The model, as the provider names it.")
@click.option("--input", "sent", type=_COUNT, help="Input tokens, cached ones included.")
@click.option("--output", type=_COUNT, help="Output tokens, reasoning included.")
@click.option("--cache-read", type=_COUNT, default=0, help="Part of --input that was read from a cache.")
@click.option("--cache-creation", type=_COUNT, default=0, help="Part of --input that was written to a cache.")
@click.option("--time", metavar="TIME", help="When; by the local clock unless it has an offset. Now.")
@click.option("--app", help="The label of the calling program.")
@click.option("--project", help="The project.")
@click.option("--user", help="The person.")
@click.option("--feature", help="The feature of a product.")
@click.option("--team", help="The team.")
@click.option("--session", help="The session.")
@click.option("--cost", metavar="USD", help="What was charged, in US dollars, where you know it.")
@json_option
@config_option
@click.pass_context
def command(ctx: click.Context, /, lines: str | None, as_json: bool, **given: Any) -> None:
    """Store a request that no log tells of, priced by the list.

    With - it reads several from standard input: a JSON object a line, by schemas/usage-event.schema.json; id,
    time and source may be left out.

    Exit code: 1 if a line could not be taken; the others are stored.
    """
    from token_dashboard.render.refusals import Refusal

    if lines not in {None, "-"}:
        raise misused(Refusal.NO_OPTION, word=repr(lines))
    if lines == "-":
        from token_dashboard.cli.import_answers import tell

        if any(value not in {None, 0} for value in given.values()):
            raise misused(Refusal.LINES_OR_OPTIONS)
        ctx.exit(tell(run_async(_log_lines()), as_json=as_json))
    for needed in ("model", "sent", "output"):
        if given[needed] in {None, ""}:
            raise misused(Refusal.OPTION_MISSING, option=f"--{'input' if needed == 'sent' else needed}")
    run_async(_log_one(given, as_json=as_json))


async def _log_one(given: Mapping[str, Any], *, as_json: bool) -> None:
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.engine.imports.by_hand import completed
    from token_dashboard.engine.imports.rows import event_of
    from token_dashboard.model.period import zone
    from token_dashboard.render.errors import phrase

    loaded = load(config_file())
    row = _row(given, zone(loaded.settings.time_zone))
    async with compose(loaded) as product:
        now_ms = product.clock.now_ms()
        try:
            event = event_of(completed(product.clock.now_ms)(row))
        except ValueError as error:
            raise click.UsageError(f"{phrase(str(error), spoken())}.") from error
        (stored,) = product.prices.pricer.price([event])
        await product.ledger.usage.record([stored])
    if as_json:
        from token_dashboard.render import keeping

        print_json(keeping.logged(stored))
    else:
        from token_dashboard.cli.console import Console
        from token_dashboard.render.terminal.logged import print_logged
        from token_dashboard.render.times import LocalTime

        print_logged(Console(), stored, LocalTime.of(loaded.settings.time_zone, now_ms, spoken()))


async def _log_lines() -> "Imported":
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.cli.import_answers import STANDARD_INPUT, bring, lines_in
    from token_dashboard.engine.imports.by_hand import completed
    from token_dashboard.engine.imports.importing import batches_of
    from token_dashboard.engine.imports.rows import claims_in

    with lines_in("-") as lines:
        async with compose(load(config_file())) as product:
            claims = claims_in(lines, STANDARD_INPUT, completed(product.clock.now_ms))
            return await bring(product, batches_of(claims), lines)


def _row(given: Mapping[str, Any], tz: ZoneInfo) -> dict[str, Any]:
    """The options as an object of the schema."""
    row: dict[str, Any] = {
        **{name: given[name] for name in ("agent", "provider", "model")},
        "inputTokens": given["sent"],
        "outputTokens": given["output"],
        "cacheReadInputTokens": given["cache_read"],
        "cacheCreationInputTokens": given["cache_creation"],
        "attribution": {name: given[name] for name in _OWNERS if given[name]},
    }
    if given["time"] is not None:
        row["time"] = _moment(given["time"], tz).isoformat(timespec="milliseconds")
    if given["cost"] is not None:
        row["recordedCost"] = {"amount": _dollars(given["cost"]), "currency": "USD"}
    return row


def _moment(value: str, tz: ZoneInfo) -> datetime:
    """With the offset that is written; without one it is by the clock of the ``timeZone`` setting."""
    from token_dashboard.render.refusals import Refusal

    try:
        time = datetime.fromisoformat(value)
    except ValueError as error:
        raise misused(Refusal.NO_TIME, "--time", word=repr(value)) from error
    return time if time.tzinfo else time.replace(tzinfo=tz)


def _dollars(value: str) -> str:
    """Decimal text of the amount, exactly."""
    from token_dashboard.model.money import decimal_text, parse_nanos
    from token_dashboard.render.refusals import Refusal

    try:
        nanos = parse_nanos(value)
    except ValueError as error:
        raise misused(Refusal.NO_AMOUNT, "--cost", word=repr(value)) from error
    if nanos < 0:
        raise misused(Refusal.BELOW_ZERO, "--cost", word=repr(value))
    return decimal_text(nanos)
