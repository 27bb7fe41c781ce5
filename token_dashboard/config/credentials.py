"""The keys of a provider: from the configuration first, then from environment variables."""

from collections.abc import Mapping, Sequence

from token_dashboard.config import values
from token_dashboard.config.settings import Settings
from token_dashboard.model.secret import Secret


def find_keys(
    settings: Settings,
    environment: Mapping[str, str],
    provider_id: str,
    needs: Sequence[tuple[str, Sequence[str]]],
) -> dict[str, Secret]:
    """The keys that are there for a provider, by kind.

    ``needs`` holds each kind that the provider takes, with its variables, first one first. A kind that has no
    setting of its own is looked for in the environment only. What can't be a key (empty, or with characters
    that no HTTP header takes) counts as not there.
    """
    said = settings.provider(provider_id)
    configured = {
        "api key": said.api_key,
        "management key": said.management_key,
        "admin key": said.admin_key,
    }
    found: dict[str, Secret] = {}
    for kind, variables in needs:
        if key := configured.get(kind.lower()) or _first_in(environment, variables):
            found[kind] = key
    return found


def _first_in(environment: Mapping[str, str], variables: Sequence[str]) -> Secret | None:
    for variable in variables:
        try:
            if key := values.key(environment.get(variable, "")):
                return key
        except ValueError:
            continue
    return None
