"""Where the published contracts lie: the manifest and the JSON Schemas that others build on.

They stand at the top of a checkout and inside the package of an installed wheel.
"""

import json
from pathlib import Path
from typing import Any

_PACKAGE = Path(__file__).parent


def contract_path(name: str) -> Path:
    """The file of a contract, for example ``plugin.json`` or ``schemas/status.schema.json``."""
    installed = _PACKAGE / name
    return installed if installed.exists() else _PACKAGE.parent / name


def read_contract(name: str) -> dict[str, Any]:
    """The parsed JSON document of a contract."""
    document: dict[str, Any] = json.loads(contract_path(name).read_bytes())
    return document


def version() -> str:
    """The version of the package; ``plugin.json`` is its one source."""
    return str(read_contract("plugin.json")["version"])
