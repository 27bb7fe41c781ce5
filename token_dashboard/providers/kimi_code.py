"""Kimi Code: the usage windows of a coding plan.

An *API key* of the plan, or the login that Kimi's own program keeps, reads the windows (``GET /usages``): the
week's requests and those of five hours. This is another product than the Kimi Open Platform: its keys
(``sk-kimi-…``) are good here and nowhere else.

Figures are nearly live. Asking every ten minutes is polite.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from token_dashboard.model.key import Key
from token_dashboard.model.secret import Secret
from token_dashboard.model.snapshot import Snapshot, UsageWindow
from token_dashboard.providers._access import Access
from token_dashboard.providers._contract import Capability, Credential, Provider, Stability
from token_dashboard.providers._login import Login, read_json
from token_dashboard.providers._units import Count, EpochS, Iso, Number, percent
from token_dashboard.providers._windows import window_name

API = "API key"
LOGIN = "Kimi login"

_WEEK_S = 7 * 86_400
_UNITS_S = {"TIME_UNIT_MINUTE": 60, "TIME_UNIT_HOUR": 3600, "TIME_UNIT_DAY": 86_400}


class LoginFile(msgspec.Struct):
    """The login; the token that would renew it is left alone."""

    access_token: str | None = None
    expires_at: EpochS | None = None


class Detail(msgspec.Struct, rename="camel"):
    """Numbers come as text; either of ``used`` and ``remaining`` may be missing."""

    limit: Number
    used: Number | None = None
    remaining: Number | None = None
    reset_time: Iso | None = None


class Length(msgspec.Struct, rename="camel"):
    """How long a window is."""

    duration: Count
    time_unit: str


class Limit(msgspec.Struct):
    """A window shorter than the week."""

    window: Length
    detail: Detail


class Membership(msgspec.Struct):
    """The plan."""

    level: str | None = None


class User(msgspec.Struct):
    """Whose plan it is."""

    membership: Membership | None = None


class UsagesAnswer(msgspec.Struct):
    """The answer of ``/usages``; ``usage`` is the week."""

    usage: Detail
    limits: list[Limit] | None = None
    user: User | None = None


def read_login(environment: Mapping[str, str], home: Path) -> Key | None:
    path = Path(environment.get("KIMI_CODE_HOME") or home / ".kimi-code") / "credentials" / "kimi-code.json"
    file = read_json(path, LoginFile)
    if file is None or not file.access_token:
        return None
    return Key(secret=Secret(file.access_token), source=str(path), expires_ms=file.expires_at or None)


async def fetch(access: Access) -> Snapshot:
    kind = API if API in access.keys else LOGIN
    answer = await access.get("/usages", UsagesAnswer, key=kind)
    membership = answer.user.membership if answer.user else None
    return Snapshot(
        provider=PROVIDER.id,
        account=access.account,
        taken_ms=access.now_ms,
        windows=tuple(_windows(answer)),
        plan=membership.level if membership else None,
    )


def _windows(answer: UsagesAnswer) -> Iterable[UsageWindow]:
    for limit in answer.limits or ():
        unit_s = _UNITS_S.get(limit.window.time_unit)
        duration_s = None if unit_s is None else limit.window.duration * unit_s
        yield from _window(limit.detail, duration_s)
    yield from _window(answer.usage, _WEEK_S)


def _window(detail: Detail, duration_s: int | None) -> Iterable[UsageWindow]:
    used = detail.used
    if used is None and detail.remaining is not None:
        used = Number(detail.limit - detail.remaining)
    used_percent = None if used is None else percent(used, detail.limit)
    if used_percent is not None:
        yield UsageWindow(
            name=window_name(duration_s),
            used_percent=used_percent,
            resets_ms=detail.reset_time,
            duration_s=duration_s,
            used=used,
            limit=detail.limit,
            unit="requests",
        )


PROVIDER = Provider(
    id="kimi-code",
    name="Kimi Code",
    base_url="https://api.kimi.com/coding/v1",
    credentials=(
        Credential(
            kind=API,
            variables=("KIMI_CODE_API_KEY", "KIMI_API_KEY"),
            where="https://www.kimi.com/code/console",
            prefixes=("sk-kimi-",),
        ),
        Credential(
            kind=LOGIN,
            where="https://www.kimi.com/code/console",
            login=Login(read=read_login, command="kimi login"),
        ),
    ),
    capabilities=frozenset({Capability.WINDOW}),
    stability=Stability.SEMI_OFFICIAL,
    docs="https://www.kimi.com/code/docs",
    fetch=fetch,
    polite_pause_s=600,
)
