"""Asks providers for their accounts and keeps what they say, or why they didn't.

When an account is asked next stands in the ledger (``circuit``). A failure keeps the last good snapshot.
"""

import asyncio
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from contextvars import ContextVar
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from token_dashboard.engine import circuit
from token_dashboard.engine.accounts import Accounts, ConfiguredAccount
from token_dashboard.ledger import AccountRecord, Ledger, Owner
from token_dashboard.model.clock import Clock
from token_dashboard.model.errors import (
    CredentialsMissing,
    LedgerError,
    ProviderError,
    ProviderUnavailable,
    UnexpectedResponse,
)
from token_dashboard.model.key import Key
from token_dashboard.model.provider_detail import Asking, Question
from token_dashboard.model.snapshot import Snapshot
from token_dashboard.model.status import Problem

if TYPE_CHECKING:
    from token_dashboard.providers._access import Access
    from token_dashboard.providers._http import Attempt, ProviderHttp

_log = logging.getLogger(__name__)


class OpenHttp(Protocol):
    """Opens the one HTTP client of a round."""

    def __call__(
        self, *, on_attempt: "Callable[[Attempt], None] | None" = None
    ) -> "AbstractAsyncContextManager[ProviderHttp]": ...


_QUESTIONS: ContextVar[list[Question]] = ContextVar("what was asked about the account that is being asked")

AT_ONCE = 64
"""Accounts that are asked at a time: more than anybody has, and fewer than the client opens connections."""
_SALT = "credential.salt"


