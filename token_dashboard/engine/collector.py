"""Asks providers for their accounts and keeps what they say, or why they didn't.

When a provider is asked next stands in the ledger, so that the poller and a command typed beside it keep to
the same back-off. A failed provider keeps its last good snapshot.
"""

import asyncio
import logging
import random
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from math import ceil

from token_dashboard.ledger import Ledger, ProviderRecord
from token_dashboard.model.clock import Clock
from token_dashboard.model.errors import (
    CredentialsRejected,
    LedgerError,
    PermissionMissing,
    ProviderError,
    ProviderUnavailable,
    RateLimited,
    UnexpectedResponse,
)
from token_dashboard.model.record import record
from token_dashboard.model.secret import Secret
from token_dashboard.model.snapshot import Snapshot
from token_dashboard.model.status import Problem
from token_dashboard.providers._contract import Access, Provider
from token_dashboard.providers._http import ProviderHttp

_log = logging.getLogger(__name__)

OpenHttp = Callable[[], AbstractAsyncContextManager[ProviderHttp]]
"""Opens the one HTTP client of a round."""

AT_ONCE = 6
_MINUTE_S = 60
_LONGEST_PAUSE_S = 60 * _MINUTE_S
_JITTER = 0.1
_WAIT = "retryAfterSeconds"


@record
class ConfiguredProvider:
    """A provider that the operator gave a key for."""

    provider: Provider
    keys: dict[str, Secret]
    base_url: str
    account: str = "default"


class Collector:
    """Asks the configured providers; several calls at once share one round."""

    def __init__(
        self,
        providers: Sequence[ConfiguredProvider],
        open_http: OpenHttp,
        ledger: Ledger,
        clock: Clock,
        *,
        interval_s: int,
        budget_s: float,
    ) -> None:
        """``interval_s`` passes between two polls of a provider; ``budget_s`` bounds one of them."""
        self.providers = tuple(providers)
        self._open_http = open_http
        self._ledger = ledger
        self._clock = clock
        self._interval_s = interval_s
        self._budget_s = budget_s
        self._running: asyncio.Task[None] | None = None
        self.news = asyncio.Event()
        """Set after each round; whoever acts on it clears it."""

    async def collect(self, *, everyone: bool = False, only: str | None = None) -> None:
        """Ask the providers that are due; ``everyone`` also those that aren't, save those that said wait.

        A round that runs already is waited for instead of starting another beside it. A caller that is
        cancelled doesn't stop a round that others share.
        """
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._round(everyone=everyone, only=only))
        await asyncio.shield(self._running)

    async def next_check_ms(self) -> int | None:
        """When the next provider is due; ``None`` when none is configured."""
        known = {record.provider: record for record in await self._ledger.snapshots.latest()}
        moments = [
            known[one.provider.id].next_check_ms if one.provider.id in known else self._clock.now_ms()
            for one in self.providers
        ]
        return min(moments, default=None)

    async def aclose(self) -> None:
        """Stop a round that is running; providers that had answered stay stored."""
        if self._running is not None and not self._running.done():
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    async def _due(self, *, everyone: bool, only: str | None) -> list[ConfiguredProvider]:
        now = self._clock.now_ms()
        known = {record.provider: record for record in await self._ledger.snapshots.latest()}
        return [
            one
            for one in self.providers
            if only in {None, one.provider.id} and _is_due(known.get(one.provider.id), now, everyone=everyone)
        ]

    async def _round(self, *, everyone: bool, only: str | None) -> None:
        due = await self._due(everyone=everyone, only=only)
        if not due:
            return
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(configured: ConfiguredProvider) -> None:
            async with gate:
                await self._ask(configured, http)

        try:
            async with self._open_http() as http, asyncio.TaskGroup() as tasks:
                for configured in due:
                    tasks.create_task(one(configured))
        except* LedgerError as failed:  # one word about the ledger, not a group of the same
            raise failed.exceptions[0] from None
        finally:
            self.news.set()

    async def _ask(self, configured: ConfiguredProvider, http: ProviderHttp) -> None:
        provider = configured.provider
        try:
            snapshot = await self._fetch(configured, http)
        except ProviderError as error:
            await self._failed(provider, error)
            return
        failures = await self._failures(provider.id)
        await self._ledger.snapshots.save(
            snapshot, name=provider.name, next_check_ms=self._clock.now_ms() + _spread(self._interval_s)
        )
        if failures:
            _log.warning("%s answers again", provider.name)

    async def _fetch(self, configured: ConfiguredProvider, http: ProviderHttp) -> Snapshot:
        provider = configured.provider
        access = Access(
            provider=provider,
            keys=configured.keys,
            base_url=configured.base_url,
            http=http,
            now_ms=self._clock.now_ms(),
            account=configured.account,
        )
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

    async def _failed(self, provider: Provider, error: ProviderError) -> None:
        now = self._clock.now_ms()
        before = await self._failures(provider.id)
        pause_s = _pause_s(error, before + 1, self._interval_s)
        await self._ledger.snapshots.fail(
            provider.id,
            name=provider.name,
            problem=Problem(key=error.key, since_ms=now, params=error.params | _wait(error)),
            at_ms=now,
            next_check_ms=now + pause_s * 1000,
        )
        if not before:
            _log.warning("%s", error)

    async def _failures(self, provider: str) -> int:
        return sum(one.failures for one in await self._ledger.snapshots.latest() if one.provider == provider)


def _is_due(record: ProviderRecord | None, now: int, *, everyone: bool) -> bool:
    if record is None or record.next_check_ms <= now:
        return True
    return everyone and not (record.problem is not None and _WAIT in record.problem.params)


def _wait(error: ProviderError) -> dict[str, str]:
    """Marks a failure after which not even an owner's ``refresh`` asks before the time is up."""
    if error.retry_after_s:
        return {_WAIT: str(ceil(error.retry_after_s))}
    return {_WAIT: ""} if isinstance(error, RateLimited) else {}


def _pause_s(error: ProviderError, failures: int, interval_s: int) -> int:
    """How long a failed provider is left alone.

    As long as it asked for; otherwise doubling from a minute up to the poll interval for an outage, and up to
    an hour where asking again cannot help until a person acts or the provider calms down.
    """
    if error.retry_after_s:
        return ceil(error.retry_after_s)
    if isinstance(error, RateLimited):
        return min(_MINUTE_S << min(failures, 6), _LONGEST_PAUSE_S)
    doublings = min(failures - 1, 6)
    if isinstance(error, CredentialsRejected | PermissionMissing):
        return min(interval_s << doublings, max(_LONGEST_PAUSE_S, interval_s))
    return min(_MINUTE_S << doublings, max(interval_s, _MINUTE_S))


def _spread(interval_s: int) -> int:
    """The interval in milliseconds, give or take a tenth, so that many installations don't ask in step."""
    return round(interval_s * 1000 * random.uniform(1 - _JITTER, 1 + _JITTER))  # noqa: S311 - no secret
