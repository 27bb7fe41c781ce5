"""A key that was found for a provider, and where."""

from collections.abc import Mapping
from dataclasses import field

from token_dashboard.model.record import record
from token_dashboard.model.secret import Secret


@record
class Key:
    """One key, token or login."""

    secret: Secret
    source: str
    """Where it was found, in words for its owner: a setting's path, a variable, a file."""
    expires_ms: int | None = None
    """When it stops working; ``None`` when it doesn't say."""
    extras: Mapping[str, str] = field(default_factory=dict)
    """What stood beside it and goes along with it, such as an account id. No secrets."""
