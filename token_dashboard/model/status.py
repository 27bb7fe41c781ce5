"""The answers that every door gives: how things stand, which providers there are, what was found."""

from collections.abc import Mapping
from dataclasses import field

from token_dashboard.model.alert import Alert
from token_dashboard.model.burn import Runway
from token_dashboard.model.money import Money
from token_dashboard.model.record import record
from token_dashboard.model.report import Totals
from token_dashboard.model.snapshot import Snapshot


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
    snapshot: Snapshot | None
    checked_ms: int | None
    """The last time the provider gave a good answer."""
    problem: Problem | None
    is_stale: bool
    """Older than two poll intervals, or the last try failed."""
    next_check_ms: int | None
    runways: tuple[Runway, ...] = ()


@record
class AgentUsage:
    """What one agent used."""

    agent: str
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
class ProviderInfo:
    """A provider that we know, configured or not."""

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
    """One line of ``tokens doctor``."""

    name: str
    subject: str
    is_ok: bool
    finding: str
    advice: str | None = None
    """What a person should do; ``None`` when nothing needs one."""
