"""ClawRouter: what a policy of OpenClaw's own router has spent of its budget this month.

An *API key* reads the budget and the use of the policy that it falls under (``GET /v1/usage``). All keys of a
policy share both, so they are one wallet. ClawRouter counts money in millionths of a US dollar, and its month
is UTC's.

Its bill already contains what the vendors behind it charge: never add it to theirs. A router of your own is
asked at the address that you set as ``baseUrl``. Asking every five minutes is polite.
"""

from datetime import timedelta

import msgspec

from token_dashboard.model.snapshot import Cap, Note, Snapshot, Spend, SpendPeriod
from token_dashboard.providers._access import Access
from token_dashboard.providers._contract import Capability, Credential, Provider, Stability
from token_dashboard.providers._units import Micros, day_start_ms, money

API = "API key"

_SCOPE = "policy"


class Budget(msgspec.Struct, rename="camel"):
    """``window_key`` is the policy and the month: ``policy/2026-10``."""

    configured: bool
    limit_micros: Micros | None = None
    remaining_micros: Micros | None = None
    window_key: str | None = None


class Summary(msgspec.Struct, rename="camel"):
    """This month."""

    actual_cost_micros: Micros


class Usage(msgspec.Struct):
    """What was used."""

    summary: Summary


class UsageAnswer(msgspec.Struct):
    """The answer of ``/v1/usage``."""

    usage: Usage
    budget: Budget | None = None


async def fetch(access: Access) -> Snapshot:
    answer = await access.get("/v1/usage", UsageAnswer, key=API)
    budget = answer.budget
    policy = budget.window_key.rpartition("/")[0] if budget and budget.window_key else None
    spent = money(answer.usage.summary.actual_cost_micros)
    return Snapshot(
        provider=PROVIDER.id,
        account=access.account,
        taken_ms=access.now_ms,
        spends=(Spend(money=spent, period=SpendPeriod.MONTH, scope=_SCOPE),),
        caps=_caps(budget, access),
        wallet=access.wallet(policy) if policy else None,
        notes=(Note.INCLUDES_VENDORS,),
    )


def _caps(budget: Budget | None, access: Access) -> tuple[Cap, ...]:
    if budget is None or not budget.configured or budget.limit_micros is None:
        return ()
    left = budget.remaining_micros
    next_month = (access.today.replace(day=1) + timedelta(days=32)).replace(day=1)
    return (
        Cap(
            limit=money(budget.limit_micros),
            remaining=None if left is None else money(left),
            scope=_SCOPE,
            period=SpendPeriod.MONTH,
            resets_ms=day_start_ms(next_month),
        ),
    )


PROVIDER = Provider(
    id="clawrouter",
    name="ClawRouter",
    base_url="https://clawrouter.openclaw.ai",
    credentials=(
        Credential(
            kind=API,
            variables=("CLAWROUTER_API_KEY",),
            where="https://clawrouter.openclaw.ai",
        ),
    ),
    capabilities=frozenset({Capability.SPEND, Capability.CAP}),
    stability=Stability.DOCUMENTED,
    docs="https://docs.openclaw.ai/providers/clawrouter",
    address_variables=("CLAWROUTER_BASE_URL",),
    fetch=fetch,
)
