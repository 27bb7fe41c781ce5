"""The accounts that there are, as the engine sees them: who is asked with which keys, who isn't, and why."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Protocol

from token_dashboard.model.key import Key
from token_dashboard.model.record import record
from token_dashboard.model.status import DEFAULT_ACCOUNT

if TYPE_CHECKING:
    from token_dashboard.providers._access import AskHost
    from token_dashboard.providers._contract import Provider

FetchKey = Callable[[], Awaitable[Key | None]]
"""Asks a program, a keyring or a file for a key; ``None`` when there is none. Raises ``ProviderError``."""


@record
class ConfiguredAccount:
    """An account that the operator has at a provider."""

    provider: "Provider"
    account: str = DEFAULT_ACCOUNT
    label: str | None = None
    """What people call it, when the operator said so."""
    base_url: str | None
    """``None`` when the provider has none of its own and none was set."""
    region: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[str, Key] = field(default_factory=dict)
    """By kind."""
    kept_keys: Mapping[str, FetchKey] = field(default_factory=dict)
    """Those that must be fetched before each question, by kind."""
    kept_at: tuple[str, ...] = ()
    """The settings that say where ``kept_keys`` are."""
    allows_undocumented: bool = False
    allows_billed: bool = False
    host: "AskHost | None" = None
    """How to ask it, when it is the host's own."""
    is_enabled: bool = True
    held_back_by: str | None = None
    """The setting without which it isn't asked, although it is set up."""

    @property
    def name(self) -> str:
        """What people call it."""
        if self.label:
            return self.label
        own = self.provider.name
        return own if self.account == DEFAULT_ACCOUNT else f"{own} {self.account}"

    @property
    def whose(self) -> tuple[str, str]:
        """What tells it from all others."""
        return self.provider.id, self.account

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of keys that are there, as far as can be known without fetching."""
        return frozenset({*self.keys, *self.kept_keys})

    @property
    def is_watched(self) -> bool:
        """Whether it is asked."""
        return self.is_enabled and self.held_back_by is None


class Accounts(Protocol):
    """Finds the accounts; to be given by the composition root."""

    @property
    def provider_ids(self) -> Sequence[str]:
        """The ids of all providers that we know."""
        ...

    def provider(self, provider_id: str) -> "Provider | None":
        """A provider by its id."""
        ...

    def known(self) -> Sequence[ConfiguredAccount]:
        """The accounts as they were when last looked for, by provider."""
        ...

    async def current(self) -> Sequence[ConfiguredAccount]:
        """The accounts as they are now, with keys read anew."""
        ...
