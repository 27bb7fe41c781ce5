"""Providers that answer by themselves, for tests of how they are asked."""

from engine_wiring import Engine

from token_dashboard.engine.accounts import ConfiguredAccount
from token_dashboard.ledger import AccountRecord
from token_dashboard.model.key import Key
from token_dashboard.model.money import Money
from token_dashboard.model.secret import Secret
from token_dashboard.model.snapshot import Balance, Snapshot
from token_dashboard.providers._access import Access
from token_dashboard.providers._contract import Capability, Credential, Provider, Stability

API = "API key"
CREDENTIAL = Credential(kind=API, variables=("SOME_API_KEY",), where="https://example.com")


def provider_that(fetch: object, **also: object) -> Provider:
    """A provider that answers by itself."""
    said = {
        "id": "some",
        "name": "Some",
        "base_url": "https://some.invalid",
        "credentials": (CREDENTIAL,),
        "capabilities": frozenset({Capability.BALANCE}),
        "stability": Stability.DOCUMENTED,
        "docs": "https://example.com",
        "fetch": fetch,
    }
    return Provider(**said | also)


def holding(provider: Provider, name: str = "default", key: str = "k", **also: object) -> ConfiguredAccount:
    keys = {API: Key(secret=Secret(key), source="a test")}
    said = {"provider": provider, "account": name, "keys": keys, "base_url": provider.base_url}
    return ConfiguredAccount(**said | also)


def answer(access: Access, nanos: int = 5 * 10**9, **also: object) -> Snapshot:
    balances = (Balance(money=Money(nanos), scope="account"),)
    said = {"provider": access.provider.id, "account": access.account, "taken_ms": access.now_ms}
    return Snapshot(**said | {"balances": balances} | also)


async def records(engine: Engine) -> dict[str, AccountRecord]:
    return {one.account: one for one in await engine.ledger.snapshots.latest()}
