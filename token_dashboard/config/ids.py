"""Checks the names of providers and agents, which the schema doesn't list: packages of others add to them."""

from collections.abc import Collection, Iterator

from token_dashboard.config.finding import Loaded
from token_dashboard.config.nearness import hint
from token_dashboard.config.references import Step
from token_dashboard.config.settings import EVERY_PROVIDER, Settings
from token_dashboard.model.errors import ConfigError


def check_ids(loaded: Loaded, provider_ids: Collection[str], agent_ids: Collection[str]) -> None:
    """Is every provider and agent that the configuration names one that we know?

    Raises:
        ConfigError: names the first that isn't, the nearest known one, and all of them.
    """
    for steps, name in _named_providers(loaded.settings):
        if name not in provider_ids:
            raise _unknown(loaded, steps, name, "provider", provider_ids)
    for name in loaded.settings.agents:
        if name not in agent_ids:
            raise _unknown(loaded, ("agents", name), name, "agent", agent_ids)


def _named_providers(settings: Settings) -> Iterator[tuple[tuple[Step, ...], str]]:
    for name in settings.providers:
        yield ("providers", name), name
    for name in settings.alert_thresholds:
        if name != EVERY_PROVIDER:
            yield ("alertThresholds", name), name
    for index, name in enumerate(settings.enabled_providers or ()):
        yield ("enabledProviders", index), name


def _unknown(
    loaded: Loaded, steps: tuple[Step, ...], name: str, what: str, known: Collection[str]
) -> ConfigError:
    known_names = sorted(known)
    reason = f"is no known {what}; {hint(name, known_names)}"
    if reason.endswith("?"):
        reason += f" Known are: {', '.join(known_names)}."
    return loaded.refusal(steps, reason)
