"""The accounts that an operator has: settings, host, environment, keyring and logins, put together.

For each kind of key the first of these counts: the setting (a key, a program or an entry of the keyring that
gives it), what the host hands over, the environment, the login that the vendor's own program keeps. Only the
modules of providers that could be meant are loaded.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from token_dashboard.config.credentials import key_in
from token_dashboard.config.kept_keys import NoKey, NoKeyring, kept_key
from token_dashboard.config.places import home_dir
from token_dashboard.config.settings import AccountSettings, Settings
from token_dashboard.config.values import Command, KeyringEntry
from token_dashboard.engine.accounts import ConfiguredAccount, FetchKey
from token_dashboard.model.errors import ProviderUnavailable, TokenDashboardError
from token_dashboard.model.key import Key
from token_dashboard.model.secret import Secret
from token_dashboard.model.status import DEFAULT_ACCOUNT
from token_dashboard.providers._contract import Credential, Provider, Stability
from token_dashboard.providers._finding import find_provider, likely_here, provider_ids

if TYPE_CHECKING:
    from token_dashboard.providers._access import AskHost

_log = logging.getLogger(__name__)

HostKeys: TypeAlias = Callable[[Mapping[str, str | None]], Awaitable[Mapping[str, Secret]]]
"""Asks the host for its API keys of providers. Raises ``TokenDashboardError``.

