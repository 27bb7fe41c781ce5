"""Brings what waits in the outbox through the channels, one after the other in each of them."""

import asyncio
import logging
from collections.abc import Collection
from contextlib import suppress

from token_dashboard.engine.ledger_outage import LedgerOutage
from token_dashboard.engine.ports import Channel
from token_dashboard.engine.quiet_hours import QuietHours
from token_dashboard.ledger import Ledger
from token_dashboard.model.clock import Clock
from token_dashboard.model.errors import LedgerError
from token_dashboard.model.notice import Notice, Outcome, Parcel, Queue, Receipt
from token_dashboard.model.period import DAY_MS, MINUTE_MS
from token_dashboard.model.undelivered import Fate

_log = logging.getLogger(__name__)

FIRST_PAUSE_MS = 15_000
LONGEST_PAUSE_MS = 30 * MINUTE_MS
GIVE_UP_MS = DAY_MS
"""A notice that has failed for so long is given up."""
_LOOK_AGAIN_S = 60.0
"""A way may have appeared, quiet hours may be over, another process may have posted."""
_BREATH_S = 5.0


class Courier:
    """Takes care of the channels that this process has."""

    def __init__(self, ledger: Ledger, clock: Clock, quiet_hours: QuietHours | None = None) -> None:
        self._outbox = ledger.outbox
        self._clock = clock
        self._quiet_hours = quiet_hours
        self._channels: dict[str, Channel] = {}
        self._news: dict[str, asyncio.Event] = {}

    @property
    def channels(self) -> Collection[Channel]:
        return self._channels.values()

    def add(self, channel: Channel) -> None:
        """Serve one more, from the next ``run`` on."""
        self._channels[channel.name] = channel
        self._news[channel.name] = asyncio.Event()

    def is_quiet(self) -> bool:
        """Whether only what is urgent is brought now."""
        return self._quiet_hours is not None and self._quiet_hours.hold(self._clock.now_ms())

    async def queue(self, channel: str) -> Queue:
        """What waits for a channel."""
        return await self._outbox.queue(channel)

    def wake(self) -> None:
        """There may be something new to bring."""
        for news in self._news.values():
            news.set()

    async def hurry(self, channel: str) -> None:
        """There is a better way now: what waits for a channel is tried at once."""
        await self._outbox.hurry(channel)
        if channel in self._news:
            self._news[channel].set()

    async def run(self, outage: LedgerOutage) -> None:
        """Until it is cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for channel in self.channels:
                tasks.create_task(self._serve(channel, outage))

    async def deliver(self) -> None:
        """Bring everything that is due now."""
        async with asyncio.TaskGroup() as tasks:
            for channel in self.channels:
                tasks.create_task(self._empty(channel))

    async def test(self, name: str) -> Receipt | None:
        """Bring a notice that says it is a test, now; ``None``: there is no such channel."""
        channel = self._channels.get(name)
        if channel is None:
            return None
        parcel = Parcel(id=0, notice=Notice(), posted_ms=self._clock.now_ms(), tries=0)
        return await channel.notifier.notify(parcel)

    async def _serve(self, channel: Channel, outage: LedgerOutage) -> None:
        news = self._news[channel.name]
        while True:
            news.clear()
            try:
                await self._empty(channel)
                pause_s = await self._pause_s(channel)
                outage.worked(channel.name)
            except LedgerError as error:  # down, or held by another process
                outage.failed(channel.name, error)
                pause_s = _BREATH_S
            with suppress(TimeoutError):
                async with asyncio.timeout(pause_s):
                    await news.wait()

    async def _empty(self, channel: Channel) -> None:
        notifier = channel.notifier
        while parcel := await self._outbox.claim(
            channel.name,
            self._clock.now_ms(),
            only_urgent=channel.sleeps and self.is_quiet(),
            is_repeatable=notifier.is_repeatable,
        ):
            receipt = await notifier.notify(parcel)
            if receipt.outcome is Outcome.NO_WAY:
                await self._outbox.put_back(parcel)
                return
            await self._note(channel.name, parcel, receipt)

    async def _note(self, channel: str, parcel: Parcel, receipt: Receipt) -> None:
        now_ms = self._clock.now_ms()
        match receipt.outcome:
            case Outcome.TAKEN:
                await self._outbox.arrived(parcel)
                return
            case Outcome.REFUSED:
                await self._outbox.give_up(parcel, Fate.REFUSED, receipt.reason, now_ms)
            case Outcome.UNSURE:
                await self._outbox.give_up(parcel, Fate.UNCERTAIN, receipt.reason, now_ms)
            case _ if now_ms - parcel.posted_ms >= GIVE_UP_MS:
                await self._outbox.give_up(parcel, Fate.GAVE_UP, receipt.reason, now_ms)
            case _:
                pause_ms = min(FIRST_PAUSE_MS << min(parcel.tries, 16), LONGEST_PAUSE_MS)
                await self._outbox.failed(parcel, receipt.reason, now_ms, now_ms + pause_ms)
        _log.warning("a message to %s was not delivered: %s (%s)", channel, receipt.outcome, receipt.reason)

    async def _pause_s(self, channel: Channel) -> float:
        due_ms = await self._outbox.next_due_ms(channel.name)
        if due_ms is None or due_ms <= (now_ms := self._clock.now_ms()):
            return _LOOK_AGAIN_S  # nothing waits, or something else than time is waited for
        return min((due_ms - now_ms) / 1000, _LOOK_AGAIN_S)
