"""A desk and a courier over a real ledger, figures that a test sets, and an owner who remembers what came."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from movable_clock import MovableClock

from token_dashboard.analysis.budgets import evaluate, judge_budget
from token_dashboard.analysis.thresholds import Judgement, Thresholds, judge_balance, judge_windows
from token_dashboard.engine.alert_desk import AlertDesk
from token_dashboard.engine.alert_replies import AlertReplies
from token_dashboard.engine.courier import Courier
from token_dashboard.engine.ports import Channel
from token_dashboard.engine.quiet_hours import QuietHours
from token_dashboard.ledger import Ledger, open_ledger
from token_dashboard.model.alert import Alert, Severity
from token_dashboard.model.budget import Budget, BudgetPeriod
from token_dashboard.model.burn import Runway
from token_dashboard.model.money import NANOS_PER_UNIT, Money
from token_dashboard.model.notice import Notice, Outcome, Parcel, Receipt
from token_dashboard.model.snapshot import UsageWindow

BERLIN = ZoneInfo("Europe/Berlin")
_UTC = ZoneInfo("UTC")


def dollars(amount: float) -> Money:
    return Money(round(amount * NANOS_PER_UNIT))


def at(text: str, tz: ZoneInfo = _UTC) -> int:
    """``2026-11-22 14:32`` in milliseconds."""
    return round(datetime.fromisoformat(text).replace(tzinfo=tz).timestamp() * 1000)


@dataclass(slots=True)
class Reader:
    """A channel that remembers what it was brought, and answers as it is told."""

    name: str = "reader"
    is_repeatable: bool = False
    answers: list[Receipt] = field(default_factory=list)
    """Used up one after the other; after them everything is taken."""
    got: list[Notice] = field(default_factory=list)
    tried: int = 0
    was_tried: asyncio.Event = field(default_factory=asyncio.Event)

    async def notify(self, parcel: Parcel) -> Receipt:
        self.tried += 1
        self.was_tried.set()
        receipt = self.answers.pop(0) if self.answers else Receipt(outcome=Outcome.TAKEN)
        if receipt.outcome is Outcome.TAKEN:
            self.got.append(parcel.notice)
        return receipt

    @property
    def alerts(self) -> list[Alert]:
        return [alert for notice in self.got for alert in notice.alerts]

    @property
    def heard(self) -> list[str]:
        """``new warning``, ``escalated critical``, ``resolved warning`` …"""
        return [f"{one.state} {one.condition.severity}" for one in self.alerts]


@dataclass(slots=True)
class Office:
    """One process that settles and delivers."""

    ledger: Ledger
    desk: AlertDesk
    courier: Courier
    replies: AlertReplies

    async def look(self, judgement: Judgement) -> None:
        """A poll: settle, then bring what is due."""
        await self.desk.settle(judgement)
        await self.courier.deliver()


@dataclass(slots=True)
class World:
    """What is the same for all processes of one machine."""

    path: Path
    clock: MovableClock
    readers: Sequence[Reader] = field(default_factory=lambda: [Reader()])
    quiet: tuple[str, str] | None = None
    tz: ZoneInfo = BERLIN
    severities: frozenset[Severity] = frozenset(Severity)

    @property
    def reader(self) -> Reader:
        return self.readers[0]

    @asynccontextmanager
    async def office(self) -> AsyncIterator[Office]:
        """A process; entering it again is a restart, entering it twice are two processes."""
        async with open_ledger(self.path, self.clock) as ledger:
            quiet = None
            if self.quiet is not None:
                start, end = map(time.fromisoformat, self.quiet)
                quiet = QuietHours(start=start, end=end, tz=self.tz)
            courier = Courier(ledger, self.clock, quiet)
            for reader in self.readers:
                courier.add(Channel(notifier=reader, severities=self.severities))
            desk = AlertDesk(ledger, self.clock, courier)
            yield Office(ledger, desk, courier, AlertReplies(ledger, self.clock))

    def local_hour(self) -> int:
        return datetime.fromtimestamp(self.clock.now_ms() / 1000, UTC).astimezone(self.tz).hour


def balance(left: float, *, threshold: float = 10) -> Judgement:
    """The judgement on a balance at OpenRouter."""
    judgement = Judgement()
    runway = Runway(
        provider="openrouter",
        account="default",
        scope="account",
        balance=dollars(left),
        per_day=None,
        basis=None,
        empty_ms=None,
    )
    judge_balance(judgement, runway, Thresholds(balance=dollars(threshold)))
    return judgement


def window(used: int) -> Judgement:
    """The judgement on a usage window with steps at 80 and 95."""
    judgement = Judgement()
    windows = [UsageWindow(name="5h", used_percent=Decimal(used))]
    thresholds = Thresholds(window_percents=(Decimal(80), Decimal(95)))
    judge_windows(judgement, "claude-oauth", "default", windows, thresholds)
    return judgement


def budget(spent: float, now_ms: int, tz: ZoneInfo, *, period: BudgetPeriod = BudgetPeriod.DAY) -> Judgement:
    """The judgement on a budget of ten dollars with steps at 50, 80 and 100 percent."""
    judgement = Judgement()
    given = Budget(name="daily", period=period, amount=dollars(10))
    judge_budget(judgement, evaluate(given, dollars(spent), now_ms, tz))
    return judgement
