"""``tokens config``: where the configuration is, whether it is right, what it comes to."""

import os

import click

from token_dashboard.cli.options import config_file, config_option, print_json


@click.group(
    epilog="""\b
Examples:
  tokens config check
  tokens config show
"""
)
def command() -> None:
    """The configuration: where it is, whether it is right, what it comes to."""


@command.command()
@config_option
def check() -> None:
    """Read the configuration and say what is wrong with it. Exit code 1 if something is."""
    from token_dashboard.cli.compose import load

    loaded = load(config_file())
    click.echo(f"{loaded.file}: ok" if loaded.file else "No configuration file: everything has its default.")


@command.command()
@config_option
def path() -> None:
    """Print the configuration file in use, or where one would be looked for."""
    from token_dashboard.config import finding
    from token_dashboard.config.places import CONFIG_FILES, config_dir

    file = finding.load(config_file(), os.environ).file
    click.echo(file or config_dir(os.environ) / CONFIG_FILES[0])


@command.command()
@config_option
def show() -> None:
    """Print every setting in effect as JSON, with secrets masked."""
    from token_dashboard.cli.compose import load
    from token_dashboard.config.showing import shown

    print_json(shown(load(config_file()).settings))
