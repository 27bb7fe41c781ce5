"""What the backend of ChatGPT's Codex tells with each answer, refusals included.

Which of the two windows is called primary changes with the plan: each is known by its length alone.
"""

from collections.abc import Iterable, Mapping

from token_dashboard.model.capture import Passing
from token_dashboard.model.snapshot import Allowance, UsageWindow
from token_dashboard.providers._capture._reading import moment_ms, number
from token_dashboard.providers._windows import window_name


def codex_headers(headers: Mapping[str, str], now_ms: int) -> Passing:
    """Its windows, the plan, credits bought beyond it. A window without length or end is none."""
    return Passing(
        request=headers.get("x-request-id"),
        windows=tuple(_windows(headers, now_ms)),
        allowances=tuple(_credits(headers)),
        plan=headers.get("x-codex-plan-type") or None,
    )


def _windows(headers: Mapping[str, str], now_ms: int) -> Iterable[UsageWindow]:
    for place in ("primary", "secondary"):
        family = f"x-codex-{place}"
        used, minutes = number(headers, f"{family}-used-percent"), number(headers, f"{family}-window-minutes")
        resets_ms = moment_ms(number(headers, f"{family}-reset-at"))
        after_s = number(headers, f"{family}-reset-after-seconds")
        if resets_ms is None and after_s is not None:
            resets_ms = now_ms + int(after_s * 1000)
        if used is None or not minutes or resets_ms is None:
            continue
        duration_s = int(minutes * 60)
        yield UsageWindow(
            name=window_name(duration_s), used_percent=used, resets_ms=resets_ms, duration_s=duration_s
        )


def _credits(headers: Mapping[str, str]) -> Iterable[Allowance]:
    left = number(headers, "x-codex-credits-balance")
    is_unlimited = headers.get("x-codex-credits-unlimited", "").lower() == "true"
    if left is not None and not is_unlimited:
        yield Allowance(amount=left, unit="credits", scope="account")
