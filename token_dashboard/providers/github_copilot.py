"""GitHub Copilot: the premium requests and the quotas of a plan.

The login that an editor's Copilot keeps, or a *token* of GitHub, reads what the editor itself shows (``GET
/copilot_internal/user``): what is left of each of the month's quotas, and when they start anew. GitHub tells
what is left; shown is what is used, which goes beyond 100 with overage. A quota without limit can't run out.

A fine-grained token mostly lacks access. GitHub doesn't document this: it is off until ``allowUndocumented``
is set. Asking every quarter of an hour is polite.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from token_dashboard.model.key import Key
from token_dashboard.model.secret import Secret
from token_dashboard.model.snapshot import Note, Snapshot, UsageWindow
from token_dashboard.providers._access import Access
from token_dashboard.providers._contract import Capability, Credential, Provider, Stability, StatusFeed
from token_dashboard.providers._login import Login, read_json
from token_dashboard.providers._units import Iso, Number, percent_of_remaining

TOKEN = "GitHub token"  # noqa: S105 - a kind of key, no key
LOGIN = "Copilot login"

_HEADERS = {"X-Github-Api-Version": "2025-04-01"}
_NAMES = {"premium_interactions": "premium", "chat": "chat", "completions": "completions"}


class Entry(msgspec.Struct):
    """One login in the editors' file."""

    oauth_token: str | None = None


class Quota(msgspec.Struct):
    """Both percentages are of what is left."""

    percent_remaining: Number | None = None
    entitlement: Number | None = None
    remaining: Number | None = None
    unlimited: bool = False


class UserAnswer(msgspec.Struct):
    """The answer of ``/copilot_internal/user``. The free plan has the two maps below instead of snapshots."""

    copilot_plan: str
    quota_reset_date: Iso | None = None
    limited_user_reset_date: Iso | None = None
    token_based_billing: bool = False
    quota_snapshots: dict[str, Quota] | None = None
    limited_user_quotas: dict[str, Number] | None = None
    monthly_quotas: dict[str, Number] | None = None


def read_login(environment: Mapping[str, str], home: Path) -> Key | None:
    folder = Path(environment.get("XDG_CONFIG_HOME") or home / ".config") / "github-copilot"
    for name in ("apps.json", "hosts.json"):
        entries = read_json(folder / name, dict[str, Entry])
        for host, entry in (entries or {}).items():
            if host.startswith("github.com") and entry.oauth_token:
                return Key(secret=Secret(entry.oauth_token), source=str(folder / name))
    return None


async def fetch(access: Access) -> Snapshot:
    kind = TOKEN if TOKEN in access.keys else LOGIN
    answer = await access.get("/copilot_internal/user", UserAnswer, key=kind, headers=_HEADERS)
    return Snapshot(
        provider=PROVIDER.id,
        account=access.account,
        taken_ms=access.now_ms,
        windows=(*_quotas(answer), *_free_quotas(answer)),
        plan=answer.copilot_plan,
        notes=(Note.UNDOCUMENTED,),
    )


def _quotas(answer: UserAnswer) -> Iterable[UsageWindow]:
    for name, quota in (answer.quota_snapshots or {}).items():
        # Nothing of nothing is a place holder.
        is_empty = not quota.entitlement and not quota.remaining
        if quota.unlimited or is_empty or quota.percent_remaining is None:
            continue
        is_premium = name == "premium_interactions"
        credits_or_requests = "AI credits" if answer.token_based_billing else "premium requests"
        used = (
            None
            if quota.entitlement is None or quota.remaining is None
            else Number(quota.entitlement - quota.remaining)
        )
        yield UsageWindow(
            name=f"30d-{_NAMES.get(name, name.replace('_', '-'))}",
            used_percent=percent_of_remaining(quota.percent_remaining),
            resets_ms=answer.quota_reset_date,
            used=used,
            limit=quota.entitlement,
            unit=credits_or_requests if is_premium else "requests",
        )


def _free_quotas(answer: UserAnswer) -> Iterable[UsageWindow]:
    for name, limit in (answer.monthly_quotas or {}).items():
        left = (answer.limited_user_quotas or {}).get(name)
        if left is not None and limit > 0:
            yield UsageWindow(
                name=f"30d-{_NAMES.get(name, name.replace('_', '-'))}",
                used_percent=100 * (limit - left) / limit,
                resets_ms=answer.limited_user_reset_date or answer.quota_reset_date,
                used=limit - left,
                limit=limit,
                unit="requests",
            )


PROVIDER = Provider(
    id="github-copilot",
    name="GitHub Copilot",
    base_url="https://api.github.com",
    credentials=(
        Credential(
            kind=TOKEN,
            variables=("COPILOT_GITHUB_TOKEN", "GH_TOKEN", "GITHUB_TOKEN"),
            where="https://github.com/settings/tokens",
            prefixes=("gho_", "ghu_", "ghp_", "github_pat_"),
            scheme="token",
            is_vendor_only=True,
        ),
        Credential(
            kind=LOGIN,
            where="https://github.com/settings/copilot",
            login=Login(read=read_login, command="copilot login"),
            prefixes=("gho_", "ghu_"),
            scheme="token",
        ),
    ),
    capabilities=frozenset({Capability.WINDOW}),
    stability=Stability.UNDOCUMENTED,
    docs="https://docs.github.com/en/copilot/how-tos/monitor-your-usage",
    fetch=fetch,
    polite_pause_s=900,
    status_feed=StatusFeed(url="https://www.githubstatus.com/api/v2/summary.json", component="Copilot"),
)
