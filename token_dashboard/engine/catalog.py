"""What we know of providers and agents, beside what the ledger knows of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from token_dashboard.engine.scanner import WatchedAgent
from token_dashboard.ledger import AgentCount, ProviderRecord
from token_dashboard.model.record import record
from token_dashboard.model.status import AgentHome, AgentInfo, CredentialNeed, ProviderInfo
from token_dashboard.providers._contract import Provider


@record
class KnownProvider:
    """A provider, whether it is enabled, and the kinds of keys that were found for it."""

    provider: Provider
    is_enabled: bool
    kinds_present: frozenset[str]

    @property
    def is_watched(self) -> bool:
        return self.is_enabled and bool(self.kinds_present)


@record
class KnownAgent:
    """An agent with its homes, and whether its logs are read."""

    watched: WatchedAgent
    is_enabled: bool


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything that could be shown, configured or not."""

    known_providers: Sequence[KnownProvider]
    known_agents: Sequence[KnownAgent]

    @property
    def names(self) -> dict[str, str]:
        """What people call the providers and agents, by id."""
        providers = {one.provider.id: one.provider.name for one in self.known_providers}
        return providers | {one.watched.agent.id: one.watched.agent.name for one in self.known_agents}

    @property
    def watched(self) -> tuple[Provider, ...]:
        """The providers that are enabled and have a key: only they are shown as accounts."""
        return tuple(one.provider for one in self.known_providers if one.is_watched)

    def providers(self, records: Sequence[ProviderRecord]) -> tuple[ProviderInfo, ...]:
        """All of them, with what the ledger last heard."""
        by_id = {record.provider: record for record in records}
        return tuple(_provider_info(known, by_id.get(known.provider.id)) for known in self.known_providers)

    def agents(self, counts: Mapping[str, AgentCount]) -> tuple[AgentInfo, ...]:
        """All of them, with what the ledger holds of each. Looks at their folders."""
        return tuple(_agent_info(known, counts.get(known.watched.agent.id)) for known in self.known_agents)


def _provider_info(known: KnownProvider, record: ProviderRecord | None) -> ProviderInfo:
    provider = known.provider
    return ProviderInfo(
        id=provider.id,
        name=provider.name,
        is_configured=bool(known.kinds_present),
        is_enabled=known.is_enabled,
        credentials=tuple(
            CredentialNeed(
                kind=one.kind,
                variables=one.variables,
                where=one.where,
                is_present=one.kind in known.kinds_present,
            )
            for one in provider.credentials
        ),
        capabilities=tuple(sorted(provider.capabilities)),
        stability=provider.stability,
        docs=provider.docs,
        last_success_ms=record.checked_ms if record else None,
        last_attempt_ms=record.attempted_ms if record else None,
        problem=record.problem if record else None,
        next_check_ms=record.next_check_ms if record else None,
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
