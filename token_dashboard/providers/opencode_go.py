"""OpenCode Go: the usage windows of a plan.

An *API key*, or the login that OpenCode itself keeps, reads the plan's windows (``GET /usage``): the rolling
one, the week's and the month's, each with the percentage that is used. An account without the plan is
refused. The wallet of OpenCode Zen can't be read with a key.

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
from token_dashboard.providers._units import Iso, Number

API = "API key"
LOGIN = "OpenCode login"

_WEEK_S = 7 * 86_400


class Window(msgspec.Struct, rename="camel"):
    """``percent`` is used, 0 to 100."""

    percent: Number
    resets_at: Iso | None = None


class Windows(msgspec.Struct):
    """A window that is missing is none of this plan's."""

    rolling: Window | None = None
    weekly: Window | None = None
    monthly: Window | None = None


class UsageAnswer(msgspec.Struct):
    """The answer of ``/usage``."""

    usage: Windows


class Entry(msgspec.Struct):
    """One provider's entry in OpenCode's file of logins."""

    key: str | None = None


def read_login(environment: Mapping[str, str], home: Path) -> Key | None:
    data = Path(environment.get("XDG_DATA_HOME") or home / ".local" / "share")
    path = data / "opencode" / "auth.json"
    entries = read_json(path, dict[str, Entry])
    entry = (entries or {}).get("opencode-go")
    if entry is None or entry.key is None:
        return None
    return Key(secret=Secret(entry.key), source=str(path))


async def fetch(access: Access) -> Snapshot:
    kind = API if API in access.keys else LOGIN
    usage = (await access.get("/usage", UsageAnswer, key=kind)).usage
    windows = tuple(_windows(usage))
    if not windows:
        raise access.unexpected("$.usage")
    return Snapshot(
        provider=PROVIDER.id,
        account=access.account,
        taken_ms=access.now_ms,
        windows=windows,
    )


def _windows(usage: Windows) -> Iterable[UsageWindow]:
    for name, window, duration_s in (
        ("rolling", usage.rolling, None),
        ("7d", usage.weekly, _WEEK_S),
        ("30d", usage.monthly, None),
    ):
        if window is not None:
            yield UsageWindow(
                name=name, used_percent=window.percent, resets_ms=window.resets_at, duration_s=duration_s
            )


PROVIDER = Provider(
    id="opencode-go",
    name="OpenCode Go",
    base_url="https://opencode.ai/zen/go/v1",
    credentials=(
        Credential(kind=API, variables=("OPENCODE_API_KEY",), where="https://opencode.ai/auth"),
        Credential(
            kind=LOGIN,
            where="https://opencode.ai/docs/providers/",
            login=Login(read=read_login, command="opencode auth login"),
        ),
    ),
    capabilities=frozenset({Capability.WINDOW}),
    stability=Stability.SEMI_OFFICIAL,
    docs="https://opencode.ai/docs/go/",
    fetch=fetch,
    polite_pause_s=600,
)
