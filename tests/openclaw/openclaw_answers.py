"""What our methods answer, as ``plugin.json`` and ``schemas/`` promise it."""

import json
from pathlib import Path
from typing import Any, TypeAlias

from jsonschema import Draft202012Validator

Params: TypeAlias = dict[str, Any]

ROOT = Path(__file__).parents[2]
MANIFEST = json.loads((ROOT / "plugin.json").read_text())
METHODS: dict[str, tuple[str, Params]] = {
    "token-dashboard.status": ("status", {}),
    "token-dashboard.cached": ("status", {}),
    "token-dashboard.providers": ("providers", {}),
    "token-dashboard.testProvider": ("provider", {"provider": "openrouter"}),
    "token-dashboard.history": ("report", {}),
    "token-dashboard.report": ("report", {}),
    "token-dashboard.sessions": ("report", {}),
    "token-dashboard.alerts": ("alerts", {}),
    "token-dashboard.budgets": ("budgets", {}),
    "token-dashboard.forecast": ("forecast", {}),
}
"""The schema of the answer of each method that can be asked at any time, and the params that it needs."""
SCOPES = {one["name"]: one["scope"] for one in MANIFEST["gatewayMethods"]}


def faults(answer: Any, schema: str) -> list[str]:
    """What is wrong with an answer, by its schema."""
    contract = json.loads((ROOT / "schemas" / f"{schema}.schema.json").read_text())
    return [fault.message for fault in Draft202012Validator(contract).iter_errors(answer)]


def balances(status: Any) -> list[dict[str, str]]:
    """What is left on the OpenRouter account, by an answer of ``token-dashboard.status``."""
    [account] = [one for one in status["accounts"] if one["provider"] == "openrouter"]
    return [balance["money"] for balance in account["snapshot"]["balances"]]
