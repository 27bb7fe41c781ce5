"""Ollama Cloud: the usage windows of a plan.

An *API key* reads how much of the session and of the week is used (``GET /api/usage``), which Ollama tells as
fractions. It doesn't tell when they start anew: the moments shown are inferred from how its windows are known
to run, every five hours and on Mondays at midnight UTC. Plans made after August 2026 have a month instead,
whose unit isn't documented; it isn't shown. A window that is missing isn't in the plan, and is no zero.

Ollama doesn't document this: it is off until ``allowUndocumented`` is set. Asking every ten minutes is
polite.
"""

from collections.abc import Iterable
from datetime import timedelta

import msgspec

from token_dashboard.model.snapshot import Note, Snapshot, UsageWindow
from token_dashboard.providers._access import Access
from token_dashboard.providers._contract import Capability, Credential, Provider, Stability
from token_dashboard.providers._units import Number, day_start_ms, percent_of_fraction

API = "API key"

_SESSION_S, _WEEK_S = 5 * 3600, 7 * 86_400
_MONTH_UNKNOWN = "ollama-cloud-month-unknown"


class Quota(msgspec.Struct):
    """``usage`` is a fraction of 1; ``null`` where there is no such limit."""

    usage: Number | None = None


class Limits(msgspec.Struct):
    """Older plans have the first two, newer ones the third."""

    session: Quota | None = None
    weekly: Quota | None = None
    monthly: Quota | None = None


class UsageAnswer(msgspec.Struct):
    """The answer of ``/api/usage``."""

    limits: Limits


async def fetch(access: Access) -> Snapshot:
    limits = (await access.get("/api/usage", UsageAnswer, key=API)).limits
    notes = [Note.UNDOCUMENTED.value]
    if limits.monthly is not None:
        notes.append(_MONTH_UNKNOWN)
    return Snapshot(
        provider=PROVIDER.id,
        account=access.account,
        taken_ms=access.now_ms,
        windows=tuple(_windows(limits, access)),
        notes=tuple(notes),
    )


def _windows(limits: Limits, access: Access) -> Iterable[UsageWindow]:
    monday = access.today + timedelta(days=7 - access.today.weekday())
    session_ms = _SESSION_S * 1000
    for name, quota, resets_ms, duration_s in (
        ("5h", limits.session, (access.now_ms // session_ms + 1) * session_ms, _SESSION_S),
        ("7d", limits.weekly, day_start_ms(monday), _WEEK_S),
    ):
        if quota is not None and quota.usage is not None:
            yield UsageWindow(
                name=name,
                used_percent=percent_of_fraction(quota.usage),
                resets_ms=resets_ms,
                duration_s=duration_s,
                is_reset_inferred=True,
            )


PROVIDER = Provider(
    id="ollama-cloud",
    name="Ollama Cloud",
    base_url="https://ollama.com",
    credentials=(
        Credential(kind=API, variables=("OLLAMA_API_KEY",), where="https://ollama.com/settings/keys"),
    ),
    capabilities=frozenset({Capability.WINDOW}),
    stability=Stability.UNDOCUMENTED,
    docs="https://docs.ollama.com/cloud",
    fetch=fetch,
    polite_pause_s=600,
)
