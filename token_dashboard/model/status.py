"""The answers that every door gives: how things stand, which providers there are, what was found."""

from collections.abc import Mapping
from dataclasses import field
from datetime import date

from token_dashboard.model.alert import Alert
from token_dashboard.model.burn import Runway
from token_dashboard.model.money import Money
from token_dashboard.model.record import record
from token_dashboard.model.report import ReportRow, Totals
from token_dashboard.model.service import ServiceStatus
from token_dashboard.model.snapshot import Snapshot

DEFAULT_ACCOUNT = "default"
"""The account of a provider whose operator didn't name any."""


def account_key(provider: str, account: str) -> str:
    """By which an account's name stands among the names of providers and agents: ``openrouter:work``."""
    return f"{provider}:{account}"


@record
class Problem:
    """Why a figure isn't known or isn't fresh; ``key`` and ``params`` are those of the error tree."""

    key: str
    since_ms: int
    params: Mapping[str, str] = field(default_factory=dict)


@record
class Account:
    """One provider account as it stands: the last good snapshot, and what is wrong since."""

    provider: str
    name: str
    """What people call it: its label, else the provider's name, with its own behind it if it has one."""
    snapshot: Snapshot | None
    checked_ms: int | None
    """The last time the provider gave a good answer."""
    problem: Problem | None
    is_stale: bool
    """Older than two poll intervals, or the last try failed."""
    next_check_ms: int | None
    runways: tuple[Runway, ...] = ()
    account: str = DEFAULT_ACCOUNT
    """Its name among the provider's accounts."""
    shares_wallet_with: str | None = None
    """The name of an account before it that shows the same money."""
    service: ServiceStatus | None = None
    """What the vendor's status page says; ``None`` when there is none, or none was read lately."""


@record
class AgentUsage:
    """What one agent used."""

    agent: str | None
    """``None``: requests of which nobody knows the agent, such as some that were imported."""
    name: str
    today: Totals
    month: Totals


@record
class ModelUsage:
    """What one model used, over all agents."""

    provider: str | None
    model: str | None
    today: Totals
    month: Totals


@record
class Status:
    """How things stand."""

    as_of_ms: int
    time_zone: str
    is_stale: bool
    """Some figure of a configured account is stale."""
    poll_interval_s: int
    checked_ms: int | None
    """When providers were last asked."""
    scanned_ms: int | None
    """When the agents' logs were last read."""
    next_check_ms: int | None
    accounts: tuple[Account, ...]
    today: Totals
    month: Totals
    month_projection: Money | None
    agents: tuple[AgentUsage, ...]
    models: tuple[ModelUsage, ...]
    """Costliest this month first."""
    alerts: tuple[Alert, ...]
    unpriced_models: tuple[str, ...]
    """Models used this month whose price isn't known."""
    undelivered: int = 0
    """Messages that were given up within the last day."""


@record
class UsageBrief:
    """How things stand and what a period used, short enough for a model to read."""

    as_of_ms: int
    time_zone: str
    is_stale: bool
    """Some figure of a configured account is stale."""
    accounts: tuple[Account, ...]
    alerts: tuple[Alert, ...]
    since: date | None
    until: date | None
    total: Totals
    models: tuple[ReportRow, ...]
    """Costliest first, not all of them; the same for agents and projects."""
    agents: tuple[ReportRow, ...]
    projects: tuple[ReportRow, ...]
    unpriced_models: tuple[str, ...]


@record
class UsageNow:
    """What was used so far; told to programs whenever it changes."""

    as_of_ms: int
    time_zone: str
    today: Totals
    month: Totals
    agents: tuple[ReportRow, ...]
    """Today's usage of each agent."""


@record
class CredentialNeed:
    """A credential that a provider can use."""

    kind: str
    """In the vendor's words: ``management key``."""
    variables: tuple[str, ...]
    """Environment variables it is looked for in, first one first."""
    where: str
    """Where a person makes one."""
    is_present: bool = False


@record
class AccountInfo:
    """One account that is set up at a provider."""

    account: str
    name: str
    """What people call it, as in ``Account``."""
    kinds: tuple[str, ...]
    """The kinds of keys that were found for it."""
    sources: tuple[str, ...]
    """Where each of them was found, in words for its owner: a setting's path, a variable, a file."""
    last_success_ms: int | None
    last_attempt_ms: int | None
    problem: Problem | None
    next_check_ms: int | None


@record
class ProviderInfo:
    """A provider that we know, configured or not. What it says of checks covers all its accounts."""

    id: str
    name: str
    is_configured: bool
    is_enabled: bool
    credentials: tuple[CredentialNeed, ...]
    capabilities: tuple[str, ...]
    stability: str
    docs: str
    last_success_ms: int | None
    last_attempt_ms: int | None
    problem: Problem | None
    next_check_ms: int | None
    held_back_by: str | None = None
    """The setting without which it isn't asked, although there is a key: ``allowUndocumented``,
    ``allowBilled``, ``baseUrl``."""
    is_host: bool = False
    """It is a host, known inside of it by itself: nobody can set it up."""
    accounts: tuple[AccountInfo, ...] = ()
    service: ServiceStatus | None = None
    """As in ``Account``."""

    @property
    def is_asked(self) -> bool:
        """Whether some account of it is asked."""
        return self.is_configured and self.is_enabled and self.held_back_by is None


@record
class SilentKey:
    """A kind of key that calls models and tells nothing of its account."""

    id: str
    vendor: str
    kind: str
    variables: tuple[str, ...]
    """Where people have it."""
    provider: str | None = None
    """The provider that another kind of the vendor's keys would show; ``None`` when no key shows anything."""


@record
class AgentHome:
    """A folder in which an agent keeps its logs."""

    path: str
    exists: bool
    files: int


@record
class AgentInfo:
    """An agent whose logs we can read, found here or not."""

    id: str
    name: str
    is_enabled: bool
    homes: tuple[AgentHome, ...]
    requests: int
    rejected_lines: int
    last_event_ms: int | None


@record
class Check:
    """One line of ``tokens doctor``, whose sentences ``render.check_words`` has."""

    name: str
    """A part of ours, an agent or a provider."""
    subject: str
    """What was looked at; empty when the name says it."""
    is_ok: bool
    code: str
    """What was found; of a problem the key of the error tree."""
    values: Mapping[str, str | int | date] = field(default_factory=dict)
    """What its sentences name."""