class Collector:
    """Asks about the accounts; several calls at once share one round."""

    def __init__(
        self,
        accounts: Accounts,
        open_http: OpenHttp,
        ledger: Ledger,
        clock: Clock,
        *,
        interval_s: int,
        budget_s: float,
    ) -> None:
        """``interval_s`` passes between two polls of an account; ``budget_s`` bounds one of them."""
        self._accounts = accounts
        self._open_http = open_http
        self._ledger = ledger
        self._clock = clock
        self._interval_s = interval_s
        self._budget_s = budget_s
        self._running: asyncio.Task[None] | None = None
        self._asked: tuple[bool, str | None] = False, None
        self._salt: str | None = None
        self.news = asyncio.Event()
        """Set after each round; whoever acts on it clears it."""

    async def collect(self, *, everyone: bool = False, only: str | None = None) -> None:
        """Ask about the accounts that are due, of one provider or of all; see ``circuit.is_due``.

        A round that runs already is waited for; if it asks about less, another one follows. A caller that is
        cancelled doesn't stop a round that others share.
        """
        while self._running is not None and not self._running.done():
            is_covered = self._asked in {(True, None), (everyone, None), (everyone, only)}
            await asyncio.shield(self._running)
            if is_covered:
                return
        self._asked = everyone, only
        self._running = asyncio.create_task(self._round(everyone=everyone, only=only))
        await asyncio.shield(self._running)

    async def test(self, account: ConfiguredAccount) -> Asking | None:
        """Ask about one account now, due or not; ``None`` when its vendor asked to be left alone."""
        record = (await self._records()).get(account.whose)
        if record is not None and circuit.is_waiting(record, self._clock.now_ms()):
            return None
        async with self._open_http(on_attempt=_note) as http:
            asking = await self._ask(account, record, http)
        self.news.set()
        return asking

    async def next_check_ms(self) -> int | None:
        """When the next account is due; ``None`` when none is set up."""
        known = await self._records()
        now = self._clock.now_ms()
        moments = [
            known[one.whose].next_check_ms if one.whose in known else now
            for one in self._accounts.known()
            if one.is_watched
        ]
        return min(moments, default=None)

    async def aclose(self) -> None:
        """Stop a round that is running; what had been answered stays stored."""
        if self._running is not None and not self._running.done():
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    async def _round(self, *, everyone: bool, only: str | None) -> None:
        records = await self._records()
        watched = [one for one in await self._accounts.current() if one.is_watched]
        wanted = [one for one in watched if only in {None, one.provider.id}]
        due = await self._due(wanted, records, everyone=everyone)
        if not due:
            return
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(account: ConfiguredAccount) -> None:
            async with gate:
                await self._ask(account, records.get(account.whose), http)

        try:
            async with self._open_http(on_attempt=_note) as http, asyncio.TaskGroup() as tasks:
                for account in due:
                    tasks.create_task(one(account))
        except* LedgerError as failed:  # one word about the ledger, not a group of the same
            raise failed.exceptions[0] from None
        finally:
            self.news.set()

    async def _due(
        self,
        accounts: Sequence[ConfiguredAccount],
        records: Mapping[Owner, AccountRecord],
        *,
        everyone: bool,
    ) -> list[ConfiguredAccount]:
        now = self._clock.now_ms()
        waiting = {(one.provider, one.credential) for one in records.values() if circuit.is_waiting(one, now)}
        due = []
        for account in accounts:
            known = None if account.kept_keys else await self._credential(account, account.keys)
            record = records.get(account.whose)
            is_due = circuit.is_due(record, account, known, now, everyone=everyone)
            if is_due and (account.provider.id, known) not in waiting:
                due.append(account)
        return due

    async def _ask(
        self, account: ConfiguredAccount, record: AccountRecord | None, http: "ProviderHttp"
    ) -> Asking:
        questions: list[Question] = []
        _QUESTIONS.set(questions)
        await self._answered(account, record, http)
        asking = Asking(asked_ms=self._clock.now_ms(), questions=tuple(questions))
        await self._ledger.askings.save(*account.whose, asking)
        return asking

    async def _answered(
        self, account: ConfiguredAccount, record: AccountRecord | None, http: "ProviderHttp"
    ) -> None:
        credential = record.credential if record else ""
        try:
            keys = await _fetched(account)
            credential = await self._credential(account, keys)
            is_new = record is None or record.credential != credential
            now = self._clock.now_ms()
            days_back = circuit.days_back(record, is_new=is_new, now_ms=now)
            asked = frozenset(one.provider.id for one in self._accounts.known() if one.is_watched)
            access = _access(account, keys, http, now, days_back, asked)
            snapshot = await self._fetch(access)
        except ProviderError as error:
            await self._failed(account, record, credential, error)
            return
        await self._ledger.snapshots.save(
            snapshot,
            name=account.name,
            next_check_ms=self._clock.now_ms() + circuit.interval_ms(account, self._interval_s),
            credential=credential,
            books_since=access.today - timedelta(days=circuit.FIRST_DAYS) if is_new else None,
        )
        if record is not None and record.failures:
            _log.warning("%s answers again", account.name)

    async def _fetch(self, access: "Access") -> Snapshot:
        provider = access.provider
        try:
            async with asyncio.timeout(self._budget_s):
                return await provider.fetch(access)
        except ProviderError:
            raise
        except TimeoutError as error:
            reason = f"no answer within {self._budget_s:g} s"
            raise ProviderUnavailable(provider=provider.name, reason=reason) from error
        except Exception as error:  # one provider's collection is a boundary: its fault stays its own
            _log.error("%s: its module failed with %s", provider.name, type(error).__name__)
            raise UnexpectedResponse(provider=provider.name, fields=type(error).__name__) from error

    async def _failed(
        self,
        account: ConfiguredAccount,
        record: AccountRecord | None,
        credential: str,
        error: ProviderError,
    ) -> None:
        now = self._clock.now_ms()
        before = record.failures if record and record.credential == credential else 0
        told = error.params | {"provider": account.name}
        await self._ledger.snapshots.fail(
            account.provider.id,
            account.account,
            name=account.name,
            problem=Problem(key=error.key, since_ms=now, params=told | circuit.wait(error)),
            at_ms=now,
            next_check_ms=now + circuit.pause_ms(error, before + 1, account, self._interval_s),
            credential=credential,
        )
        if not before:
            _log.warning("%s", error.sentence.format_map(told))

    async def _records(self) -> dict[Owner, AccountRecord]:
        return {(one.provider, one.account): one for one in await self._ledger.snapshots.latest()}

    async def _credential(self, account: ConfiguredAccount, keys: Mapping[str, Key]) -> str:
        if self._salt is None:
            self._salt = await self._ledger.notes.get(_SALT)
        if self._salt is None:
            self._salt = os.urandom(16).hex()
            await self._ledger.notes.set(_SALT, self._salt)
        return circuit.credential(account, keys, self._salt, self._clock.now_ms())


def _note(attempt: "Attempt") -> None:
    _QUESTIONS.get().append(
        Question(
            method=attempt.method,
            path=attempt.path,
            status=attempt.status,
            elapsed_ms=attempt.elapsed_ms,
            key=attempt.key,
        )
    )


async def _fetched(account: ConfiguredAccount) -> dict[str, Key]:
    """All keys of an account; those that are kept elsewhere are fetched now.

    Raises:
        ProviderError: one can't be had now, or there is none at all.
    """
    keys = dict(account.keys)
    for kind, fetch in account.kept_keys.items():
        if key := await fetch():
            keys[kind] = key
    if not keys and account.provider.needs_key:
        raise CredentialsMissing(provider=account.name, needed=", ".join(account.kept_at))
    return keys


def _access(
    account: ConfiguredAccount,
    keys: Mapping[str, Key],
    http: "ProviderHttp",
    now_ms: int,
    days_back: int,
    asked: frozenset[str],
) -> "Access":
    from token_dashboard.providers._access import Access  # noqa: PLC0415 - loaded when somebody is asked

    return Access(
        provider=account.provider,
        keys=keys,
        base_url=account.base_url or "",
        http=http,
        now_ms=now_ms,
        account=account.account,
        region=account.region,
        options=account.options,
        days_back=days_back,
        allows_undocumented=account.allows_undocumented,
        allows_billed=account.allows_billed,
        host=account.host,
        asked=asked,
    )
