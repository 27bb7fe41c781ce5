"""Fireworks: what the account was charged this month.

An *API key* finds its account (``GET /v1/accounts``; name one with ``accountId`` when the key sees several)
and reads the lines of this month's bill (``GET /v1/accounts/{account}/billing/summary``), which are summed up
for each currency. Fireworks tells no balance.

Days are UTC. The bill lags by up to some hours. Asking every half hour is polite.
"""

from collections.abc import Iterable

import msgspec

from token_dashboard.model.money import Money
from token_dashboard.model.snapshot import Note, Snapshot, Spend, SpendPeriod
from token_dashboard.providers._access import Access
from token_dashboard.providers._contract import Capability, Credential, Option, Provider, Stability
from token_dashboard.providers._units import ProtoMoney

API = "API key"
ACCOUNT = "accountId"


class Account(msgspec.Struct):
    """``name`` is ``accounts/<id>``."""

    name: str


class Accounts(msgspec.Struct):
    """The answer of ``/v1/accounts``."""

    accounts: list[Account]


class Line(msgspec.Struct, rename="camel"):
    """One line of the bill."""

    total_cost: ProtoMoney


class Summary(msgspec.Struct, rename="camel"):
    """The answer of ``/billing/summary``."""

    line_items: list[Line]


async def fetch(access: Access) -> Snapshot:
    account = access.option(ACCOUNT) or await _only_account(access)
    summary = await access.get(
        "/v1/accounts/{account}/billing/summary",
        Summary,
        key=API,
        parts={"account": account},
        query={
            "startTime": f"{access.today.replace(day=1)}T00:00:00Z",
            "endTime": f"{access.today}T23:59:59Z",
        },
    )
    return Snapshot(
        provider=PROVIDER.id,
        account=access.account,
        taken_ms=access.now_ms,
        spends=tuple(
            Spend(money=sum_, period=SpendPeriod.MONTH, scope="account")
            for sum_ in _sums(line.total_cost.money for line in summary.line_items)
        ),
        wallet=access.wallet(account),
        notes=(Note.DELAYED,),
    )


async def _only_account(access: Access) -> str:
    accounts = (await access.get("/v1/accounts", Accounts, key=API)).accounts
    if len(accounts) != 1:
        raise access.missing(ACCOUNT)
    return accounts[0].name.removeprefix("accounts/")


def _sums(amounts: Iterable[Money]) -> list[Money]:
    """One sum a currency. No line at all isn't a zero: nobody says of which currency."""
    sums: dict[str, Money] = {}
    for amount in amounts:
        known = sums.get(amount.currency)
        sums[amount.currency] = amount if known is None else known + amount
    return list(sums.values())


PROVIDER = Provider(
    id="fireworks",
    name="Fireworks",
    base_url="https://api.fireworks.ai",
    credentials=(
        Credential(
            kind=API,
            variables=("FIREWORKS_API_KEY",),
            where="https://app.fireworks.ai/settings/users/api-keys",
        ),
    ),
    capabilities=frozenset({Capability.SPEND}),
    stability=Stability.DOCUMENTED,
    docs="https://docs.fireworks.ai/api-reference/list-accounts",
    options=(
        Option(
            name=ACCOUNT,
            variables=("FIREWORKS_ACCOUNT_ID", "FIREWORKS_ACCOUNT_SLUG"),
            about="The account's id, where one key sees several accounts.",
        ),
    ),
    fetch=fetch,
    polite_pause_s=1800,
)
