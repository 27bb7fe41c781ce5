"""What we know of providers and agents, beside what the ledger knows of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from token_dashboard.engine.accounts import Accounts, ConfiguredAccount
from token_dashboard.engine.watched import WatchedAgent
from token_dashboard.ledger import AccountRecord, AgentCount, Owner
from token_dashboard.model.record import record
from token_dashboard.model.service import ServiceStatus
from token_dashboard.model.status import (
    DEFAULT_ACCOUNT,
    AccountInfo,
    AgentHome,
    AgentInfo,
    CredentialNeed,
    ProviderInfo,
    account_key,
)

if TYPE_CHECKING:
    from token_dashboard.providers._contract import Provider


@record
class KnownAgent:
    """An agent with its homes, and whether its logs are read."""

    watched: WatchedAgent
    is_enabled: bool


@record
class ShownAccount:
    """An account that is shown, whoever asks about it."""

    provider: str
    account: str
    name: str | None
    """``None`` when only another process knows: the ledger has what it called it."""
    polite_pause_s: int = 0
    """The least time between two polls."""


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything that could be shown, configured or not."""

    accounts: Accounts
    known_agents: Sequence[KnownAgent]
    is_enabled: Callable[[str], bool]
    """Whether a provider is switched on, by its id."""
    asked_elsewhere: set[Owner] = field(default_factory=set)
    """Accounts that another process has keys for and asks: shown here, and not asked."""

    @property
    def names(self) -> Mapping[str, str]:
        """What people call providers and agents, by id, and accounts, by ``account_key``."""
        return _Names(
            self.accounts, {one.watched.agent.id: one.watched.agent.name for one in self.known_agents}
        )

    @property
    def shown(self) -> tuple[ShownAccount, ...]:
        """The accounts that are shown, by provider; a provider's own before those that have a name."""
        shown = {
            one.whose: ShownAccount(
                provider=one.provider.id,
                account=one.account,
                name=one.name,
                polite_pause_s=one.provider.polite_pause_s,
            )
            for one in self.accounts.known()
            if one.is_watched
        }
        for provider, account in self.asked_elsewhere - shown.keys():
            shown[provider, account] = ShownAccount(provider=provider, account=account, name=None)
        return tuple(shown[whose] for whose in sorted(shown, key=_in_order))

    def providers(
        self, records: Sequence[AccountRecord], services: Mapping[str, ServiceStatus]
    ) -> tuple[ProviderInfo, ...]:
        """All of them, with what the ledger last heard, and how their services run. Loads each."""
        found = (self.accounts.provider(one) for one in self.accounts.provider_ids)
        infos = (self._provider_info(one, records) for one in found if one is not None)
        return tuple(replace(one, service=services.get(one.id)) for one in infos)

    def agents(self, counts: Mapping[str, AgentCount]) -> tuple[AgentInfo, ...]:
        """All of them, with what the ledger holds of each. Looks at their folders."""
        return tuple(_agent_info(known, counts.get(known.watched.agent.id)) for known in self.known_agents)

    def _provider_info(self, provider: "Provider", records: Sequence[AccountRecord]) -> ProviderInfo:
        mine = [one for one in self.accounts.known() if one.provider.id == provider.id]
        told = [one for one in records if one.provider == provider.id]
        kinds = {kind for one in mine for kind in one.kinds}
        infos = tuple(_account_info(one, told) for one in sorted(mine, key=lambda one: _in_order(one.whose)))
        is_held_back = bool(mine) and all(one.held_back_by for one in mine)
        return ProviderInfo(
            id=provider.id,
            name=provider.name,
            is_configured=bool(mine) or any(whose[0] == provider.id for whose in self.asked_elsewhere),
            is_enabled=self.is_enabled(provider.id),
            credentials=tuple(
                CredentialNeed(
                    kind=one.kind, variables=one.variables, where=one.where, is_present=one.kind in kinds
                )
                for one in provider.credentials
            ),
            capabilities=tuple(sorted(provider.capabilities)),
            stability=provider.stability,
            docs=provider.docs,
            last_success_ms=max((one.checked_ms for one in told if one.checked_ms is not None), default=None),
            last_attempt_ms=max((one.attempted_ms for one in told), default=None),
            problem=next((one.problem for one in told if one.problem is not None), None),
            next_check_ms=min((one.next_check_ms for one in told), default=None),
            held_back_by=mine[0].held_back_by if is_held_back else None,
            is_host=provider.is_host,
            accounts=infos,
        )


@dataclass(frozen=True, slots=True)
class _Names(Mapping[str, str]):
    """A name costs the loading of its provider: only those that are shown are looked up."""

    accounts: Accounts
    agents: Mapping[str, str]

    def __getitem__(self, key: str) -> str:
        if key in self.agents:
            return self.agents[key]
        for one in self.accounts.known():
            if key == account_key(*one.whose):
                return one.name
        provider = self.accounts.provider(key)
        if provider is None:
            raise KeyError(key)
        return provider.name

    def __iter__(self) -> Iterator[str]:
        yield from self.accounts.provider_ids
        yield from self.agents

    def __len__(self) -> int:
        return len(self.accounts.provider_ids) + len(self.agents)


def _in_order(whose: Owner) -> tuple[str, bool, str]:
    provider, account = whose
    return provider, account != DEFAULT_ACCOUNT, account


def _account_info(account: ConfiguredAccount, records: Sequence[AccountRecord]) -> AccountInfo:
    known = next((one for one in records if one.account == account.account), None)
    return AccountInfo(
        account=account.account,
        name=account.name,
        kinds=(*account.keys, *account.kept_keys),
        sources=(*(key.source for key in account.keys.values()), *account.kept_at),
        last_success_ms=known.checked_ms if known else None,
        last_attempt_ms=known.attempted_ms if known else None,
        problem=known.problem if known else None,
        next_check_ms=known.next_check_ms if known else None,
    )


def _agent_info(known: KnownAgent, count: AgentCount | None) -> AgentInfo:
    agent = known.watched.agent
    return AgentInfo(
        id=agent.id,
        name=agent.name,
        is_enabled=known.is_enabled,
        homes=tuple(
            AgentHome(path=str(home), exists=home.exists(), files=sum(1 for _ in agent.find(home)))
            for home in known.watched.homes
        ),
        requests=count.requests if count else 0,
        rejected_lines=count.rejected_lines if count else 0,
        last_event_ms=count.last_event_ms if count else None,
    )
