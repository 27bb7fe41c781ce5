"""Codebuff: the credits of an account.

An *API key* reads the credits (``POST /api/v1/usage``, which changes nothing): how many are used of the
period's quota, how many are left, and when it starts anew. Credits are not money.

Codebuff doesn't document this: it is off until ``allowUndocumented`` is set. Asking every quarter of an hour
is polite.
"""

from collections.abc import Iterable

import msgspec

from token_dashboard.model.snapshot import Allowance, Note, Snapshot, UsageWindow
from token_dashboard.providers._access import Access
from token_dashboard.providers._contract import Capability, Credential, Provider, Stability
from token_dashboard.providers._units import Iso, Number, percent

API = "API key"


class UsageAnswer(msgspec.Struct):
    """The answer of ``/api/v1/usage``."""

    remainingBalance: Number  # noqa: N815 - the vendor's name
    usage: Number | None = None
    quota: Number | None = None
    next_quota_reset: Iso | None = None


async def fetch(access: Access) -> Snapshot:
    answer = await access.post("/api/v1/usage", UsageAnswer, {"fingerprintId": "token-dashboard"}, key=API)
    return Snapshot(
        provider=PROVIDER.id,
        account=access.account,
        taken_ms=access.now_ms,
        allowances=(Allowance(amount=answer.remainingBalance, unit="credits", scope="account"),),
        windows=tuple(_windows(answer)),
        notes=(Note.UNDOCUMENTED,),
    )


def _windows(answer: UsageAnswer) -> Iterable[UsageWindow]:
    used, quota = answer.usage, answer.quota
    used_percent = None if used is None or quota is None else percent(used, quota)
    if used_percent is not None:
        yield UsageWindow(
            name="quota",
            used_percent=used_percent,
            resets_ms=answer.next_quota_reset,
            used=used,
            limit=quota,
            unit="credits",
        )


PROVIDER = Provider(
    id="codebuff",
    name="Codebuff",
    base_url="https://www.codebuff.com",
    credentials=(
        Credential(
            kind=API,
            variables=("CODEBUFF_API_KEY",),
            where="https://www.codebuff.com/profile?tab=api-keys",
        ),
    ),
    capabilities=frozenset({Capability.ALLOWANCE, Capability.WINDOW}),
    stability=Stability.UNDOCUMENTED,
    docs="https://www.codebuff.com/docs",
    fetch=fetch,
    polite_pause_s=900,
)
