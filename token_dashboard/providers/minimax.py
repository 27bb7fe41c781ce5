"""MiniMax: the usage windows of a token plan.

A *plan key* (``sk-cp-…``; the ordinary ``sk-api-…`` keys see no plan) reads what is left of each window
(``GET /v1/token_plan/remains``): that of some hours and that of the week, for all chat models together and
for media apart. In the answer ``…_usage_count`` is what remains, whatever its name; a window that MiniMax
calls exhausted is, whatever its percentage.

Keys belong to one of two platforms: ``global`` (api.minimax.io) or ``china`` (api.minimaxi.com); set
``region`` to ``china`` for a key made there. Asking every ten minutes is polite.
"""

from collections.abc import Iterable
from decimal import Decimal

import msgspec

from token_dashboard.model.snapshot import Note, Snapshot, UsageWindow
from token_dashboard.providers._access import Access
from token_dashboard.providers._contract import Capability, Credential, Provider, Stability
from token_dashboard.providers._units import EpochMs, Number, percent, percent_of_remaining
from token_dashboard.providers._windows import window_name

PLAN = "plan key"

_GOOD, _REFUSED = 0, 1004
_EXHAUSTED, _UNLIMITED = 2, 3
_CHAT = "general"


class State(msgspec.Struct):
    """Every answer has status 200; this says how it went."""

    status_code: int


class Remains(msgspec.Struct):
    """One group of models: its window of some hours, and its week."""

    model_name: str
    start_time: EpochMs | None = None
    end_time: EpochMs | None = None
    current_interval_total_count: Number | None = None
    current_interval_usage_count: Number | None = None
    current_interval_remaining_percent: Number | None = None
    current_interval_status: int | None = None
    weekly_start_time: EpochMs | None = None
    weekly_end_time: EpochMs | None = None
    current_weekly_total_count: Number | None = None
    current_weekly_usage_count: Number | None = None
    current_weekly_remaining_percent: Number | None = None
    current_weekly_status: int | None = None


class RemainsAnswer(msgspec.Struct):
    """The answer of ``/v1/token_plan/remains``."""

    base_resp: State
    model_remains: list[Remains] | None = None


async def fetch(access: Access) -> Snapshot:
    answer = await access.get("/v1/token_plan/remains", RemainsAnswer, key=PLAN)
    state = answer.base_resp.status_code
    if state == _REFUSED:
        raise access.rejected(PLAN, str(state))
    if state != _GOOD:
        raise access.unavailable(f"it answered with its code {state}")
    if answer.model_remains is None:
        raise access.unexpected("$.model_remains")
    windows = tuple(window for remains in answer.model_remains for window in _windows(remains))
    return Snapshot(
        provider=PROVIDER.id,
        account=access.account,
        taken_ms=access.now_ms,
        windows=windows,
        notes=() if windows else (Note.NO_PLAN,),
    )


def _windows(one: Remains) -> Iterable[UsageWindow]:
    yield from _window(
        one.model_name,
        one.current_interval_status,
        one.current_interval_total_count,
        one.current_interval_usage_count,
        one.current_interval_remaining_percent,
        one.start_time,
        one.end_time,
    )
    yield from _window(
        one.model_name,
        one.current_weekly_status,
        one.current_weekly_total_count,
        one.current_weekly_usage_count,
        one.current_weekly_remaining_percent,
        one.weekly_start_time,
        one.weekly_end_time,
    )


def _window(
    model: str,
    status: int | None,
    total: Number | None,
    remaining: Number | None,
    remaining_percent: Number | None,
    start_ms: int | None,
    end_ms: int | None,
) -> Iterable[UsageWindow]:
    """A window without limits, which is also how a model that isn't in the plan is told, is none."""
    used_percent = _used_percent(status, total, remaining, remaining_percent)
    if status == _UNLIMITED or used_percent is None:
        return
    duration_s = (end_ms - start_ms) // 1000 if start_ms and end_ms and end_ms > start_ms else None
    # The counts of an exhausted window may still say that something is left.
    has_count = bool(total) and remaining is not None and status != _EXHAUSTED
    yield UsageWindow(
        name=window_name(duration_s) + ("" if model == _CHAT else f"-{model}"),
        used_percent=used_percent,
        resets_ms=end_ms or None,
        duration_s=duration_s,
        model=None if model == _CHAT else model,
        used=total - remaining if has_count and total is not None and remaining is not None else None,
        limit=total if has_count else None,
        unit="requests" if has_count else None,
    )


def _used_percent(
    status: int | None, total: Number | None, remaining: Number | None, remaining_percent: Number | None
) -> Decimal | None:
    if status == _EXHAUSTED:
        return Decimal(100)
    if remaining_percent is not None:
        return percent_of_remaining(remaining_percent)
    if total is None or remaining is None:
        return None
    return percent(total - remaining, total)


PROVIDER = Provider(
    id="minimax",
    name="MiniMax",
    base_url="https://api.minimax.io",
    regions={"global": "https://api.minimax.io", "china": "https://api.minimaxi.com"},
    credentials=(
        Credential(
            kind=PLAN,
            variables=("MINIMAX_CODE_PLAN_KEY", "MINIMAX_CODING_API_KEY", "MINIMAX_API_KEY"),
            where="https://platform.minimax.io/user-center/payment/token-plan",
            prefixes=("sk-cp-",),
            wrong_prefixes={"sk-api-": "an ordinary API key of MiniMax"},
        ),
    ),
    capabilities=frozenset({Capability.WINDOW}),
    stability=Stability.SEMI_OFFICIAL,
    docs="https://platform.minimax.io/docs/token-plan/intro",
    fetch=fetch,
    polite_pause_s=600,
)
