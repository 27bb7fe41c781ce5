"""What an operator's settings and machine amount to, for tests."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from token_dashboard.cli.accounts import FoundAccounts
from token_dashboard.cli.compose import load
from token_dashboard.config.finding import Loaded
from token_dashboard.engine.accounts import ConfiguredAccount


def loaded(home: Path, document: Mapping[str, Any] | None, **environment: str) -> Loaded:
    return load(None, {"HOME": str(home), **environment}, document)


def accounts(home: Path, document: Mapping[str, Any] | None = None, **environment: str) -> FoundAccounts:
    settings = loaded(home, document, **environment).settings
    return FoundAccounts(settings, {"HOME": str(home), **environment})


def found(
    home: Path, document: Mapping[str, Any] | None = None, **environment: str
) -> dict[str, ConfiguredAccount]:
    known = accounts(home, document, **environment).known()
    return {f"{one.provider.id} {one.account}": one for one in known}


def keys(account: ConfiguredAccount) -> dict[str, tuple[str, str]]:
    return {kind: (key.secret.reveal(), key.source) for kind, key in account.keys.items()}


def log_in(home: Path, folder: str = ".claude", token: str = "sk-ant-oat01-login") -> None:
    """Leave the login of Claude Code."""
    (home / folder).mkdir(parents=True, exist_ok=True)
    login = {
        "claudeAiOauth": {"accessToken": token, "expiresAt": 4_102_444_800_000, "scopes": ["user:profile"]}
    }
    (home / folder / ".credentials.json").write_text(json.dumps(login))
