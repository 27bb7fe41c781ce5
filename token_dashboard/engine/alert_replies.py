"""The owner's word on alerts that stand, and what they were: acknowledge, snooze, look back."""

from collections.abc import Callable, Mapping

from token_dashboard.engine import crossings
from token_dashboard.ledger import Crossing, Decision, Ledger
from token_dashboard.model.alert import Alert
from token_dashboard.model.clock import Clock


class AlertReplies:
    """Takes the owner's word, in whichever process it is said; it holds in all of them."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    async def acknowledge(self, wanted: str) -> tuple[Alert, ...]:
        """Nothing more is told of these, unless they grow worse or end; those that the words name.

        ``wanted`` is a number, or the id of a provider or agent, a budget's name or a key: then all that
        stand of it.
        """
        now_ms = self._clock.now_ms()
        return await self._change(wanted, lambda one: crossings.acknowledged(one, now_ms))

    async def snooze(self, wanted: str, until_ms: int) -> tuple[Alert, ...]:
        """Nothing is told of these until then; after that they are told anew if they still stand."""
        now_ms = self._clock.now_ms()
        return await self._change(wanted, lambda one: crossings.snoozed(one, until_ms, now_ms))

    async def history(self, most: int = 50) -> tuple[Alert, ...]:
        """The crossings that began last, latest first, whether they stand or not."""
        return await self._ledger.alerts.history(most)

    async def _change(self, wanted: str, change: Callable[[Crossing], Crossing]) -> tuple[Alert, ...]:
        changed: list[Crossing] = []

        def decide(known: Mapping[str, Crossing], _: int) -> Decision:
            changed[:] = [change(one) for one in known.values() if _is_meant(one, wanted)]
            return Decision(crossings=changed)

        await self._ledger.alerts.decide((), decide, self._clock.now_ms())
        return tuple(one.alert() for one in sorted(changed, key=lambda one: one.number))


def _is_meant(one: Crossing, wanted: str) -> bool:
    word = wanted.strip().removeprefix("#").casefold()
    names = (str(one.number), one.key, one.condition.subject, one.condition.budget or "")
    return word in {name.casefold() for name in names if name}
