"""The settings, typed. A setting's name in a document is its name here in camelCase.

Standard library only: without a config file nothing else is loaded.
"""

from collections.abc import Mapping
from dataclasses import field, fields
from datetime import time
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from token_dashboard.config import values
from token_dashboard.config.budget_settings import Amount, BudgetSettings
from token_dashboard.config.display_settings import DisplaySettings
from token_dashboard.config.places import LEDGER_FILE
from token_dashboard.config.section import Section, camel_case
from token_dashboard.config.team_settings import TeamSettings
from token_dashboard.config.values import KeySource, Written
from token_dashboard.model.alert import AlertKind, Severity
from token_dashboard.model.digest import Covers
from token_dashboard.model.money import Money
from token_dashboard.model.record import record
from token_dashboard.model.secret import Secret

EVERY_PROVIDER = "*"
"""The key of thresholds that hold for each provider without figures of its own."""

Language: TypeAlias = Literal["en", "de", "zh"]

_Flag: TypeAlias = Annotated[bool, Written(values.yes_or_no)]
_OwnFlag: TypeAlias = Annotated[bool | None, Written(values.yes_or_no)]
_Key: TypeAlias = Annotated[Secret | None, Written(values.key)]
_Source: TypeAlias = Annotated[KeySource | None, Written(values.key_source)]
_Text: TypeAlias = Annotated[str | None, Written(values.text)]
_Dollars: TypeAlias = Annotated[Money | None, Written(values.dollars)]
_Rate: TypeAlias = Annotated[Decimal | None, Written(values.rate)]


@record
class AlertThresholds(Section):
    """What to warn of for one provider; ``None``: nothing was said."""

    balance_usd: _Dollars = None
    balance: Amount | None = None
    """The same in a currency of the operator's choice."""
    daily_spend_usd: _Dollars = None
    monthly_spend_usd: _Dollars = None
    runway_days: Annotated[Decimal | None, Written(values.days)] = None
    window_percent: Annotated[tuple[Decimal, ...] | None, Written(values.percents)] = None
    """Steps, lowest first; an empty tuple: never warn."""


@record
class AccountSettings(Section):
    """One account at a provider."""

    api_key: _Source = None
    management_key: _Source = None
    admin_key: _Source = None
    keys: Mapping[str, _Source] = field(default_factory=dict)
    """Keys of any other kind, by the kind."""
    base_url: Annotated[str | None, Written(values.web_address)] = None
    """Without a slash at its end; ``None``: the vendor's own address."""
    region: _Text = None
    options: Mapping[str, Annotated[str, Written(values.text)]] = field(default_factory=dict)
    variables: Mapping[str, Annotated[Secret, Written(values.hidden_text)]] = field(default_factory=dict)
    """Environment variables for this account alone."""
    enabled: _Flag = True
    label: _Text = None

    @property
    def by_kind(self) -> dict[str, tuple[str, KeySource]]:
        """What was said of keys: the setting below the account's, and its value, by kind in lower case."""
        said: dict[str, tuple[str, KeySource | None]] = {
            "api key": ("apiKey", self.api_key),
            "management key": ("managementKey", self.management_key),
            "admin key": ("adminKey", self.admin_key),
            **{kind.lower(): (f'keys["{kind}"]', source) for kind, source in self.keys.items()},
        }
        return {kind: (setting, source) for kind, (setting, source) in said.items() if source is not None}


@record
class ProviderSettings(AccountSettings):
    """One provider: its account, and others that have a name."""

    accounts: Mapping[str, AccountSettings] = field(default_factory=dict)
    allow_undocumented: _OwnFlag = None
    """``None``: as for all providers."""
    allow_billed: _OwnFlag = None


@record
class AgentSettings(Section):
    """One coding agent's logs."""

    enabled: _Flag = True
    paths: Annotated[tuple[Path, ...] | None, Written(values.paths)] = None
    """Absolute log folders instead of the usual ones; ``None``: the usual ones."""


@record
class ChannelSettings(Section):
    """One more way to the owner: an address for apprise, or a webhook."""

    url: Annotated[Secret | None, Written(values.hidden_text)] = None
    webhook: Annotated[Secret | None, Written(values.hidden_text)] = None
    secret: _Key = None
    """What a webhook's requests are signed with."""
    severities: Annotated[tuple[Severity, ...] | None, Written(values.some_of(Severity))] = None
    """``None``: all."""
    kinds: Annotated[tuple[AlertKind, ...] | None, Written(values.some_of(AlertKind))] = None


@record
class DigestSettings(Section):
    """A summary that comes by itself."""

    schedule: Annotated[str, Written(values.text)] = "0 9 * * *"
    """A cron expression, in the owner's time zone."""
    covers: Covers = Covers.DAY
    channels: Annotated[tuple[str, ...] | None, Written(values.some_texts)] = None
    """By name; ``None``: all that show words."""


@record
class NotifySettings(Section):
    """Messages to the owner."""

    enabled: _Flag = True
    channel: _Text = None
    """Where they go in a chat gateway; ``None``: to the owner's chat that it knows."""
    to: _Text = None
    """The chat as its channel names it."""
    account_id: _Text = None
    """The bot's account on the channel; ``None``: the default one."""
    thread_id: _Text = None
    quiet_hours: Annotated[tuple[time, time] | None, Written(values.times_of_day)] = None
    """From when to when only what is critical is sent; the first may be the later time of day."""
    cool_down_minutes: Annotated[int, Written(values.whole(0, 1440))] = 60
    """How long after a message an alert that has come again isn't told."""
    channels: Mapping[str, ChannelSettings] = field(default_factory=dict)
    """By the name that the operator gives them."""
    digests: Mapping[str, DigestSettings] = field(default_factory=dict)


