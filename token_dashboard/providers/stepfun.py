"""StepFun: the balance of an account.

An *API key*, the one that a bot calls models with, reads the account (``GET /v1/accounts``). What is shown is
the balance that is left; the sums of cash and vouchers beside it are left out, because StepFun doesn't say
whether they count what was ever paid in or what is left of it.

The platform in China (``china``, api.stepfun.com) counts yuan. What the global one (``global``,
api.stepfun.ai) counts isn't documented, so its figure is shown as credits and not as money.

Figures are nearly live. Asking every five minutes is polite.
"""

import msgspec

from token_dashboard.model.snapshot import Allowance, Balance, Snapshot
from token_dashboard.providers._access import Access
from token_dashboard.providers._contract import Capability, Credential, Provider, Stability
from token_dashboard.providers._units import Amount, money

API = "API key"


class Account(msgspec.Struct):
    """The answer of ``/v1/accounts``."""

    balance: Amount


async def fetch(access: Access) -> Snapshot:
    left = (await access.get("/v1/accounts", Account, key=API)).balance
    is_yuan = access.region != "global"
    return Snapshot(
        provider=PROVIDER.id,
        account=access.account,
        taken_ms=access.now_ms,
        balances=(Balance(money=money(left, "CNY"), scope="account"),) if is_yuan else (),
        allowances=() if is_yuan else (Allowance(amount=left, unit="credits", scope="account"),),
    )


PROVIDER = Provider(
    id="stepfun",
    name="StepFun",
    base_url="https://api.stepfun.com",
    regions={"china": "https://api.stepfun.com", "global": "https://api.stepfun.ai"},
    credentials=(
        Credential(
            kind=API,
            variables=("STEPFUN_API_KEY",),
            where="https://platform.stepfun.com/interface-key",
        ),
    ),
    capabilities=frozenset({Capability.BALANCE, Capability.ALLOWANCE}),
    stability=Stability.DOCUMENTED,
    docs="https://platform.stepfun.com/docs/api-reference/accounts",
    fetch=fetch,
)
