"""``tokens log``: usage that no log tells of, by hand."""

import asyncio
import sys
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from token_dashboard.cli.options import config_file, config_option, json_option, print_json
from token_dashboard.model.usage import MAX_TOKENS, UsageEvent

_COUNT = click.IntRange(0, MAX_TOKENS)
_OWNERS = ("app", "project", "user", "feature", "team", "session")
_REJECTED = 1


def _dollars(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    """Decimal text of the amount, exactly."""
    from token_dashboard.model.money import decimal_text, parse_nanos

    if value is None:
        return None
    try:
        nanos = parse_nanos(value)
    except ValueError as error:
        raise click.BadParameter(f"{value!r} is no amount. Write dollars like 0.25.") from error
    if nanos < 0:
        raise click.BadParameter(f"{value!r} is below zero.")
    return decimal_text(nanos)


def _moment(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> datetime | None:
    """With the offset that is written; without one it is by the clock of the ``timeZone`` setting."""
    try:
        return None if value is None else datetime.fromisoformat(value)
    except ValueError as error:
        raise click.BadParameter(
            f"{value!r} is no time. Write 2026-11-22T14:30 or 2026-11-22T14:30:00Z."
        ) from error


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
@click.option(
    "--time",
    "time",
    callback=_moment,
    metavar="TIME",
    help="When; by the local clock unless it has an offset. Now.",
)
@click.option("--app", help="The label of the calling program.")
@click.option("--project", help="The project.")
@click.option("--user", help="The person.")
@click.option("--feature", help="The feature of a product.")
@click.option("--team", help="The team.")
@click.option("--session", help="The session.")
@click.option(
    "--cost", callback=_dollars, metavar="USD", help="What was charged, in US dollars, where you know it."
)
@json_option
@config_option
@click.pass_context
def command(ctx: click.Context, /, lines: str | None, as_json: bool, **given: Any) -> None:
    """Store a request that no log tells of, priced by the list.

    With - it reads several from standard input: a JSON object a line, by schemas/usage-event.schema.json; id,
    time and source may be left out. Exit code 1 if a line could not be taken; the others are stored.
    """
    if lines not in {None, "-"}:
        raise click.UsageError(f"{lines!r} is no option. Give figures as options, or - to read lines.")
    if lines == "-":
        if any(value not in {None, 0} for value in given.values()):
            raise click.UsageError("With - the figures come from standard input, not from options.")
        ctx.exit(asyncio.run(_log_lines(sys.stdin, as_json=as_json)))
    for needed in ("model", "sent", "output"):
        if given[needed] is None:
            raise click.UsageError(f"--{'input' if needed == 'sent' else needed} is missing.")
    asyncio.run(_log_one(given, as_json=as_json))


async def _log_one(given: Mapping[str, Any], *, as_json: bool) -> None:
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.engine.imports.by_hand import completed
    from token_dashboard.engine.imports.rows import event_of
    from token_dashboard.model.period import zone
    from token_dashboard.pricing.pricer import Pricer

    loaded = load(config_file())
    async with compose(loaded) as product:
        row = _row(given, zone(loaded.settings.time_zone))
        try:
            event = event_of(completed(product.clock.now_ms())(row))
        except ValueError as error:
            raise click.UsageError(f"{error}.") from error
        (stored,) = Pricer(product.book).price([event])
        await product.ledger.usage.record([stored])
    if as_json:
        from token_dashboard.render.export.events import wire_event

        print_json({"schemaVersion": 1, "event": wire_event(stored)})
    else:
        click.echo(_told(stored))


async def _log_lines(lines: Iterable[str], *, as_json: bool) -> int:
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.cli.console import width
    from token_dashboard.cli.ledger_words import imported_json, imported_lines
    from token_dashboard.engine.imports.by_hand import completed
    from token_dashboard.engine.imports.importing import Importer, batches_of
    from token_dashboard.engine.imports.rows import claims_in
    from token_dashboard.model.period import zone
    from token_dashboard.pricing.pricer import Pricer

    async with compose(load(config_file())) as product:
        claims = claims_in(lines, "standard input", completed(product.clock.now_ms()))
        importer = Importer(product.ledger, Pricer(product.book), zone(product.loaded.settings.time_zone))
        done = await importer.bring(batches_of(claims))
    if as_json:
        print_json(imported_json(done))
    else:
        click.echo("\n".join(imported_lines(done, width())))
    return _REJECTED if done.rejected else 0


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
        time = given["time"] if given["time"].tzinfo else given["time"].replace(tzinfo=tz)
        row["time"] = time.isoformat(timespec="milliseconds")
    if given["cost"] is not None:
        row["recordedCost"] = {"amount": given["cost"], "currency": "USD"}
    return row


def _told(event: UsageEvent) -> str:
    """What was stored, in a line or two."""
    from token_dashboard.model.money import decimal_text
    from token_dashboard.render.wire import moment

    counts = f"{event.input_tokens:,} in, {event.output_tokens:,} out"
    said = f"Stored: {event.model}, {counts}, {moment(event.time_ms)}"
    if event.recorded_cost_nanos is not None:
        said += f", charged ${decimal_text(event.recorded_cost_nanos)}"
    if event.list_cost_nanos is not None:
        return f"{said}, ${decimal_text(event.list_cost_nanos)} at list price"
    return (
        f"{said}, unpriced\nNo price is known for {event.model}: its tokens count, and its cost is unknown, "
        "not 0. Set one under prices.overrides."
    )
