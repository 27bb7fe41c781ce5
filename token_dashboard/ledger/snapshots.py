"""What providers said about their accounts: the last good answer, what is wrong since, and the history."""

from decimal import Decimal

from token_dashboard.ledger._database import Database, upsert
from token_dashboard.ledger._history import points, remember
from token_dashboard.ledger._records import from_json, to_json
from token_dashboard.model.money import Nanos
from token_dashboard.model.period import DAY_MS
from token_dashboard.model.record import record
from token_dashboard.model.snapshot import Snapshot, SpendPeriod
from token_dashboard.model.status import Problem


@record
class ProviderRecord:
    """One provider as it stands."""

    provider: str
    name: str
    snapshot: Snapshot | None
    """The last good answer, however old."""
    checked_ms: int | None
    """When the last good answer was taken."""
    attempted_ms: int
    """When the provider was last asked, with or without success."""
    problem: Problem | None
    """Why the last try failed, since the first try in a row that failed so."""
    next_check_ms: int
    failures: int
    """Failed tries in a row."""


_SAVE = upsert(
    "provider",
    ("id",),
    ("name", "body", "checked_ms", "attempted_ms", "problem", "next_check_ms", "failures"),
)
_FAIL = upsert("provider", ("id",), ("name", "attempted_ms", "problem", "next_check_ms", "failures"))
_SEE_SPEND = (
    upsert(
        "spend_history",
        ("provider", "account", "scope", "currency", "period", "day_ms"),
        ("nanos", "seen_ms"),
    )
    + " where excluded.seen_ms >= spend_history.seen_ms"
)


class SnapshotStore:
    """Accounts of providers, by provider id. A figure's history grows only when the figure changes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, snapshot: Snapshot, *, name: str, next_check_ms: int) -> None:
        """A good answer: it replaces the last one and ends the problem."""
        async with self._database.transaction() as transaction:
            taken_ms, owner = snapshot.taken_ms, _owner(snapshot.provider, snapshot.account)
            row = (snapshot.provider, name, to_json(snapshot), taken_ms, taken_ms, None, next_check_ms, 0)
            await transaction.execute(_SAVE, row)
            for balance in snapshot.balances:
                whose = owner | {"scope": balance.scope, "currency": balance.money.currency}
                await remember(transaction, "balance_history", "nanos", whose, taken_ms, balance.money.nanos)
            for window in snapshot.windows:
                # The moment of a reset isn't part of the figure: some vendors give it with a jitter.
                whose = owner | {"name": window.name}
                percent = f"{window.used_percent.normalize():f}"
                await remember(transaction, "window_history", "used_percent", whose, taken_ms, percent)
            await transaction.execute_many(
                _SEE_SPEND,
                [
                    (
                        snapshot.provider,
                        snapshot.account,
                        spend.scope,
                        spend.money.currency,
                        spend.period.value,
                        snapshot.taken_ms // DAY_MS * DAY_MS,
                        spend.money.nanos,
                        snapshot.taken_ms,
                    )
                    for spend in snapshot.spends
                ],
            )

    async def fail(
        self, provider: str, *, name: str, problem: Problem, at_ms: int, next_check_ms: int
    ) -> int:
        """A try that failed; the last good answer stays. Returns the number of failures in a row."""
        async with self._database.transaction() as transaction:
            rows = await transaction.fetch("select problem, failures from provider where id = ?", (provider,))
            standing, failures = rows[0] if rows else (None, 0)
            if standing is not None:
                before = from_json(Problem, standing)
                if before.key == problem.key:
                    problem = Problem(key=problem.key, since_ms=before.since_ms, params=problem.params)
            await transaction.execute(
                _FAIL,
                (provider, name, at_ms, to_json(problem), next_check_ms, failures + 1),
            )
            return int(failures) + 1

    async def latest(self) -> tuple[ProviderRecord, ...]:
        """Every provider that was ever asked, by id."""
        rows = await self._database.fetch(
            "select id, name, body, checked_ms, attempted_ms, problem, next_check_ms, failures from provider"
        )
        return tuple(
            ProviderRecord(
                provider=provider,
                name=name,
                snapshot=None if body is None else from_json(Snapshot, body),
                checked_ms=checked_ms,
                attempted_ms=attempted_ms,
                problem=None if problem is None else from_json(Problem, problem),
                next_check_ms=next_check_ms,
                failures=failures,
            )
            for provider, name, body, checked_ms, attempted_ms, problem, next_check_ms, failures in sorted(
                rows
            )
        )

    async def balances(
        self, provider: str, account: str, scope: str, currency: str, since_ms: int
    ) -> list[tuple[int, Nanos]]:
        """A balance since a moment, oldest first, as (moment, nanos).

        Each figure stands at the moment it was first seen and, if it was confirmed later, also at the last
        such moment. What held at ``since_ms`` stands at ``since_ms``.
        """
        whose = _owner(provider, account) | {"scope": scope, "currency": currency}
        found = await points(self._database, "balance_history", "nanos", whose, since_ms)
        return [(time_ms, nanos) for time_ms, nanos in found]

    async def windows(
        self, provider: str, account: str, name: str, since_ms: int
    ) -> list[tuple[int, Decimal]]:
        """The used percent of a usage window since a moment, in the manner of ``balances``."""
        whose = _owner(provider, account) | {"name": name}
        found = await points(self._database, "window_history", "used_percent", whose, since_ms)
        return [(time_ms, Decimal(percent)) for time_ms, percent in found]

    async def spends(
        self, provider: str, account: str, scope: str, currency: str, period: SpendPeriod, since_ms: int
    ) -> list[tuple[int, Nanos]]:
        """The last figure of spend that was seen on each UTC day, oldest first, as (start of day, nanos)."""
        rows = await self._database.fetch(
            "select day_ms, nanos from spend_history where provider = ? and account = ? and scope = ?"
            " and currency = ? and period = ? and day_ms >= ? order by day_ms",
            (provider, account, scope, currency, period.value, since_ms // DAY_MS * DAY_MS),
        )
        return [(day_ms, nanos) for day_ms, nanos in rows]


def _owner(provider: str, account: str) -> dict[str, str]:
    return {"provider": provider, "account": account}
