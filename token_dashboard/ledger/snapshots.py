"""What providers said about their accounts: the last good answer, what is wrong since, and the history."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from token_dashboard.ledger._database import Database, Transaction, upsert
from token_dashboard.ledger._history import points, remember
from token_dashboard.ledger._records import from_json, to_json
from token_dashboard.ledger.provider_facts import record_facts
from token_dashboard.model.money import Nanos
from token_dashboard.model.period import DAY_MS
from token_dashboard.model.record import record
from token_dashboard.model.snapshot import Snapshot, SpendPeriod
from token_dashboard.model.status import Problem


@record
class AccountRecord:
    """One account as it stands."""

    provider: str
    account: str
    """Its name among the provider's accounts."""
    name: str
    """What people call it."""
    snapshot: Snapshot | None
    """The last good answer, however old."""
    checked_ms: int | None
    """When the last good answer was taken."""
    attempted_ms: int
    """When it was last asked about, with or without success."""
    problem: Problem | None
    """Why the last try failed, since the first try in a row that failed so."""
    next_check_ms: int
    failures: int
    """Failed tries in a row, with the same key."""
    credential: str
    """A digest of the key it was asked with; another one means another key."""


_KEY = ("provider", "account")
_FAILED = ("name", "attempted_ms", "problem", "next_check_ms", "failures", "credential")
_FAIL = upsert("account", _KEY, _FAILED)
_SAVE = upsert("account", _KEY, (*_FAILED, "body", "checked_ms"))
_SEE_SPEND = (
    upsert(
        "spend_history",
        ("provider", "account", "scope", "currency", "period", "day_ms"),
        ("nanos", "seen_ms"),
    )
    + " where excluded.seen_ms >= spend_history.seen_ms"
)


class SnapshotStore:
    """Accounts of providers. A figure's history grows only when the figure changes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(
        self,
        snapshot: Snapshot,
        *,
        name: str,
        next_check_ms: int,
        credential: str = "",
        books_since: date | None = None,
    ) -> None:
        """A good answer: it replaces the last one and ends the problem.

        Its daily figures go to ``provider_facts``; ``books_since`` is what that calls ``whole_since``.
        """
        body = replace(snapshot, daily_usage=(), daily_costs=())
        async with self._database.transaction() as transaction:
            await _part_from_another_wallet(transaction, snapshot)
            taken_ms, whose = snapshot.taken_ms, (snapshot.provider, snapshot.account)
            row = (*whose, name, taken_ms, None, next_check_ms, 0, credential, to_json(body), taken_ms)
            await transaction.execute(_SAVE, row)
            await _remember_figures(transaction, snapshot)
            await record_facts(transaction, snapshot, books_since)

    async def fail(
        self,
        provider: str,
        account: str,
        *,
        name: str,
        problem: Problem,
        at_ms: int,
        next_check_ms: int,
        credential: str = "",
    ) -> int:
        """A try that failed; the last good answer stays. Returns the number of failures in a row."""
        async with self._database.transaction() as transaction:
            rows = await transaction.fetch(
                "select problem, failures, credential from account where provider = ? and account = ?",
                (provider, account),
            )
            standing, failures, before = rows[0] if rows else (None, 0, "")
            if before != credential:
                failures = 0
            elif standing is not None:
                since_ms, key = _problem(standing)
                if key == problem.key:
                    problem = Problem(key=key, since_ms=since_ms, params=problem.params)
            row = (provider, account, name, at_ms, to_json(problem), next_check_ms, failures + 1, credential)
            await transaction.execute(_FAIL, row)
            return int(failures) + 1

    async def latest(self) -> tuple[AccountRecord, ...]:
        """Every account that was ever asked about, by provider and name."""
        rows = await self._database.fetch(
            "select provider, account, name, body, checked_ms, attempted_ms, problem, next_check_ms,"
            " failures, credential from account order by provider, account"
        )
        return tuple(
            AccountRecord(
                provider=provider,
                account=account,
                name=name,
                snapshot=None if body is None else from_json(Snapshot, body),
                checked_ms=checked_ms,
                attempted_ms=attempted_ms,
                problem=None if problem is None else from_json(Problem, problem),
                next_check_ms=next_check_ms,
                failures=failures,
                credential=credential,
            )
            for (
                provider,
                account,
                name,
                body,
                checked_ms,
                attempted_ms,
                problem,
                next_check_ms,
                failures,
                credential,
            ) in rows
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


async def _remember_figures(transaction: Transaction, snapshot: Snapshot) -> None:
    taken_ms, owner = snapshot.taken_ms, _owner(snapshot.provider, snapshot.account)
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
                *owner.values(),
                spend.scope,
                spend.money.currency,
                spend.period.value,
                taken_ms // DAY_MS * DAY_MS,
                spend.money.nanos,
                taken_ms,
            )
            for spend in snapshot.spends
        ],
    )


async def _part_from_another_wallet(transaction: Transaction, snapshot: Snapshot) -> None:
    """Forget how balances were when a key of another payer has come: the difference was not spent."""
    owner = (snapshot.provider, snapshot.account)
    rows = await transaction.fetch("select body from account where provider = ? and account = ?", owner)
    before = from_json(Snapshot, rows[0][0]).wallet if rows and rows[0][0] is not None else None
    if before is not None and snapshot.wallet is not None and before != snapshot.wallet:
        for table in ("balance_history", "window_history", "spend_history"):
            await transaction.execute(f"delete from {table} where provider = ? and account = ?", owner)


def _problem(body: str) -> tuple[int, str]:
    standing = from_json(Problem, body)
    return standing.since_ms, standing.key


def _owner(provider: str, account: str) -> dict[str, str]:
    return {"provider": provider, "account": account}
