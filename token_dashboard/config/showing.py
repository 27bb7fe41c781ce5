"""The settings that hold, for people to look at."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import time
from decimal import Decimal
from pathlib import Path
from typing import Any

from token_dashboard.config.section import camel_case
from token_dashboard.config.settings import Settings
from token_dashboard.config.values import Command, KeyringEntry
from token_dashboard.model.money import Money
from token_dashboard.model.secret import Secret


def shown(settings: Settings) -> dict[str, Any]:
    """A JSON document of the settings, itself a valid configuration; each secret shows as ``***``.

    What isn't set and has no default isn't there.
    """
    document: dict[str, Any] = _written(settings)
    return document


def _written(value: Any) -> Any:
    if isinstance(value, Command):  # its words may hold a secret
        return {"command": [value.words[0], *("***" for _ in value.words[1:])]}
    if isinstance(value, KeyringEntry):
        return {"keyring": f"{value.service}/{value.user}"}
    if is_dataclass(value) and not isinstance(value, Money):
        named = ((camel_case(each.name), getattr(value, each.name)) for each in fields(value))
        return {name: _written(part) for name, part in named if part is not None}
    if isinstance(value, Mapping):
        return {name: _written(part) for name, part in value.items()}
    if isinstance(value, tuple) and value and isinstance(value[0], time):
        return "-".join(f"{each:%H:%M}" for each in value)
    if isinstance(value, tuple):
        return [_written(part) for part in value]
    if isinstance(value, Money):
        return _number(Decimal(value.amount))
    if isinstance(value, Decimal):
        return _number(value)
    return str(value) if isinstance(value, Secret | Path) else value


def _number(value: Decimal) -> int | float | str:
    """A number for JSON, as long as reading it gives the same Decimal again; else its digits."""
    if value == int(value):
        return int(value)
    number = float(value)
    return number if Decimal(repr(number)) == value else f"{value:f}"
