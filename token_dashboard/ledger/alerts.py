"""Which crossings were told, so that neither a restart nor a second process tells one again."""

from collections.abc import Collection, Sequence

from token_dashboard.ledger._database import Database, Transaction
from token_dashboard.ledger._records import from_json, to_json
from token_dashboard.model.alert import Alert, AlertState, Condition, Severity
from token_dashboard.model.clock import Clock
from token_dashboard.model.period import DAY_MS

_BY_WEIGHT = (Severity.WARNING, Severity.CRITICAL)


class AlertStore:
    """Crossings by key, with their history."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def standing(self) -> tuple[Alert, ...]:
        """The crossings that hold, and those that were resolved within the last day; oldest first."""
        rows = await self._database.fetch(
            "select key, body, since_ms, resolved_ms from alert"
            " where resolved_ms is null or resolved_ms >= ?",
            (self._clock.now_ms() - DAY_MS,),
        )
        return tuple(
            Alert(
                condition=from_json(Condition, body),
                state=AlertState.ONGOING if resolved_ms is None else AlertState.RESOLVED,
                since_ms=since_ms,
                resolved_ms=resolved_ms,
            )
            for key, body, since_ms, resolved_ms in sorted(rows, key=lambda row: (row[2], row[0]))
        )

    async def settle(
        self, conditions: Sequence[Condition], judged: Collection[str], at_ms: int
    ) -> tuple[Alert, ...]:
        """Remember what holds now and claim what changed: of many callers, one gets each change.

        ``NEW``: a crossing that didn't hold before, or one that has become more severe than ever since it
        began. ``RESOLVED``: a crossing that held, isn't among the conditions and was judged; its condition is
        the last known one. ``judged`` holds keys, and beginnings of keys that end with a colon.
        """
        async with self._database.transaction() as transaction:
            held = await _held(transaction)
            changed = [
                alert
                for condition in sorted(conditions, key=lambda one: one.key)
                if (alert := await _hold(transaction, condition, held.get(condition.key), at_ms))
            ]
            gone = held.keys() - {condition.key for condition in conditions}
            for key in sorted(gone):
                if _is_judged(key, judged):
                    body, _, since_ms = held[key]
                    await transaction.execute("update alert set resolved_ms = ? where key = ?", (at_ms, key))
                    changed.append(
                        Alert(
                            condition=from_json(Condition, body),
                            state=AlertState.RESOLVED,
                            since_ms=since_ms,
                            resolved_ms=at_ms,
                        )
                    )
            return tuple(changed)


_Held = tuple[str, int, int]
"""Body, peak, since_ms."""


async def _held(transaction: Transaction) -> dict[str, _Held]:
    rows = await transaction.fetch("select key, body, peak, since_ms from alert where resolved_ms is null")
    return {key: (body, peak, since_ms) for key, body, peak, since_ms in rows}


async def _hold(
    transaction: Transaction, condition: Condition, held: _Held | None, at_ms: int
) -> Alert | None:
    """Store that a condition holds; an alert if the owner doesn't know yet."""
    _, peak, since_ms = held or ("", -1, at_ms)
    weight = _BY_WEIGHT.index(condition.severity)
    await transaction.execute(
        "insert into alert (key, body, peak, since_ms) values (?, ?, ?, ?) on conflict (key) do update set"
        " body = excluded.body, peak = excluded.peak, since_ms = excluded.since_ms, resolved_ms = null",
        (condition.key, to_json(condition), max(peak, weight), since_ms),
    )
    if weight <= peak:
        return None
    return Alert(condition=condition, state=AlertState.NEW, since_ms=since_ms)


def _is_judged(key: str, judged: Collection[str]) -> bool:
    return any(key == one or (one.endswith(":") and key.startswith(one)) for one in judged)
