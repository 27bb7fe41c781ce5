"""What the owner is warned of."""

from decimal import Decimal
from enum import StrEnum

from token_dashboard.model.money import Money
from token_dashboard.model.record import record
from token_dashboard.model.undelivered import Undelivered


class AlertKind(StrEnum):
    """What kind of line was crossed."""

    LOW_BALANCE = "low_balance"
    SHORT_RUNWAY = "short_runway"
    """A balance is gone in fewer days than the owner asked for."""
    BUDGET_STEP = "budget_step"
    """A step of a budget was reached."""
    HIGH_SPEND = "high_spend"
    """Of a day."""
    HIGH_MONTH_SPEND = "high_month_spend"
    WINDOW_USED = "window_used"
    LOOP = "loop"
    """A session uses tokens far faster than any usual one, and nobody talks to it."""
    SPEND_SPIKE = "spend_spike"
    """Two hours cost far more than busy ones do."""
    IDLE_BURN = "idle_burn"
    """Money goes while nobody talks."""
    UNPRICED_USAGE = "unpriced_usage"
    """A budget can't count the use of some models, since their price isn't known."""
    PROVIDER_OUTAGE = "provider_outage"
    DATA_STOPPED = "data_stopped"
    """A figure is stale and its source keeps failing: the one alert that is made of old figures."""
    KEY_EXPIRING = "key_expiring"
    WINDOW_RESET = "window_reset"
    """Good news: a window that was nearly used up has begun anew. It holds for one judgement."""


class Severity(StrEnum):
    """How soon it needs a person."""

    WARNING = "warning"
    CRITICAL = "critical"


class AlertState(StrEnum):
    """Where an alert stands: told when new, when escalated and when resolved; silent while ongoing."""

    NEW = "new"
    ONGOING = "ongoing"
    """Told only as the reminder that a snooze asked for."""
    ESCALATED = "escalated"
    """It was told before, and is more severe or at a higher step now."""
    RESOLVED = "resolved"


class CauseKind(StrEnum):
    """What lies behind a figure that is out of the usual."""

    SESSION = "session"
    """One session made most of it: ``name`` is the session, ``before`` and ``after`` are requests,
    all of them usually and its own now."""
    MODEL = "model"
    """Another model answers: ``name`` is the new one."""
    CACHE = "cache"
    """Less input comes from the cache: ``before`` and ``after`` are percentages."""
    CONTEXT = "context"
    """Requests carry more input: ``before`` and ``after`` are tokens a request."""
    TRIGGER = "trigger"
    """What starts the requests: ``name`` is ``heartbeat``, ``cron`` …"""
    PROBLEM = "problem"
    """``name`` is the key of an error, or how well the provider says it runs."""
    RESET = "reset"
    """The window began anew; ``name`` is ``early`` if the vendor did it before the time."""
    UNPRICED = "unpriced"
    """``name`` is a model without a known price, ``after`` its tokens."""


@record
class Cause:
    """One reason for a figure."""

    kind: CauseKind
    name: str | None = None
    before: Decimal | None = None
    """As it usually is."""
    after: Decimal | None = None
    """As it is now."""
    money: Money | None = None
    """What it cost, or what it added."""


@record
class Condition:
    """A threshold that a figure stands on the wrong side of now: what judgement says, without a memory."""

    key: str
    """The crossing it stands for: the same key is the same crossing and is told once."""
    kind: AlertKind
    severity: Severity
    subject: str
    """The provider id, the agent's for what sessions do, or ``*`` for all of them."""
    account: str | None = None
    """The name of the account at that provider; ``None`` when it is not about one account."""
    money: Money | None = None
    """The figure, for kinds that are money."""
    threshold: Money | None = None
    percent: Decimal | None = None
    """The figure, for usage windows."""
    threshold_percent: Decimal | None = None
    window: str | None = None
    per_day: Money | None = None
    """The burn rate that a runway rests on, where one is known."""
    empty_ms: int | None = None
    """When the balance is gone at that rate; for usage windows, when they reset."""
    taken_ms: int | None = None
    """When the figure was true: how old it is. For data that stopped, when the last of it was."""
    full_ms: int | None = None
    """When the budget or the window is used up at the present pace, if that is before it ends."""
    ends_ms: int | None = None
    """When the budget's period ends, or the key."""
    budget: str | None = None
    """The name of the budget."""
    session: str | None = None
    """The session that stands out; ``subject`` is then its agent."""
    tokens: int | None = None
    """The figure, for loops: tokens a minute."""
    threshold_tokens: int | None = None
    causes: tuple[Cause, ...] = ()
    """What lies behind the figure, weightiest first."""


@record
class Alert:
    """A condition with its history."""

    condition: Condition
    state: AlertState
    since_ms: int
    resolved_ms: int | None = None
    number: int | None = None
    """By which a person names it: ``/tokens ack 12``. ``None`` until it was settled for the first time."""
    acknowledged_ms: int | None = None
    """When the owner said that it is known; a higher severity makes this void."""
    snoozed_until_ms: int | None = None
    """Nothing is told of it before."""


@record
class Alerts:
    """What the owner is warned of now, and what was over lately."""

    as_of_ms: int
    time_zone: str
    standing: tuple[Alert, ...]
    resolved: tuple[Alert, ...]
    """Over within the last day, latest first."""
    undelivered: tuple[Undelivered, ...] = ()
    """Messages that did not arrive, latest first."""


@record
class Delivery:
    """How messages to the owner fare, as the gateway that carries them knows it."""

    target: str | None
    """Where they go, for people: ``telegram 424242``; ``None`` when no way to the owner is known."""
    waiting: int = 0
    """Alerts that wait until a way is known."""
    failed_ms: int | None = None
    """When the latest message failed; ``None`` when the latest one was delivered."""
    restarted_ms: int | None = None
    """When our process last took the place of one that had crashed."""
