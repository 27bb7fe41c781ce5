"""Options that several commands share."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

_Command = TypeVar("_Command", bound=Callable[..., Any])

_CONFIG = "token_dashboard.config_file"
_HANDED = "token_dashboard.host_config"
_JSON = "token_dashboard.as_json"
_REFERENCE = {"source", "provider", "id"}
"""What OpenClaw's references to secrets are made of. Only its gateway resolves them."""


def _keep_config(ctx: click.Context, _parameter: click.Parameter, value: Path | None) -> None:
    if value is not None:
        from token_dashboard.cli.click_words import follow

        ctx.meta[_CONFIG] = value
        follow(value)


def config_option(command: _Command) -> _Command:
    """``--config``: understood before and after the command's name."""
    return click.option(
        "--config",
        type=click.Path(path_type=Path),
        callback=_keep_config,
        expose_value=False,
        is_eager=True,  # it may name the language of what is said about the others
        help="Use this configuration file (JSON5, JSON or TOML).",
    )(command)


def _keep_host_config(ctx: click.Context, _parameter: click.Parameter, value: int | None) -> None:
    if value is None:
        return
    import json

    try:
        with os.fdopen(value, encoding="utf-8") as given:
            config = json.load(given)
    except (OSError, ValueError):
        config = None
    if not isinstance(config, dict):
        raise click.BadParameter("no settings can be read there.")
    from token_dashboard.cli.click_words import follow

    ctx.meta[_HANDED] = _without_references(config)
    follow()


def _without_references(config: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _without_references(value) if isinstance(value, dict) else value
        for name, value in config.items()
        if not (isinstance(value, dict) and value.keys() >= _REFERENCE)
    }


def host_config_option(command: _Command) -> _Command:
    """``--host-config``: the pipe on which a host that starts us hands over its settings for us."""
    return click.option(
        "--host-config", type=int, callback=_keep_host_config, expose_value=False, hidden=True
    )(command)


def host_config() -> Mapping[str, Any] | None:
    """What a host handed over with ``--host-config``."""
    ctx = click.get_current_context(silent=True)
    handed = None if ctx is None else ctx.meta.get(_HANDED)
    return handed if isinstance(handed, dict) else None


def config_file() -> Path | None:
    """The file given with ``--config``, anywhere on the command line."""
    file = click.get_current_context().meta.get(_CONFIG)
    return file if isinstance(file, Path) else None


def _before_or_behind(ctx: click.Context, _parameter: click.Parameter, value: bool) -> bool:
    """Whether it stands here, or behind the name of the group."""
    is_wanted: bool = ctx.meta.setdefault(_JSON, False) or value
    ctx.meta[_JSON] = is_wanted
    return is_wanted


json_option = click.option(
    "--json", "as_json", is_flag=True, callback=_before_or_behind, help="Print JSON and nothing else."
)


def print_json(document: Mapping[str, Any]) -> None:
    """Write a JSON answer to stdout."""
    from token_dashboard.render.json_text import json_text

    click.echo(json_text(document))
