"""What a provider is, and how providers are found."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import field
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from token_dashboard import discovery
from token_dashboard.model.record import record
from token_dashboard.model.snapshot import Snapshot
from token_dashboard.providers._base_url import check_base_url, host_of

if TYPE_CHECKING:
    from token_dashboard.providers._access import Access, Sign
    from token_dashboard.providers._login import Login

ENTRY_POINTS = "token_dashboard.providers"


class Capability(StrEnum):
    """A kind of figure that a provider can deliver; the kinds of ``model.snapshot``."""

    BALANCE = "balance"
    ALLOWANCE = "allowance"
    SPEND = "spend"
    WINDOW = "window"
    CAP = "cap"
    RATE_LIMIT = "rate-limit"
    DAILY_USAGE = "daily-usage"
    DAILY_COST = "daily-cost"
    MODELS = "models"
    LOAD = "load"


class Stability(StrEnum):
    """How far the vendor stands behind the endpoint."""

    DOCUMENTED = "documented"
    SEMI_OFFICIAL = "semi-official"
    UNDOCUMENTED = "undocumented"
    """Off until the operator sets ``allowUndocumented``."""


@record
class Credential:
    """One kind of key that a provider takes."""

    kind: str
    """In the vendor's words: ``management key``. ``API key``, ``management key`` and ``admin key`` have a
    setting of their own."""
    where: str
    """The page where a person makes one."""
    variables: tuple[str, ...] = ()
    """Environment variables, the first one that is set wins."""
    login: "Login | None" = None
    """The vendor's own program keeps one in a file."""
    prefixes: tuple[str, ...] = ()
    """How such keys begin, where that tells them from others. A key that begins otherwise is sent as well,
    unless it is known to be of another kind."""
    wrong_prefixes: Mapping[str, str] = field(default_factory=dict)
    """How keys of other kinds begin, and what those are: ``{"sk-kimi-": "Kimi coding plan key"}``. Those
    of well-known vendors are known without it."""
    header: str = "Authorization"
    scheme: str = "Bearer"
    """The word before the key; empty for the bare key. ``Basic`` sends the key as user name."""
    sign: "Sign | None" = None
    """Makes the headers from the request, instead of ``header`` and ``scheme``."""
    region: str | None = None
    """The one region whose keys are of this kind; it wins over the chosen region."""
    is_vendor_only: bool = False
    """It may do more than read: it is never sent to a host that the operator put in the vendor's place. So
    are logins, whatever stands here."""


@record
class Option:
    """Something besides a key that a vendor must be told, such as a team's id."""

    name: str
    """As in the configuration, below ``options``: ``teamId``."""
    variables: tuple[str, ...]
    about: str
    """What it is and where it is found, for the generated page."""


@record
class StatusFeed:
    """Where the vendor tells machines how its service runs."""

    url: str
    """A statuspage or instatus summary, an RSS or Atom feed, or Google's incidents."""
    component: str = ""
    """Only incidents and components that name it concern us; empty for all."""


class Address(NamedTuple):
    """Where a provider is asked, and as which of its regions."""

    base_url: str
    region: str | None


@record
class Provider:
    """One vendor's account API."""

    id: str
    name: str
    base_url: str | None
    """Without a slash at its end; ``None`` when every operator has an address of their own."""
    credentials: tuple[Credential, ...]
    """Best first: the first kind gives most."""
    capabilities: frozenset[Capability]
    stability: Stability
    docs: str
    """The vendor's page about the endpoints."""
    fetch: "Callable[[Access], Awaitable[Snapshot]]"
    """Asks the vendor once. Raises ``ProviderError`` only."""
    regions: Mapping[str, str] = field(default_factory=dict)
    """Base URLs by name, when keys belong to one of several hosts. The first is ``base_url``."""
    options: tuple[Option, ...] = ()
    address_variables: tuple[str, ...] = ()
    """Environment variables that hold its base URL."""
    needs_key: bool = True
    """Without one it is asked nonetheless, once an address is set."""
    is_billed: bool = False
    """Being asked costs money: off until the operator sets ``allowBilled``."""
    is_host: bool = False
    """It is the host that we may be a part of: it is asked through that, and only there."""
    polite_pause_s: int = 300
    """The least time between two polls."""
    status_feed: StatusFeed | None = None

    def credential(self, kind: str) -> Credential:
        return next(credential for credential in self.credentials if credential.kind == kind)

    def address(self, base_url: str | None = None, region: str | None = None) -> Address:
        """Where to ask, by what the operator set. A closing ``/v1`` that the vendor's own lacks is cut off.

        Raises:
            ValueError: in words that follow the setting's name, without the URL.
        """
        if region is not None and region not in self.regions:
            raise ValueError(f"must have a region of: {', '.join(self.regions) or 'none'}")
        if base_url is None:
            if self.base_url is None:
                raise ValueError("must be set")
            region = region or next(iter(self.regions), None)
            return Address(self.regions[region] if region else self.base_url, region)
        checked = check_base_url(base_url)
        if not urlsplit(self.base_url or "").path.endswith("/v1"):
            checked = checked.removesuffix("/v1")
        homes = {host_of(url): name for name, url in self.regions.items()}
        region = homes.get(host_of(checked), region)
        if self.regions and region is None:
            raise ValueError(f"needs a region beside it, one of: {', '.join(self.regions)}")
        return Address(checked, region)


@cache
def discover() -> tuple[Provider, ...]:
    """Every provider: the modules beside this one, and packages that name an entry point; by id."""
    found: dict[str, Provider] = {
        provider.id: provider
        for provider in discovery.discover("token_dashboard.providers", "PROVIDER", ENTRY_POINTS)
    }
    return tuple(found[key] for key in sorted(found))
