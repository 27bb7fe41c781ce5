"""``tokens providers``: every provider account that can be read, one looked at closely, one asked now."""

import os
from typing import TYPE_CHECKING

import click

from token_dashboard.cli.options import config_file, config_option, json_option, print_json
from token_dashboard.cli.running import run_async
from token_dashboard.cli.spoken import misused, unknown_provider

if TYPE_CHECKING:
    from collections.abc import Callable

    from token_dashboard.cli.compose import Product
    from token_dashboard.cli.console import Console
    from token_dashboard.model.provider_detail import ProviderDetail
    from token_dashboard.render.language import Language

    _Page = Callable[[Console, ProviderDetail, Language], None]


@click.group(
    invoke_without_command=True,
    epilog="""\b
Examples:
  tokens providers
  tokens providers show openrouter
  tokens providers test openrouter
  tokens providers --json | jq -r '.providers[] | select(.configured) | .id'
""",
)
@json_option
@config_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Which providers are known, which have a key, and how they answer."""
    if ctx.invoked_subcommand is None:
        run_async(_providers(as_json=as_json))


@command.command(
    epilog="""\b
Examples:
  tokens providers show openrouter
  tokens providers show anthropic --account work --json
"""
)
@click.argument("provider", metavar="PROVIDER")
@click.option("--account", metavar="NAME", help="Only this account of the provider's.")
@json_option
@config_option
def show(provider: str, account: str | None, as_json: bool) -> None:
    """Each figure of a provider with its age and source.

    Asks nobody.
    """
    run_async(_show(provider, account, as_json=as_json))


@command.command(
    epilog="""\b
Examples:
  tokens providers test openrouter
  tokens providers test anthropic --account work --json
"""
)
@click.argument("provider", metavar="PROVIDER")
@click.option("--account", metavar="NAME", help="Only this account of the provider's.")
@json_option
@config_option
@click.pass_context
def test(ctx: click.Context, provider: str, account: str | None, as_json: bool) -> None:
    """Ask a provider now, and tell each request that went out.

    No key is ever shown.

    Exit code: 0 good, 2 keys refused or missing, 3 some accounts failed, 4 nothing reachable.
    """
    ctx.exit(run_async(_test(provider, account, as_json=as_json)))


@command.command(
    epilog="""\b
Examples:
  tokens providers books
  tokens providers books anthropic --days 7 --json
"""
)
@click.argument("provider", metavar="[PROVIDER]", required=False)
@click.option(
    "--days", type=click.IntRange(1, 366), default=31, show_default=True, help="How many, with today."
)
@json_option
@config_option
def books(provider: str | None, days: int, as_json: bool) -> None:
    """What vendors say each day cost, beside what agents logged.

    Asks nobody.
    """
    run_async(_books(provider, days, as_json=as_json))


async def _providers(*, as_json: bool) -> None:
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.render.language import language

    async with compose(load(config_file())) as product:
        infos = await product.dashboard.providers()
        if as_json:
            from token_dashboard.render import wire

            print_json(wire.providers(infos))
        else:
            from token_dashboard.cli.console import Console
            from token_dashboard.providers._silent_keys import silent_keys
            from token_dashboard.render.terminal.inventory import print_providers

            now = product.clock.now_ms()
            spoken = language(product.loaded.settings.language)
            silent = silent_keys(os.environ, {info.id for info in infos if info.is_configured})
            print_providers(Console(), infos, now, spoken, silent)


async def _show(provider: str, account: str | None, *, as_json: bool) -> None:
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.render.terminal.provider import print_provider

    async with compose(load(config_file())) as product:
        if _is_silent(product, provider):
            return
        _check(product, provider, account)
        detail = await product.dashboard.provider(provider, only=account)
        _print(product, detail, print_provider, as_json=as_json)


async def _test(provider: str, account: str | None, *, as_json: bool) -> int:
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.cli.outcome import AUTHENTICATION, exit_code
    from token_dashboard.render.terminal.provider import print_test

    async with compose(load(config_file())) as product:
        if _is_silent(product, provider):
            return 0
        _check(product, provider, account)
        detail = await product.dashboard.test(provider, only=account)
        _print(product, detail, print_test, as_json=as_json)
        if not any(one.held_back_by is None for one in detail.accounts):
            return AUTHENTICATION
        return exit_code(one.account.problem for one in detail.accounts if one.held_back_by is None)


async def _books(provider: str | None, days: int, *, as_json: bool) -> None:
    from datetime import UTC, datetime, timedelta

    from token_dashboard.cli.compose import compose, load

    async with compose(load(config_file())) as product:
        if provider is not None:
            _check(product, provider, None)
        dashboard = product.dashboard
        until = datetime.fromtimestamp(dashboard.now_ms() / 1000, UTC).date()
        report = await dashboard.vendor_report(until - timedelta(days=days - 1), until, provider=provider)
        if as_json:
            from token_dashboard.render import wire

            print_json(wire.vendor_report(report))
        else:
            from token_dashboard.cli.console import Console
            from token_dashboard.render.language import language
            from token_dashboard.render.terminal.books import print_books

            spoken = language(product.loaded.settings.language)
            print_books(Console(), report, dashboard.names, spoken)


def _print(product: "Product", detail: "ProviderDetail", page: "_Page", *, as_json: bool) -> None:
    if as_json:
        from token_dashboard.render import wire

        print_json(wire.provider(detail))
    else:
        from token_dashboard.cli.console import Console
        from token_dashboard.render.language import language

        page(Console(), detail, language(product.loaded.settings.language))


def _is_silent(product: "Product", provider: str) -> bool:
    """Whether a vendor tells nothing of accounts, which is said then."""
    from token_dashboard.providers._silent_keys import SILENT_KEYS
    from token_dashboard.render.language import language
    from token_dashboard.render.provider_words import silent_key

    for one in SILENT_KEYS:
        if one.provider is None and one.id == provider and provider not in product.accounts.provider_ids:
            click.echo(silent_key(one, language(product.loaded.settings.language)))
            return True
    return False


def _check(product: "Product", provider: str, account: str | None) -> None:
    """Raises ``click.BadParameter`` for what is not known, with what comes near."""
    from token_dashboard.render.refusals import Refusal

    ids = product.accounts.provider_ids
    if provider not in ids:
        raise unknown_provider(provider, ids)
    mine = [one.account for one in product.accounts.known() if one.provider.id == provider]
    if account is not None and account not in mine:
        why = Refusal.NO_ACCOUNT if mine else Refusal.NO_ACCOUNTS
        values = {"provider": provider, "word": repr(account), "known": ", ".join(mine)}
        raise misused(why, "--account", **values)
