"""Z.ai: the usage windows of a GLM coding plan.

An *API key* of Z.ai reads the plan's limits (``GET /api/monitor/usage/quota/limit``): tokens or credits of
five hours and of a week, and the calls of web tools. A *BigModel key* does the same on the platform in China
(open.bigmodel.cn). A key without a plan has no limits.

In the answer ``usage`` is the limit, and ``currentValue`` is what was used of it. Z.ai doesn't document this:
it is off until ``allowUndocumented`` is set. Asking every ten minutes is polite.
"""

from collections.abc import Iterable

import msgspec

from token_dashboard.model.errors import CredentialsRejected
from token_dashboard.model.snapshot import Note, Snapshot, UsageWindow
from token_dashboard.providers._access import Access
from token_dashboard.providers._contract import Capability, Credential, Provider, Stability
from token_dashboard.providers._units import EpochMs, Number, percent
from token_dashboard.providers._windows import window_name

API = "API key"
BIGMODEL = "BigModel key"

_PATH = "/api/monitor/usage/quota/limit"
_HOURS, _WEEKS = 3, 6
_UNITS = {"TOKENS_LIMIT": "tokens", "CREDIT_LIMIT": "credits", "TIME_LIMIT": "calls"}


class Limit(msgspec.Struct, rename="camel"):
    """``unit`` and ``number`` are the length of the window; of the units only hours and weeks are certain."""

    type: str
    unit: int | None = None
    number: int | None = None
    usage: Number | None = None
    current_value: Number | None = None
    percentage: Number | None = None
    next_reset_time: EpochMs | None = None


class Plan(msgspec.Struct):
    """No limits: no plan."""

    limits: list[Limit]
    level: str | None = None


class QuotaAnswer(msgspec.Struct):
    """An error comes with status 200 and ``success: false``."""

    success: bool
    code: int
    data: Plan | None = None


async def fetch(access: Access) -> Snapshot:
    kind = API if API in access.keys else BIGMODEL
    answer = await _quota(access, kind)
    if not answer.success:
        raise access.rejected(kind, str(answer.code))
    if answer.data is None:
        raise access.unexpected("$.data")
    limits = answer.data.limits
    return Snapshot(
        provider=PROVIDER.id,
        account=access.account,
        taken_ms=access.now_ms,
        windows=tuple(window for limit in limits for window in _window(limit)),
        plan=answer.data.level,
        notes=(Note.UNDOCUMENTED,) if limits else (Note.UNDOCUMENTED, Note.NO_PLAN),
    )


async def _quota(access: Access, kind: str) -> QuotaAnswer:
    """Some of its servers want the bare key, others a bearer."""
    try:
        answer = await access.get(_PATH, QuotaAnswer, key=kind)
    except CredentialsRejected:
        return await access.get(_PATH, QuotaAnswer, key=kind, scheme="")
    return answer if answer.success else await access.get(_PATH, QuotaAnswer, key=kind, scheme="")


def _window(limit: Limit) -> Iterable[UsageWindow]:
    used, most = limit.current_value, limit.usage
    used_percent = limit.percentage if used is None or most is None else percent(used, most)
    duration_s = _duration_s(limit)
    if used_percent is not None:
        yield UsageWindow(
            name=_name(limit, duration_s),
            used_percent=used_percent,
            resets_ms=limit.next_reset_time or None,
            duration_s=duration_s,
            used=used,
            limit=most,
            unit=_UNITS.get(limit.type),
        )


def _duration_s(limit: Limit) -> int | None:
    if limit.type == "TIME_LIMIT" or limit.number is None:
        return None
    return {_HOURS: 3600, _WEEKS: 7 * 86_400}.get(limit.unit or 0, 0) * limit.number or None


def _name(limit: Limit, duration_s: int | None) -> str:
    if limit.type == "TIME_LIMIT":
        return "web-tools"
    if duration_s is None:
        return f"{_UNITS.get(limit.type, limit.type.lower())}-{limit.unit}-{limit.number}"
    return window_name(duration_s)


PROVIDER = Provider(
    id="zai",
    name="Z.ai",
    base_url="https://api.z.ai",
    regions={"global": "https://api.z.ai", "china": "https://open.bigmodel.cn"},
    credentials=(
        Credential(
            kind=API,
            variables=("ZAI_API_KEY", "Z_AI_API_KEY"),
            where="https://z.ai/manage-apikey/apikey-list",
            region="global",
        ),
        Credential(
            kind=BIGMODEL,
            variables=("GLM_API_KEY", "ZHIPU_API_KEY", "BIGMODEL_API_KEY"),
            where="https://bigmodel.cn/usercenter/proj-mgmt/apikeys",
            region="china",
        ),
    ),
    capabilities=frozenset({Capability.WINDOW}),
    stability=Stability.UNDOCUMENTED,
    docs="https://docs.z.ai/devpack/overview",
    fetch=fetch,
    polite_pause_s=600,
)
