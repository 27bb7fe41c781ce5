"""What a provider is, how it asks its vendor, and how providers are found."""

import re
from collections.abc import Awaitable, Callable
from enum import StrEnum
from functools import cache
from typing import TypeVar

from token_dashboard import discovery
from token_dashboard.model.errors import ProviderUnavailable
from token_dashboard.model.record import record
from token_dashboard.model.secret import Secret
from token_dashboard.model.snapshot import Snapshot
from token_dashboard.providers._answer import read
from token_dashboard.providers._base_url import check_base_url, host_of, is_loopback
from token_dashboard.providers._http import ProviderHttp

ENTRY_POINTS = "token_dashboard.providers"

T = TypeVar("T")


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


@record
class Credential:
    """One kind of key that a provider takes."""

    kind: str
    """In the vendor's words: ``management key``."""
    variables: tuple[str, ...]
    """Environment variables, the first one that is set wins."""
    where: str
    """Where a person makes one."""
    is_vendor_only: bool = False
    """It may do more than read: it is never sent to a host that the operator put in the vendor's place."""


@record
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
    fetch: "Callable[[Access], Awaitable[Snapshot]]"
    """Asks the vendor once. Raises ``ProviderError`` only."""

    def credential(self, kind: str) -> Credential:
        return next(credential for credential in self.credentials if credential.kind == kind)


@record
class Access:
    """What the operator gave for one account, and the way to ask about it."""

    provider: Provider
    keys: dict[str, Secret]
    """By ``Credential.kind``; never empty."""
    base_url: str
    """The provider's own, or what the operator set in its place."""
    http: ProviderHttp
    now_ms: int
    account: str = "default"
    """The operator's name for the account; goes into ``Snapshot.account``."""

    async def get(self, path: str, shape: type[T], *, key: str) -> T:
        """Ask the vendor with the key of a kind, as a bearer; ``_answer`` tells how a shape is written.

        Raises:
            ProviderError: see ``_answer.read`` and ``ProviderHttp.get``.
        """
        credential = self.provider.credential(key)
        best = self.provider.credentials[0]
        answer = await self.http.get(
            self._address_for(credential),
            path,
            headers={"Authorization": f"Bearer {self._token(credential)}"},
            provider=self.provider.name,
        )
        return read(
            answer,
            shape,
            provider=self.provider.name,
            where=credential.where,
            needed=f"{best.kind} ({best.where})",
            now_ms=self.now_ms,
        )

    def _address_for(self, credential: Credential) -> str:
        try:
            base_url = check_base_url(self.base_url)
        except ValueError as error:
            raise self._unable(f"its base URL {error}") from None
        host, home = host_of(base_url), host_of(self.provider.base_url)
        if credential.is_vendor_only and host != home and not is_loopback(host):
            raise self._unable(f"its {credential.kind} is sent to {home} only, and another base URL is set")
        return base_url

    def _token(self, credential: Credential) -> str:
        token = self.keys[credential.kind].reveal()
        if not re.fullmatch(r"[!-~]+", token):  # httpx would quote it in its complaint
            raise self._unable(f"its {credential.kind} is empty or holds a character that no key has")
        return token

    def _unable(self, reason: str) -> ProviderUnavailable:
        return ProviderUnavailable(provider=self.provider.name, reason=reason)


@cache
def discover() -> tuple[Provider, ...]:
    """Every provider: the modules beside this one, and packages that name an entry point; by id."""
    found: dict[str, Provider] = {
        provider.id: provider
        for provider in discovery.discover("token_dashboard.providers", "PROVIDER", ENTRY_POINTS)
    }
    return tuple(found[key] for key in sorted(found))
