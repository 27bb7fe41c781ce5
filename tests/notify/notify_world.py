"""What notifiers need of the engine, and notices to bring."""

from dataclasses import dataclass, field

from token_dashboard.model.alert import Alert, AlertKind, AlertState, Condition, Severity
from token_dashboard.model.digest import BalanceLeft, Covers, Digest, ModelShare
from token_dashboard.model.money import Money
from token_dashboard.model.notice import Notice, Parcel
from token_dashboard.model.period import DAY_MS

NOW = 1_795_357_920_000
"""Sunday 2026-11-22 14:32 UTC."""


@dataclass(slots=True)
class Owner:
    """What a dashboard knows of whoever reads."""

    settings_language: str = "en"
    names: dict[str, str] = field(default_factory=lambda: {"openrouter": "OpenRouter"})
    time_zone: str = "UTC"


LOW = Alert(
    condition=Condition(
        key="low_balance:openrouter:default:account:USD",
        kind=AlertKind.LOW_BALANCE,
        severity=Severity.WARNING,
        subject="openrouter",
        account="default",
        money=Money(3_210_000_000),
        threshold=Money(10_000_000_000),
        taken_ms=NOW,
    ),
    state=AlertState.NEW,
    since_ms=NOW,
    number=7,
)
DIGEST = Digest(
    covers=Covers.WEEK,
    as_of_ms=NOW,
    time_zone="UTC",
    start_ms=NOW // DAY_MS * DAY_MS - 7 * DAY_MS,
    end_ms=NOW // DAY_MS * DAY_MS,
    cost=Money(41_800_000_000),
    tokens=124_000_000,
    requests=1_310,
    previous_cost=Money(25_000_000_000),
    daily_nanos=tuple(day * 10**9 for day in range(14)),
    models=(ModelShare(model="claude-opus-4-5", cost=Money(37 * 10**9), tokens=10**8),),
    unpriced_tokens=2_100_000,
    month=Money(61_200_000_000),
    month_expected=Money(88 * 10**9),
    balances=(
        BalanceLeft(name="OpenRouter", money=Money(3_210_000_000), empty_ms=NOW + DAY_MS, is_stale=False),
    ),
    alerts=(LOW,),
)


def parcel(*alerts: Alert, digest: Digest | None = None, tries: int = 0) -> Parcel:
    return Parcel(id=1, notice=Notice(alerts=alerts, digest=digest), posted_ms=NOW, tries=tries)
