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
    "allowUndocumented": "not_asked_undocumented",
    "allowBilled": "not_asked_billed",
    "baseUrl": "not_asked_no_address",
}


async def provider_checks(product: Product) -> list[Check]:
    """A line for each account, and one for all providers that nobody set up."""
    infos = await product.dashboard.providers()
    found = [check for info in infos for check in _provider(info)]
    configured = {info.id for info in infos if info.is_configured}
    found += [_silent(key, product.environment) for key in silent_keys(product.environment, configured)]
    found += [check async for check in _keyring(product)]
    missing = {"count": sum(not info.accounts for info in infos)}
    return [
        *found,
        Check(name="providers", subject="", is_ok=True, code="providers_without_key", values=missing),
    ]


def _provider(info: ProviderInfo) -> Iterator[Check]:
    for account in info.accounts:
        name = info.id if account.account == DEFAULT_ACCOUNT else f"{info.id} {account.account}"
        subject = ", ".join(account.kinds)
        if not info.is_enabled:
            yield Check(name=name, subject=subject, is_ok=True, code="switched_off")
        elif info.held_back_by is not None:
            setting = {"setting": f"providers.{info.id}.{info.held_back_by}"}
            code = _HELD_BACK[info.held_back_by]
            yield Check(name=name, subject=subject, is_ok=True, code=code, values=setting)
        else:
            yield _account(info.id, name, subject, account)


def _account(provider_id: str, name: str, subject: str, account: AccountInfo) -> Check:
    problem, whose = account.problem, {"id": provider_id}
    if problem is not None:
        is_ok = problem.key not in _NEEDS_A_PERSON
        values = {**problem.params, **whose}
        return Check(name=name, subject=subject, is_ok=is_ok, code=problem.key, values=values)
    code = "no_answer_yet" if account.last_success_ms is None else "ok"
    return Check(name=name, subject=subject, is_ok=True, code=code, values=whose)


def _silent(key: SilentKey, environment: Mapping[str, str]) -> Check:
    """A key that calls models, of which somebody may expect more."""
    subject = next(name for name in key.variables if environment.get(name))
    if key.provider is None:
        values = {"kind": key.kind}
        return Check(name=key.id, subject=subject, is_ok=True, code="silent_vendor", values=values)
    values = {"kind": key.kind, "id": key.provider}
    return Check(name=key.id, subject=subject, is_ok=True, code="silent_key", values=values)


async def _keyring(product: Product) -> AsyncIterator[Check]:
    """What a missing keyring means for the settings that name one."""
    settings = list(_kept_in_keyring(product.loaded.settings))
    if settings and (trouble := await keyring_trouble(product.environment)):
        for setting in settings:
            yield Check(
                name="keyring", subject=setting, is_ok=True, code="no_keyring", values={"reason": trouble}
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
