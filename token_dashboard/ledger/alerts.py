"""Crossings: what holds, and what the owner was told of it, so that nobody tells it again.

What is decided of them and what is to be said of it are stored together: a process that dies between the two
neither loses a message nor doubles one.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from token_dashboard.ledger._database import Database, Transaction, Value, upsert
from token_dashboard.ledger._postings import post
from token_dashboard.ledger._records import from_json, to_json
from token_dashboard.model.alert import Alert, AlertState, Condition, Severity
from token_dashboard.model.clock import Clock
from token_dashboard.model.notice import Posting
from token_dashboard.model.period import DAY_MS
from token_dashboard.model.record import record

_BY_WEIGHT = (Severity.WARNING, Severity.CRITICAL)
_TIMES = ("since_ms", "resolved_ms", "told_ms", "acknowledged_ms", "snoozed_ms", "snoozed_until_ms")
_COLUMNS = ("number", "body", "told", "loudest", *_TIMES)
_SELECT = f"select {', '.join(_COLUMNS)} from crossing"
_SAVE = upsert("crossing", ("key",), _COLUMNS)


@record
class Crossing:
    """A condition with its history, and what the owner knows of it."""

    number: int
    """By which a person names it."""
    condition: Condition
    since_ms: int
    resolved_ms: int | None = None
    told: Severity | None = None
    """As what the owner knows it now; ``None``: not at all, or as something that is over."""
    loudest: Severity | None = None
    """The highest severity that was told around ``told_ms``."""
    told_ms: int | None = None
    """When the owner was last told anything of it."""
    acknowledged_ms: int | None = None
    snoozed_ms: int | None = None
    """When the owner asked for silence until ``snoozed_until_ms``."""
    snoozed_until_ms: int | None = None

    @property
    def key(self) -> str:
        return self.condition.key

    def alert(self, state: AlertState | None = None) -> Alert:
        """As people see it; without ``state`` as something that was heard of before."""
        silent = AlertState.ONGOING if self.resolved_ms is None else AlertState.RESOLVED
        return Alert(
            condition=self.condition,
            state=state or silent,
            since_ms=self.since_ms,
            resolved_ms=self.resolved_ms,
            number=self.number,
            acknowledged_ms=self.acknowledged_ms,
            snoozed_until_ms=self.snoozed_until_ms,
        )


@record
class Decision:
    """Crossings as they are from now on, and what is to be said."""

    crossings: Sequence[Crossing] = ()
    postings: Sequence[Posting] = ()


Decide = Callable[[Mapping[str, Crossing], int], Decision]
"""From the crossings that are known, by key, and the first number that is free."""


class AlertStore:
    """Crossings by key."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def standing(self) -> tuple[Alert, ...]:
        """The crossings that hold, and those that were resolved within the last day; oldest first."""
        return await self._alerts(
            "resolved_ms is null or resolved_ms >= ?", (self._clock.now_ms() - DAY_MS,), "since_ms, key"
        )

    async def history(self, most: int) -> tuple[Alert, ...]:
        """The crossings that began last, latest first."""
        return await self._alerts("true", (most,), "since_ms desc, number desc limit ?")

    async def decide(self, keys: Iterable[str], decide: Decide, at_ms: int) -> Decision:
        """Change crossings and post messages, as one step; of many processes one after the other.

        ``decide`` gets the crossings that hold and those with the given keys.
        """
        async with self._database.transaction() as transaction:
            known = {one.key: one for one in await _fetch(transaction, "resolved_ms is null", ())}
            for key in keys:
                if key not in known:
                    known |= {one.key: one for one in await _fetch(transaction, "key = ?", (key,))}
            ((free,),) = await transaction.fetch("select coalesce(max(number), 0) + 1 from crossing")
            decision = decide(known, free)
            for one in decision.crossings:
                if one != known.get(one.key):
                    await transaction.execute(_SAVE, _row(one))
            await post(transaction, decision.postings, at_ms)
            return decision

    async def prune(self, before_ms: int) -> None:
        """Forget what was over before."""
        async with self._database.transaction() as transaction:
            await transaction.execute("delete from crossing where resolved_ms < ?", (before_ms,))

    async def _alerts(self, where: str, values: Sequence[Value], order: str) -> tuple[Alert, ...]:
        rows = await self._database.fetch(f"{_SELECT} where {where} order by {order}", values)
        return tuple(_crossing(row).alert() for row in rows)


async def _fetch(transaction: Transaction, where: str, values: Sequence[Value]) -> Collection[Crossing]:
    return [_crossing(row) for row in await transaction.fetch(f"{_SELECT} where {where}", values)]


def _crossing(row: Sequence[Value]) -> Crossing:
    told = dict(zip(_COLUMNS, row, strict=True))
    return Crossing(
        condition=from_json(Condition, str(told["body"])),
        number=int(told["number"] or 0),
        told=_severity(told["told"]),
        loudest=_severity(told["loudest"]),
        since_ms=_number(told["since_ms"]) or 0,
        **{name: _number(told[name]) for name in _TIMES[1:]},
    )


def _row(one: Crossing) -> tuple[Value, ...]:
    told, loudest = (None if each is None else _BY_WEIGHT.index(each) for each in (one.told, one.loudest))
    times = (getattr(one, name) for name in _TIMES)
    return (one.key, one.number, to_json(one.condition), told, loudest, *times)


def _severity(weight: Value) -> Severity | None:
    return None if weight is None else _BY_WEIGHT[int(weight)]


def _number(value: Value) -> int | None:
    return None if value is None else int(value)
