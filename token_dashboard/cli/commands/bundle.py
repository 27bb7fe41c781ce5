"""``tokens bundle``: exchange usage between machines as signed files, without a server."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from token_dashboard.cli.options import config_file, config_option, json_option, print_json

if TYPE_CHECKING:
    from token_dashboard.engine.bundles import Bundle, Unpacked


@click.group(
    epilog="""\b
Examples:
  tokens bundle export ~/Sync/usage/laptop.bundle
  tokens bundle import ~/Sync/usage/*.bundle
"""
)
def command() -> None:
    """Exchange usage with other machines by signed files: in a synced folder, by git, by mail.

    All machines have the same team.bundleKey. Files may be imported in any order and any number of times.
    """


@command.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@json_option
@config_option
def export(file: Path, as_json: bool) -> None:
    """Write FILE anew, with all requests whose detail is kept here."""
    bundle = asyncio.run(_export(file))
    if as_json:
        print_json(_wire(file, bundle))
    else:
        click.echo(f"{file}: {bundle.requests} requests of {bundle.machine}.")


@command.command(name="import")
@click.argument("files", nargs=-1, required=True, type=click.Path(dir_okay=False, path_type=Path))
@json_option
@config_option
def import_(files: tuple[Path, ...], as_json: bool) -> None:
    """Take in bundles of other machines. One that was tampered with is refused.

    Exit code: 1 when a file was refused; what was taken before it stays.
    """
    taken = asyncio.run(_import(files))
    if as_json:
        print_json({"bundles": [_wire(file, one.bundle) | {"new": one.new} for file, one in taken]})
        return
    for file, one in taken:
        click.echo(f"{file}: {one.bundle.requests} requests of {one.bundle.machine}, {one.new} of them new.")


async def _export(file: Path) -> "Bundle":
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.cli.console import ScanProgress, progress_bar
    from token_dashboard.cli.team import bundle_key, identity_of
    from token_dashboard.engine.bundles import pack

    loaded = load(config_file())
    key, identity = bundle_key(loaded), identity_of(loaded.settings.team)
    async with compose(loaded) as product:
        with ScanProgress() as scanning:
            await product.scanner.scan(scanning)
        with progress_bar("Writing requests") as progress:
            return await pack(product.ledger, identity, key, file, product.clock.now_ms(), progress)


async def _import(files: tuple[Path, ...]) -> "list[tuple[Path, Unpacked]]":
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.cli.console import progress_bar
    from token_dashboard.cli.team import bundle_key, identity_of
    from token_dashboard.engine.bundles import unpack

    loaded = load(config_file())
    key, identity = bundle_key(loaded), identity_of(loaded.settings.team)
    taken = []
    async with compose(loaded) as product:
        for file in files:
            with progress_bar(f"Reading {file.name}") as progress:
                taken.append((file, await unpack(file, product.ledger, identity, key, progress)))
    return taken


def _wire(file: Path, bundle: "Bundle") -> dict[str, object]:
    from token_dashboard.render.wire import moment

    return {
        "file": str(file),
        "machine": bundle.machine,
        "madeAt": moment(bundle.made_ms),
        "requests": bundle.requests,
    }
