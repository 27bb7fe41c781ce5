"""Options that several commands share."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

_Command = TypeVar("_Command", bound=Callable[..., Any])

_CONFIG = "token_dashboard.config_file"


def _keep_config(ctx: click.Context, _parameter: click.Parameter, value: Path | None) -> None:
    if value is not None:
        ctx.meta[_CONFIG] = value


def config_option(command: _Command) -> _Command:
    """``--config``: understood before and after the command's name."""
    return click.option(
        "--config",
        type=click.Path(path_type=Path),
        callback=_keep_config,
        expose_value=False,
        help="Use this configuration file (JSON5, JSON or TOML).",
    )(command)


def config_file() -> Path | None:
    """The file given with ``--config``, anywhere on the command line."""
    file = click.get_current_context().meta.get(_CONFIG)
    return file if isinstance(file, Path) else None


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")


def print_json(document: Mapping[str, Any]) -> None:
    """Write a JSON answer to stdout."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))
