"""What a provider is, and how providers are found."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from token_dashboard import discovery
from token_dashboard.model.secret import Secret
from token_dashboard.model.snapshot import Snapshot
from token_dashboard.providers._http import ProviderHttp

ENTRY_POINTS = "token_dashboard.providers"


class Capability(StrEnum):
    """A kind of figure that a provider can deliver; the kinds of ``model.snapshot``."""

    BALANCE = "balance"
    SPEND = "spend"
    WINDOW = "window"
    CAP = "cap"


class Stability(StrEnum):
    """How far the vendor stands behind the endpoint."""

    DOCUMENTED = "documented"
    SEMI_OFFICIAL = "semi-official"
    UNDOCUMENTED = "undocumented"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """One kind of key that a provider takes."""

    kind: str
    """In the vendor's words: ``management key``."""
    variables: tuple[str, ...]
    """Environment variables, the first one that is set wins."""
    where: str
    """Where a person makes one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What the operator gave for one account."""

    keys: dict[str, Secret]
    """By ``Credential.kind``; never empty."""
    base_url: str
    http: ProviderHttp
    now_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One vendor's account API."""

    id: str
    name: str
    base_url: str
    credentials: tuple[Credential, ...]
    """Best first: the first kind gives most."""
    capabilities: frozenset[Capability]
    stability: Stability
    docs: str
    """The vendor's page about the endpoints."""
    fetch: Callable[[Access], Awaitable[Snapshot]]
    """Asks the vendor once. Raises ``ProviderError`` only."""


@cache
def discover() -> tuple[Provider, ...]:
    """Every provider: the modules beside this one, and packages that name an entry point; by id."""
    found: dict[str, Provider] = {
        provider.id: provider
        for provider in discovery.discover("token_dashboard.providers", "PROVIDER", ENTRY_POINTS)
    }
    return tuple(found[key] for key in sorted(found))
