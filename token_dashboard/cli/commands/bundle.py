"""``tokens bundle``: exchange usage between machines as signed files, without a server."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from token_dashboard.cli.options import config_file, config_option, json_option, print_json
from token_dashboard.cli.running import run_async
from token_dashboard.cli.spoken import spoken

if TYPE_CHECKING:
    from token_dashboard.engine.bundles import Bundle
    from token_dashboard.model.sharing import TakenBundles

_REFUSED = 1


@click.group(
    epilog="""\b
Examples:
  tokens bundle export ~/Sync/usage/laptop.bundle
  tokens bundle import ~/Sync/usage/*.bundle
"""
)
@config_option
def command() -> None:
    """Exchange usage with other machines by signed files.

    They may lie in a synced folder, or travel by git or by mail, and be imported in any order and any number
    of times. All machines have the same team.bundleKey.
    """


@command.command(
    epilog="""\b
Examples:
  tokens bundle export ~/Sync/usage/laptop.bundle
"""
)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@json_option
@config_option
def export(file: Path, as_json: bool) -> None:
    """Write FILE anew, with all requests whose detail is kept here."""
    from token_dashboard.model.sharing import BundleFile

    bundle = run_async(_export(file))
    made = BundleFile(
        file=str(file), machine=bundle.machine, made_ms=bundle.made_ms, requests=bundle.requests
    )
    if as_json:
        from token_dashboard.render import wire

        print_json(wire.answer(made))
    else:
        from token_dashboard.cli.console import Console
        from token_dashboard.render.terminal.sharing import print_bundle

        print_bundle(Console(), made, spoken())


@command.command(
    name="import",
    epilog="""\b
Examples:
  tokens bundle import ~/Sync/usage/*.bundle
  tokens bundle import ~/Sync/usage/*.bundle --json | jq '.refused'
""",
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@json_option
@config_option
@click.pass_context
def import_(ctx: click.Context, files: tuple[Path, ...], as_json: bool) -> None:
    """Take in bundles of other machines.

    One that was tampered with is refused.

    Exit code: 1 if a file was refused; the others are taken.
    """
    answer = run_async(_import(files))
    if as_json:
        from token_dashboard.render import wire

        print_json(wire.answer(answer))
    else:
        from token_dashboard.cli.console import Console
        from token_dashboard.render.terminal.sharing import print_taken

        for taken in answer.bundles:
            print_taken(Console(), taken, spoken())
    ctx.exit(_REFUSED if answer.refused else 0)


async def _export(file: Path) -> "Bundle":
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.cli.progress import progress_bar, scan_progress
    from token_dashboard.cli.team import bundle_key, identity_of
    from token_dashboard.engine.bundles import pack
    from token_dashboard.render.terminal.sharing import WRITING

    loaded = load(config_file())
    key, identity = bundle_key(loaded), identity_of(loaded.settings.team)
    async with compose(loaded) as product:
        with scan_progress() as scanning:
            await product.scanner.scan(scanning)
        with progress_bar(spoken().gettext(WRITING)) as progress:
            return await pack(product.ledger, identity, key, file, product.clock.now_ms(), progress)


async def _import(files: tuple[Path, ...]) -> "TakenBundles":
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.cli.progress import progress_bar, scan_progress
    from token_dashboard.cli.team import bundle_key, identity_of
    from token_dashboard.engine.bundles import unpack
    from token_dashboard.model.errors import BundleError
    from token_dashboard.model.sharing import RefusedBundle, TakenBundle, TakenBundles
    from token_dashboard.render.columns import safe
    from token_dashboard.render.errors import sentence_of
    from token_dashboard.render.terminal.sharing import READING, namesake_words

    loaded, words = load(config_file()), spoken()
    key, identity = bundle_key(loaded), identity_of(loaded.settings.team)
    taken: list[TakenBundle] = []
    refused: list[RefusedBundle] = []
    async with compose(loaded) as product:
        with scan_progress() as scanning:  # what this computer used itself is its own, whoever says so too
            await product.scanner.scan(scanning)
        with progress_bar("") as bar:
            for file in files:
                bar(0, None, words.gettext(READING).format(name=safe(file.name)))
                try:
                    done = await unpack(file, product.ledger, identity, key, bar)
                except BundleError as error:
                    click.echo(sentence_of(error, words), err=True)
                    refused.append(RefusedBundle(file=str(file), reason=error.params["reason"]))
                    continue
                if done.has_namesake:
                    click.echo(namesake_words(identity.machine, words), err=True)
                taken.append(
                    TakenBundle(
                        file=str(file),
                        machine=done.bundle.machine,
                        made_ms=done.bundle.made_ms,
                        requests=done.bundle.requests,
                        new=done.new,
                    )
                )
    return TakenBundles(bundles=tuple(taken), refused=tuple(refused))
