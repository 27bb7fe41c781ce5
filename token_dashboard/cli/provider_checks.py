"""What ``tokens doctor`` says of provider accounts: each that is set up, and how many there are besides."""

from collections.abc import AsyncIterator, Iterator, Mapping

from token_dashboard.cli.compose import Product
from token_dashboard.config.kept_keys import keyring_trouble
from token_dashboard.config.settings import Settings
from token_dashboard.config.values import KeyringEntry
from token_dashboard.model.errors import (
    CredentialsMissing,
    CredentialsRejected,
    KeyWanted,
    LoginExpired,
    NotFound,
    PermissionMissing,
    RegionRejected,
    SettingMissing,
    UnexpectedResponse,
    WrongKey,
)
from token_dashboard.model.status import DEFAULT_ACCOUNT, AccountInfo, Check, ProviderInfo, SilentKey
from token_dashboard.providers._silent_keys import silent_keys
from token_dashboard.render.errors import sentence
from token_dashboard.render.language import language

_NEEDS_A_PERSON = {
    one.key
    for one in (
        CredentialsMissing,
        CredentialsRejected,
        KeyWanted,
        LoginExpired,
        NotFound,
        PermissionMissing,
        RegionRejected,
        SettingMissing,
        UnexpectedResponse,
        WrongKey,
    )
}
_HELD_BACK = {
    "allowUndocumented": "not asked: its vendor doesn't document where the figures come from",
    "allowBilled": "not asked: its vendor charges for each question",
    "baseUrl": "not asked: it has no address",
}


async def provider_checks(product: Product) -> list[Check]:
    """A line for each account, and one for all providers that nobody set up."""
    infos = await product.dashboard.providers()
    found = [check for info in infos for check in _provider(info)]
    configured = {info.id for info in infos if info.is_configured}
    found += [_silent(key, product.environment) for key in silent_keys(product.environment, configured)]
    found += [check async for check in _keyring(product)]
    missing = sum(not info.accounts for info in infos)
    others = "others" if found else "providers"
    none = f"{missing} {others} have no key (normal if you don't use them)"
    return [*found, Check(name="providers", subject="", is_ok=True, finding=none, advice="tokens providers")]


def _provider(info: ProviderInfo) -> Iterator[Check]:
    for account in info.accounts:
        name = info.id if account.account == DEFAULT_ACCOUNT else f"{info.id} {account.account}"
        subject = ", ".join(account.kinds)
        if not info.is_enabled:
            yield Check(name=name, subject=subject, is_ok=True, finding="switched off in the configuration")
        elif info.held_back_by is not None:
            advice = f"to have it: providers.{info.id}.{info.held_back_by} in the configuration"
            finding = _HELD_BACK[info.held_back_by]
            yield Check(name=name, subject=subject, is_ok=True, finding=finding, advice=advice)
        else:
            yield _account(info.id, name, subject, account)


def _account(provider_id: str, name: str, subject: str, account: AccountInfo) -> Check:
    if account.problem is not None:
        needs_a_person = account.problem.key in _NEEDS_A_PERSON
        return Check(
            name=name,
            subject=subject,
            is_ok=not needs_a_person,
            finding=sentence(account.problem.key, account.problem.params, language("en")),
            advice=f"then: tokens status --refresh --provider {provider_id}" if needs_a_person else None,
        )
    if account.last_success_ms is None:
        advice = f"tokens status --provider {provider_id}"
        return Check(name=name, subject=subject, is_ok=True, finding="not asked yet", advice=advice)
    return Check(name=name, subject=subject, is_ok=True, finding="ok")


def _silent(key: SilentKey, environment: Mapping[str, str]) -> Check:
    """A key that calls models, of which somebody may expect more."""
    finding = f"{key.kind}, which tells nothing of the account"
    if key.provider is None:
        finding += ": what is used is counted in the agents' logs"
    return Check(
        name=key.id,
        subject=next(name for name in key.variables if environment.get(name)),
        is_ok=True,
        finding=finding,
        advice=f"which key tells more: tokens providers show {key.provider}" if key.provider else None,
    )


async def _keyring(product: Product) -> AsyncIterator[Check]:
    """What a missing keyring means for the settings that name one."""
    settings = list(_kept_in_keyring(product.loaded.settings))
    if settings and (trouble := await keyring_trouble(product.environment)):
        for setting in settings:
            yield Check(
                name="keyring", subject=setting, is_ok=True, finding=f"counts as left out: it {trouble}"
            )


def _kept_in_keyring(settings: Settings) -> Iterator[str]:
    for provider_id, said in settings.providers.items():
        path = f"providers.{provider_id}"
        for where, one in (
            (path, said),
            *((f"{path}.accounts.{name}", one) for name, one in said.accounts.items()),
        ):
            for setting, source in one.by_kind.values():
                if isinstance(source, KeyringEntry):
                    yield f"{where}.{setting}"
