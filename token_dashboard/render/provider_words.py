"""Words about providers, set up or not: what each can show, and why one with a key is not asked."""

from token_dashboard.model.snapshot import Snapshot
from token_dashboard.model.status import ProviderInfo, SilentKey
from token_dashboard.render.columns import safe
from token_dashboard.render.language import N_, Language

_CAPABILITIES = {
    "balance": N_("balance"),
    "spend": N_("spend"),
    "window": N_("windows"),
    "cap": N_("caps"),
    "allowance": N_("allowances"),
    "rate-limit": N_("rate limits"),
    "daily-usage": N_("usage by day"),
    "daily-cost": N_("cost by day"),
    "models": N_("loaded models"),
    "load": N_("load"),
}
_BOOKS = {"daily-usage", "daily-cost"}
_HELD_BACK = {
    "allowUndocumented": N_(
        "{name} has a key and is not asked: what it tells isn't documented by its vendor. "
        "To ask nonetheless, set providers.{id}.allowUndocumented to true."
    ),
    "allowBilled": N_(
        "{name} has a key and is not asked: its vendor charges for each question. "
        "To ask nonetheless, set providers.{id}.allowBilled to true."
    ),
    "baseUrl": N_("{name} has a key and is not asked: set its address as providers.{id}.baseUrl."),
}


def figures_shown(info: ProviderInfo, language: Language) -> str:
    """What a provider can tell: ``balance, spend``."""
    return language.listed(language.gettext(_CAPABILITIES.get(one, safe(one))) for one in info.capabilities)


def figures_told(snapshot: Snapshot, info: ProviderInfo, language: Language) -> str:
    """What an answer held of what its provider can tell. Its books, kept elsewhere, are taken for told."""
    held = {
        "balance": snapshot.balances,
        "spend": snapshot.spends,
        "window": snapshot.windows,
        "cap": snapshot.caps,
        "allowance": snapshot.allowances,
        "rate-limit": snapshot.rate_limits,
        "models": snapshot.models,
        "load": snapshot.loads,
    }
    told = (one for one in info.capabilities if held.get(one, one in _BOOKS))
    return language.listed(language.gettext(_CAPABILITIES.get(one, safe(one))) for one in told)


def held_back(setting: str, name: str, provider: str, language: Language) -> str:
    """Why an account with a key is not asked, and the setting that changes it."""
    told = language.gettext(_HELD_BACK[setting])
    return told.format(name=safe(name), id=provider)


def silent_key(key: SilentKey, language: Language) -> str:
    """What to do about a key that tells nothing of its account."""
    if key.provider is not None:
        told = language.gettext(
            "{vendor} tells nothing of the account to the {kind} ({variable}). "
            "Which key it tells more: tokens providers show {provider}"
        )
    else:
        told = language.gettext(
            "{vendor} tells nothing of the account to any key ({variable}): "
            "what is used is counted in the agents' logs."
        )
    return told.format(vendor=key.vendor, kind=key.kind, variable=key.variables[0], provider=key.provider)