Takes the providers' ids, each with the address that a key would be sent to.
"""

_HOSTS_KIND = "API key"
_HOST = "the host"


class FoundAccounts:
    """The engine's ``Accounts``, of an operator's settings on this machine."""

    def __init__(
        self,
        settings: Settings,
        environment: Mapping[str, str],
        host_keys: HostKeys | None = None,
        hosts: "Mapping[str, AskHost] | None" = None,
    ) -> None:
        """``hosts`` are the providers that are the host, by id, and how each is asked."""
        self._settings = settings
        self._hosts = hosts or {}
        self._environment = environment
        self._host_keys = host_keys
        self._handed: Mapping[str, Secret] = {}
        self._known: tuple[ConfiguredAccount, ...] | None = None

    @property
    def provider_ids(self) -> Sequence[str]:
        return provider_ids()

    def provider(self, provider_id: str) -> Provider | None:
        return find_provider(provider_id)

    def known(self) -> Sequence[ConfiguredAccount]:
        if self._known is None:
            self._known = tuple(self._found())
        return self._known

    async def current(self) -> Sequence[ConfiguredAccount]:
        if self._host_keys is not None:
            try:
                self._handed = await self._host_keys(await asyncio.to_thread(self._takers))
            except TokenDashboardError as error:  # what it handed over before is as good as what it has now
                _log.warning("the host's keys could not be read: %s", error)
        self._known = tuple(self._found())
        return self._known

    def _takers(self) -> dict[str, str | None]:
        """The providers that a host could have a key for, and where each would be asked."""
        known = (find_provider(one) for one in provider_ids())
        return {
            one.id: _address(one, self._settings.provider(one.id), self._environment)[0]
            for one in known
            if one is not None and any(credential.kind == _HOSTS_KIND for credential in one.credentials)
        }

    def _found(self) -> Iterator[ConfiguredAccount]:
        settings = self._settings
        likely = likely_here(self._environment, home_dir(self._environment))
        named = {*settings.providers, *(settings.enabled_providers or ())}
        for provider_id in sorted({*likely, *named, *self._handed, *self._hosts}):
            provider = find_provider(provider_id)
            if provider and (provider_id in self._hosts or not provider.is_host):
                yield from self._accounts_of(provider)

    def _accounts_of(self, provider: Provider) -> Iterator[ConfiguredAccount]:
        said = self._settings.provider(provider.id)
        others = [
            self._account(provider, name, one, f"providers.{provider.id}.accounts.{name}")
            for name, one in said.accounts.items()
        ]
        own = self._account(provider, DEFAULT_ACCOUNT, said, f"providers.{provider.id}")
        taken = [key.secret for one in others for key in one.keys.values()]
        is_another = bool(own.kept_keys) or any(key.secret not in taken for key in own.keys.values())
        if is_another or (not provider.needs_key and not others and self._is_meant(provider)):
            yield own
        yield from (one for one in others if one.kinds or not provider.needs_key)

    def _is_meant(self, provider: Provider) -> bool:
        """A provider that needs no key is watched when somebody wrote of it, and never looked for."""
        return (
            provider.is_host
            or provider.id in self._settings.providers
            or provider.id in (self._settings.enabled_providers or ())
            or any(self._environment.get(name) for name in provider.address_variables)
        )

    def _account(self, provider: Provider, name: str, said: AccountSettings, path: str) -> ConfiguredAccount:
        own = {variable: secret.reveal() for variable, secret in said.variables.items()}
        is_default = name == DEFAULT_ACCOUNT
        environment = {**self._environment, **own} if is_default else own
        base_url, region = _address(provider, said, environment)
        keys, kept, kept_at = self._keys(provider, said, path, environment, is_default=is_default)
        settings = self._settings
        allows_undocumented = settings.allows_undocumented(provider.id)
        allows_billed = settings.allows_billed(provider.id)
        held_back_by = None
        if provider.stability is Stability.UNDOCUMENTED and not allows_undocumented:
            held_back_by = "allowUndocumented"
        elif provider.is_billed and not allows_billed:
            held_back_by = "allowBilled"
        elif base_url is None and not provider.is_host:
            held_back_by = "baseUrl"
        return ConfiguredAccount(
            provider=provider,
            account=name,
            label=said.label,
            base_url=base_url,
            region=region,
            options=_options(provider, said, environment),
            keys=keys,
            kept_keys=kept,
            kept_at=kept_at,
            allows_undocumented=allows_undocumented,
            allows_billed=allows_billed,
            host=self._hosts.get(provider.id),
            is_enabled=settings.is_provider_enabled(provider.id) and said.enabled,
            held_back_by=held_back_by,
        )

    def _keys(
        self,
        provider: Provider,
        said: AccountSettings,
        path: str,
        environment: Mapping[str, str],
        *,
        is_default: bool,
    ) -> tuple[dict[str, Key], dict[str, FetchKey], tuple[str, ...]]:
        """The keys that are there, how to fetch those that are kept elsewhere, and where they are."""
        keys: dict[str, Key] = {}
        kept: dict[str, FetchKey] = {}
        kept_at: list[str] = []
        for credential in provider.credentials:
            kind = credential.kind
            setting, source = said.by_kind.get(kind.lower(), ("", None))
            otherwise = self._unsaid(provider, credential, environment, is_default=is_default)
            if isinstance(source, Secret):
                keys[kind] = Key(secret=source, source=f"{path}.{setting}")
            elif source is not None:
                kept[kind] = _fetching(provider, source, f"{path}.{setting}", self._environment, otherwise)
                kept_at.append(f"{path}.{setting}")
            elif isinstance(otherwise, Key):
                keys[kind] = otherwise
            elif otherwise is not None:
                kept[kind] = otherwise
                kept_at.append(f"{provider.name}'s own login")
        return keys, kept, tuple(kept_at)

    def _unsaid(
        self, provider: Provider, credential: Credential, environment: Mapping[str, str], *, is_default: bool
    ) -> Key | FetchKey | None:
        """A key of which the settings say nothing."""
        handed = self._handed.get(provider.id) if is_default and credential.kind == _HOSTS_KIND else None
        if handed is not None:
            return Key(secret=handed, source=_HOST)
        if key := key_in(environment, credential.variables):
            return key
        if credential.login is None or not (is_default or environment):
            return None
        from token_dashboard.providers._login import find_login

        home = home_dir(self._environment)
        try:
            return find_login(credential, environment, home, provider.name)
        except ProviderUnavailable:  # it is being written just now; that is told when somebody asks

            async def again() -> Key | None:
                return find_login(credential, environment, home, provider.name)

            return again


def _fetching(
    provider: Provider,
    source: Command | KeyringEntry,
    setting: str,
    environment: Mapping[str, str],
    otherwise: Key | FetchKey | None,
) -> FetchKey:
    async def fetch() -> Key | None:
        try:
            return Key(secret=await kept_key(source, environment), source=setting)
        except NoKeyring:
            return await otherwise() if callable(otherwise) else otherwise
        except NoKey as error:
            reason = f"{setting} {error}"
        raise ProviderUnavailable(provider=provider.name, reason=reason)

    return fetch


def _address(
    provider: Provider, said: AccountSettings, environment: Mapping[str, str]
) -> tuple[str | None, str | None]:
    """Where to ask, and as which region.

    Settings were checked when they were loaded; a variable wasn't, and what is wrong with it is told when the
    provider is asked.
    """
    variables = (environment.get(name, "").strip() for name in provider.address_variables)
    given = said.base_url or next((one for one in variables if one), None)
    if given is not None and "://" not in given:
        given = f"http://{given}"
    try:
        return provider.address(given, said.region)
    except ValueError:
        return given, said.region


def _options(provider: Provider, said: AccountSettings, environment: Mapping[str, str]) -> dict[str, str]:
    found = {
        one.name: said.options.get(one.name)
        or next((value for name in one.variables if (value := environment.get(name, "").strip())), None)
        for one in provider.options
    }
    return {name: value for name, value in found.items() if value}
