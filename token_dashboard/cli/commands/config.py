"""``tokens config``: where the configuration is, whether it is right, what it comes to."""

import os
from typing import TYPE_CHECKING

import click

from token_dashboard.cli.options import config_file, config_option, json_option, print_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from token_dashboard.model.errors import ConfigError


@click.group(
    epilog="""\b
Examples:
  tokens config check
  tokens config show
"""
)
@config_option
def command() -> None:
    """The configuration: where it is, and whether it is right."""


@command.command(
    epilog="""\b
Examples:
  tokens config check
  tokens config check --config ./config.json5
  tokens config check --json | jq -r '.problems[].path'
"""
)
@json_option
@config_option
@click.pass_context
def check(ctx: click.Context, as_json: bool) -> None:
    """Read the configuration and say all that is wrong with it.

    Exit code 1 if something is.
    """
    from token_dashboard.cli.compose import load
    from token_dashboard.config.display import exchange_of
    from token_dashboard.model.errors import ConfigError

    try:
        loaded = load(config_file())
        exchange_of(loaded, None)  # which reports alone need
    except ConfigError as error:
        _print_problems([error, *error.others], as_json=as_json)
        ctx.exit(1)
    if as_json:
        file = None if loaded.file is None else str(loaded.file)
        print_json({"schemaVersion": 1, "ok": True, "file": file, "problem": None, "problems": []})
    else:
        from token_dashboard.render.configuration import found_right
        from token_dashboard.render.language import language

        click.echo(found_right(loaded.file, language(loaded.settings.language)))


def _print_problems(errors: "Sequence[ConfigError]", *, as_json: bool) -> None:
    if as_json:
        problems = [dict(error.params) for error in errors]
        print_json(
            {"schemaVersion": 1, "ok": False, "file": None, "problem": problems[0], "problems": problems}
        )
        return
    from token_dashboard.cli.spoken import told

    for error in errors:
        click.echo(told(error), err=True)


@command.command(
    epilog="""\b
Examples:
  tokens config path
  $EDITOR "$(tokens config path)"
"""
)
@json_option
@config_option
def path(as_json: bool) -> None:
    """Print where the configuration file is, or would be."""
    from token_dashboard.config import finding
    from token_dashboard.config.places import CONFIG_FILES, config_dir

    file = finding.load(config_file(), os.environ).file
    place = file or config_dir(os.environ) / CONFIG_FILES[0]
    if as_json:
        print_json({"schemaVersion": 1, "path": str(place), "exists": file is not None})
    else:
        click.echo(place)


@command.command(
    epilog="""\b
Examples:
  tokens config show
  tokens config show | jq .alertThresholds
  tokens config show --json | jq .file
"""
)
@json_option
@config_option
def show(as_json: bool) -> None:
    """Print every setting in effect, with secrets masked.

    It is a configuration in JSON. --json puts it into an answer like those of other commands.
    """
    from token_dashboard.cli.compose import load
    from token_dashboard.config.showing import shown

    loaded = load(config_file())
    settings = shown(loaded.settings)
    if as_json:
        file = None if loaded.file is None else str(loaded.file)
        print_json({"schemaVersion": 1, "file": file, "settings": settings})
    else:
        print_json(settings)
