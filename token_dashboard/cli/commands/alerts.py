"""``tokens alerts``: what the owner is warned of, and the owner's word on it."""

import click

from token_dashboard.cli.options import config_file, config_option, json_option, print_json
from token_dashboard.cli.running import run_async
from token_dashboard.cli.spoken import unfit


@click.group(
    invoke_without_command=True,
    epilog="""\b
Examples:
  tokens alerts
  tokens alerts --json | jq -r '.standing[].key'
  tokens alerts snooze 3 2h
  tokens alerts test phone
""",
)
@json_option
@config_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Thresholds that are crossed, and those that were until lately.

    Exit code: 0 good, 2 keys refused, 3 some providers failed, 4 none answered.
    """
    if ctx.invoked_subcommand is None:
        ctx.exit(run_async(_alerts(as_json=as_json)))


@command.command(
    epilog="""\b
Examples:
  tokens alerts ack 3
  tokens alerts ack openrouter
"""
)
@click.argument("alert")
@json_option
@config_option
def ack(alert: str, as_json: bool) -> None:
    """Say no more of ALERT unless it grows worse or ends.

    ALERT is its number, or the id of a provider or agent: then all that stand of it.
    """
    run_async(_quiet(alert, None, as_json=as_json))


@command.command(
    epilog="""\b
Examples:
  tokens alerts snooze 3 2h
  tokens alerts snooze openrouter 1d
"""
)
@click.argument("alert")
@click.argument("time")
@json_option
@config_option
def snooze(alert: str, time: str, as_json: bool) -> None:
    """Say nothing of ALERT for TIME: 30m, 2h or 1d.

    ALERT is as for ack.
    """
    from token_dashboard.gateway.quieting import duration_ms

    length_ms = duration_ms(time)
    if length_ms is None:
        from token_dashboard.render.refusals import Refusal

        raise unfit(Refusal.NO_SNOOZE, word=repr(time))
    run_async(_quiet(alert, length_ms, as_json=as_json))


@command.command(
    epilog="""\b
Examples:
  tokens alerts test owner
  tokens alerts test ops --json
"""
)
@click.argument("channel")
@json_option
@config_option
@click.pass_context
def test(ctx: click.Context, channel: str, as_json: bool) -> None:
    """Send a message to CHANNEL, and say how that went.

    CHANNEL is the name of one of notify.channels.

    Exit code: 0 it arrived, 4 it did not.
    """
    ctx.exit(run_async(_test(channel, as_json=as_json)))


@command.command(
    epilog="""\b
Examples:
  tokens alerts history
  tokens alerts history --most 5 --json | jq '.alerts[].kind'
"""
)
@click.option("--most", type=click.IntRange(1, 1000), default=50, show_default=True, help="How many.")
@json_option
@config_option
def history(most: int, as_json: bool) -> None:
    """The alerts that began last, whether they stand or not."""
    run_async(_history(most, as_json=as_json))


async def _alerts(*, as_json: bool) -> int:
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.cli.outcome import exit_code
    from token_dashboard.cli.refresh import up_to_date
    from token_dashboard.render.language import language

    async with compose(load(config_file())) as product:
        status = await up_to_date(product)
        alerts = await product.dashboard.alerts()
        if as_json:
            from token_dashboard.render import wire

            print_json(wire.alerts(alerts, None))
        else:
            from token_dashboard.cli.console import Console
            from token_dashboard.render.terminal.alerts import print_alerts

            spoken = language(product.loaded.settings.language)
            print_alerts(Console(), alerts, product.dashboard.names, spoken)
        return exit_code(one.problem for one in status.accounts)


async def _quiet(wanted: str, length_ms: int | None, *, as_json: bool) -> None:
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.render.language import language
    from token_dashboard.render.times import LocalTime

    async with compose(load(config_file())) as product:
        dashboard = product.dashboard
        now_ms, replies = dashboard.now_ms(), dashboard.alert_replies
        until_ms = now_ms + (length_ms or 0)
        if length_ms is None:
            changed = await replies.acknowledge(wanted)
        else:
            changed = await replies.snooze(wanted, until_ms)
        if not changed:
            from token_dashboard.render.refusals import Refusal

            raise unfit(Refusal.NO_ALERT, word=repr(wanted))
        if as_json:
            from token_dashboard.render import wire

            print_json(wire.alerts(await dashboard.alerts(), None))
            return
        from token_dashboard.render import chat

        spoken = language(dashboard.settings_language)
        if length_ms is None:
            click.echo(chat.acknowledged(changed, dashboard.names, spoken))
        else:
            time = LocalTime.of(dashboard.time_zone, now_ms, spoken)
            click.echo(chat.snoozed(changed, until_ms, dashboard.names, time))


async def _test(name: str, *, as_json: bool) -> int:
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.model.notice import Outcome

    async with compose(load(config_file())) as product:
        courier = product.messages.courier
        receipt = await courier.test(name)
        if receipt is None:
            from token_dashboard.render.refusals import Refusal

            known = ", ".join(sorted(one.name for one in courier.channels))
            why = Refusal.NO_CHANNEL if known else Refusal.NO_CHANNELS
            raise unfit(why, word=repr(name), known=known)
        if as_json:
            from token_dashboard.render import wire

            print_json(wire.receipt(name, receipt))
        else:
            click.echo(f"{name}: {receipt.outcome}" + (f" ({receipt.reason})" if receipt.reason else ""))
        return 0 if receipt.outcome is Outcome.TAKEN else 4


async def _history(most: int, *, as_json: bool) -> None:
    from token_dashboard.cli.compose import compose, load

    async with compose(load(config_file())) as product:
        dashboard = product.dashboard
        past = await dashboard.alert_replies.history(most)
        if as_json:
            from token_dashboard.render import wire

            print_json(wire.alert_history(past, dashboard.now_ms(), dashboard.time_zone))
            return
        from token_dashboard.cli.console import Console
        from token_dashboard.render.language import language
        from token_dashboard.render.terminal.alert_history import print_alert_history
        from token_dashboard.render.times import LocalTime

        time = LocalTime.of(dashboard.time_zone, dashboard.now_ms(), language(dashboard.settings_language))
        print_alert_history(Console(), past, dashboard.names, time)