@record
class PrivacySettings(Section):
    """What may leave this machine."""

    project_names: _Flag = False
    """Whether the agent's tool names projects; otherwise their digests stand for them."""


@record
class LedgerSettings(Section):
    """Where usage is kept."""

    path: Annotated[Path, Written(values.ledger_file)] = Path(LEDGER_FILE)
    """Absolute once loaded; as written, a relative one starts in the state folder."""
    url: _Key = None
    """A database on a PostgreSQL server, instead of the file."""

    @property
    def place(self) -> Path | Secret:
        """What ``open_ledger`` takes."""
        return self.path if self.url is None else self.url


@record
class PriceOverride(Section):
    """An operator's own price of a model, US dollars for a million tokens (and for one web search)."""

    input_per_million: Annotated[Decimal, Written(values.rate)]
    output_per_million: Annotated[Decimal, Written(values.rate)]
    cache_read_per_million: _Rate = None
    cache_creation_per_million: _Rate = None
    cache_creation_1h_per_million: _Rate = None
    web_search_each: _Rate = None

    def rates(self) -> dict[str, Decimal | None]:
        """The rates by the names that a document gives them."""
        return {camel_case(rate.name): getattr(self, rate.name) for rate in fields(self)}


@record
class PriceSettings(Section):
    """What tokens cost, where the price book is not to be followed."""

    overrides: Mapping[str, PriceOverride] = field(default_factory=dict)
    """By ``provider/model``, or by the model alone."""


@record
class GatewaySettings(Section):
    """The embedded gateway that ``tokens serve`` opens."""

    host: Annotated[str, Written(values.text)] = "127.0.0.1"
    port: Annotated[int, Written(values.whole(0, 65535))] = 18790
    """0: any free one."""
    token: _Key = None


@record
class Settings(Section):
    """Everything that an operator can ask for."""

    poll_interval_minutes: Annotated[int, Written(values.whole(1, 1440))] = 15
    history_retention_days: Annotated[int, Written(values.whole(1, 3650))] = 90
    alert_thresholds: Mapping[str, AlertThresholds] = field(default_factory=dict)
    """By provider id or ``*``; ``thresholds_for`` is what to ask."""
    budgets: tuple[BudgetSettings, ...] = ()
    """As written; ``config.budgets.budgets_of`` is what to ask."""
    enabled_providers: Annotated[tuple[str, ...] | None, Written(values.texts_or_null)] = None
    """``None``: all that have a key."""
    providers: Mapping[str, ProviderSettings] = field(default_factory=dict)
    allow_undocumented: _Flag = False
    """Whether figures are asked of endpoints that their vendors don't document."""
    allow_billed: _Flag = False
    """Whether questions are asked that cost money."""
    agents: Mapping[str, AgentSettings] = field(default_factory=dict)
    language: Language = "en"
    """As loaded: the operator's, else the environment's."""
    time_zone: Annotated[str, Written(values.text)] = "UTC"
    """An IANA name. As loaded: the operator's, else the machine's."""
    currency: Literal["USD"] = "USD"
    notify: NotifySettings = NotifySettings()
    privacy: PrivacySettings = PrivacySettings()
    ledger: LedgerSettings = LedgerSettings()
    team: TeamSettings = TeamSettings()
    prices: PriceSettings = PriceSettings()
    display: DisplaySettings = field(default_factory=DisplaySettings)
    gateway: GatewaySettings = GatewaySettings()

    def provider(self, provider_id: str) -> ProviderSettings:
        """What was said of a provider; the defaults when nothing was."""
        return self.providers.get(provider_id, ProviderSettings())

    def agent(self, agent_id: str) -> AgentSettings:
        """What was said of an agent; the defaults when nothing was."""
        return self.agents.get(agent_id, AgentSettings())

    @property
    def is_teams_ledger(self) -> bool:
        """Is the ledger the one that a team shares? Usage comes there by ``tokens sync``, with its owners."""
        return self.team.is_at(self.ledger.url)

    def reads_logs_of(self, agent_id: str) -> bool:
        return self.agent(agent_id).enabled and not self.is_teams_ledger

    def is_provider_enabled(self, provider_id: str) -> bool:
        """Neither switched off nor left out of ``enabledProviders``; it may still lack a key."""
        is_listed = self.enabled_providers is None or provider_id in self.enabled_providers
        return is_listed and self.provider(provider_id).enabled

    def allows_undocumented(self, provider_id: str) -> bool:
        own = self.provider(provider_id).allow_undocumented
        return self.allow_undocumented if own is None else own

    def allows_billed(self, provider_id: str) -> bool:
        own = self.provider(provider_id).allow_billed
        return self.allow_billed if own is None else own

    def thresholds_for(self, provider_id: str) -> AlertThresholds:
        """Each figure as set for the provider, else as set for ``*``."""
        own = self.alert_thresholds.get(provider_id, AlertThresholds())
        common = self.alert_thresholds.get(EVERY_PROVIDER, AlertThresholds())
        return AlertThresholds(
            **{
                each.name: getattr(common if getattr(own, each.name) is None else own, each.name)
                for each in fields(AlertThresholds)
            }
        )
