"""The settings, typed. A setting's name in a document is its name here in camelCase.

Standard library only: without a config file nothing else is loaded.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from pathlib import Path
from typing import Annotated, ClassVar, Literal, TypeAlias

from token_dashboard.config import values
from token_dashboard.config.values import Written
from token_dashboard.model.money import Money
from token_dashboard.model.secret import Secret

EVERY_PROVIDER = "*"
"""The key of thresholds that hold for each provider without figures of its own."""

Language: TypeAlias = Literal["en", "de", "zh"]

_Flag: TypeAlias = Annotated[bool, Written(values.yes_or_no)]
_Key: TypeAlias = Annotated[Secret | None, Written(values.key)]
_Dollars: TypeAlias = Annotated[Money | None, Written(values.dollars)]
_Rate: TypeAlias = Annotated[Decimal | None, Written(values.rate)]


def camel_case(name: str) -> str:
    """The name of a field as a document writes it: ``cache_write_1h`` is ``cacheWrite1h``."""
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


class _Section:
    """What pydantic is told about each part: names in camelCase, no unknown ones, no values in its errors."""

    __slots__ = ()
    __pydantic_config__: ClassVar[Mapping[str, object]] = {
        "alias_generator": camel_case,
        "extra": "forbid",
        "hide_input_in_errors": True,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertThresholds(_Section):
    """What to warn of for one provider; ``None``: nothing was said."""

    balance_usd: _Dollars = None
    daily_spend_usd: _Dollars = None
    window_percent: Annotated[tuple[Decimal, ...] | None, Written(values.percents)] = None
    """Steps, lowest first; an empty tuple: never warn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSettings(_Section):
    """One provider account."""

    api_key: _Key = None
    management_key: _Key = None
    admin_key: _Key = None
    base_url: Annotated[str | None, Written(values.web_address)] = None
    """Without a slash at its end; ``None``: the vendor's own address."""
    enabled: _Flag = True
    label: Annotated[str | None, Written(values.text)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSettings(_Section):
    """One coding agent's logs."""

    enabled: _Flag = True
    paths: Annotated[tuple[Path, ...] | None, Written(values.paths)] = None
    """Absolute log folders instead of the usual ones; ``None``: the usual ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifySettings(_Section):
    """Messages to the owner."""

    enabled: _Flag = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerSettings(_Section):
    """Where usage is kept."""

    path: Annotated[Path, Written(values.path)] = Path("ledger.db")
    """Absolute once loaded; as written, a relative one starts in the state folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceOverride(_Section):
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


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceSettings(_Section):
    """What tokens cost, where the price book is not to be followed."""

    overrides: Mapping[str, PriceOverride] = field(default_factory=dict)
    """By ``provider/model``, or by the model alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewaySettings(_Section):
    """The embedded gateway that ``tokens serve`` opens."""

    host: Annotated[str, Written(values.text)] = "127.0.0.1"
    port: Annotated[int, Written(values.whole(0, 65535))] = 18790
    """0: any free one."""
    token: _Key = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(_Section):
    """Everything that an operator can ask for."""

    poll_interval_minutes: Annotated[int, Written(values.whole(1, 1440))] = 15
    history_retention_days: Annotated[int, Written(values.whole(1, 3650))] = 90
    alert_thresholds: Mapping[str, AlertThresholds] = field(default_factory=dict)
    """By provider id or ``*``; ``thresholds_for`` is what to ask."""
    enabled_providers: Annotated[tuple[str, ...] | None, Written(values.texts_or_null)] = None
    """``None``: all that have a key."""
    providers: Mapping[str, ProviderSettings] = field(default_factory=dict)
    agents: Mapping[str, AgentSettings] = field(default_factory=dict)
    language: Language = "en"
    """As loaded: the operator's, else the environment's."""
    time_zone: Annotated[str, Written(values.text)] = "UTC"
    """An IANA name. As loaded: the operator's, else the machine's."""
    currency: Literal["USD"] = "USD"
    notify: NotifySettings = NotifySettings()
    ledger: LedgerSettings = LedgerSettings()
    prices: PriceSettings = PriceSettings()
    gateway: GatewaySettings = GatewaySettings()

    def provider(self, provider_id: str) -> ProviderSettings:
        """What was said of a provider; the defaults when nothing was."""
        return self.providers.get(provider_id, ProviderSettings())

    def agent(self, agent_id: str) -> AgentSettings:
        """What was said of an agent; the defaults when nothing was."""
        return self.agents.get(agent_id, AgentSettings())

    def is_provider_enabled(self, provider_id: str) -> bool:
        """Neither switched off nor left out of ``enabledProviders``; it may still lack a key."""
        is_listed = self.enabled_providers is None or provider_id in self.enabled_providers
        return is_listed and self.provider(provider_id).enabled

    def thresholds_for(self, provider_id: str) -> AlertThresholds:
        """Each figure as set for the provider, else as set for ``*``."""
        own = self.alert_thresholds.get(provider_id, AlertThresholds())
        common = self.alert_thresholds.get(EVERY_PROVIDER, AlertThresholds())
        return AlertThresholds(
            balance_usd=common.balance_usd if own.balance_usd is None else own.balance_usd,
            daily_spend_usd=common.daily_spend_usd if own.daily_spend_usd is None else own.daily_spend_usd,
            window_percent=common.window_percent if own.window_percent is None else own.window_percent,
        )
