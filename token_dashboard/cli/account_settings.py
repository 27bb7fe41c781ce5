"""Checks what the settings say of providers against the providers that they name.

The schema can't: packages of others add providers.
"""

from collections.abc import Iterator

from token_dashboard.config.finding import Loaded
from token_dashboard.config.nearness import hint
from token_dashboard.config.references import Step
from token_dashboard.config.settings import AccountSettings
from token_dashboard.model.status import DEFAULT_ACCOUNT
from token_dashboard.providers._contract import Provider
from token_dashboard.providers._finding import find_provider

_SETTINGS = {"apiKey": "api key", "managementKey": "management key", "adminKey": "admin key"}


def check_accounts(loaded: Loaded) -> None:
    """Can every account be asked as the settings say?

    Raises:
        ConfigError: names the setting, and what it may be.
    """
    for provider_id, said in loaded.settings.providers.items():
        provider = find_provider(provider_id)
        if provider is None:
            continue
        accounts: list[tuple[tuple[Step, ...], AccountSettings]] = [(("providers", provider_id), said)]
        accounts += [
            (("providers", provider_id, "accounts", name), one) for name, one in said.accounts.items()
        ]
        for steps, one in accounts:
            if steps[-1] == DEFAULT_ACCOUNT:
                reason = "has the name of the account that stands beside accounts; choose another."
                raise loaded.refusal(steps, reason)
            for below, reason in _complaints(provider, one):
                raise loaded.refusal((*steps, *below), reason)


def _complaints(provider: Provider, said: AccountSettings) -> Iterator[tuple[tuple[Step, ...], str]]:
    known = {credential.kind.lower(): credential.kind for credential in provider.credentials}
    for setting, kind in _SETTINGS.items():
        if kind in said.by_kind and said.by_kind[kind][0] == setting and kind not in known:
            yield (setting,), f"is no kind of key that {provider.name} takes; {_takes(provider)}"
    for kind in said.keys:
        if kind.lower() not in known:
            yield ("keys", kind), f"is no kind of key that {provider.name} takes; {_takes(provider)}"
    options = [one.name for one in provider.options]
    for name in said.options:
        if name not in options:
            reason = f"is no option of {provider.name}; {hint(name, options) if options else 'it has none.'}"
            yield ("options", name), reason
    if said.region is not None and said.region not in provider.regions:
        regions = ", ".join(provider.regions)
        reason = f"choose from {regions}." if regions else "it has none."
        yield ("region",), f"is no region of {provider.name}; {reason}"
    if said.base_url is not None:
        try:
            provider.address(said.base_url, said.region)
        except ValueError as error:
            yield ("baseUrl",), f"{error}."


def _takes(provider: Provider) -> str:
    settings = {kind: setting for setting, kind in _SETTINGS.items()}
    named = [settings.get(one.kind.lower(), f'keys["{one.kind}"]') for one in provider.credentials]
    return f"it takes {', '.join(named)}." if named else "it takes none."
