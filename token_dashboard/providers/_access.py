"""How a provider module asks its vendor: addresses, keys, pages, and the errors it may raise."""

import hashlib
import json as json_text
import re
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import field
from datetime import date, timedelta
from functools import partial
from typing import TypeAlias, TypedDict, TypeVar, Unpack
from urllib.parse import quote, urlencode

from token_dashboard.model.errors import (
    CredentialsRejected,
    LoginExpired,
    PermissionMissing,
    ProviderUnavailable,
    RateLimited,
    SettingMissing,
    UnexpectedResponse,
    WrongKey,
)
from token_dashboard.model.key import Key
from token_dashboard.model.record import record
from token_dashboard.providers._answer import Asker, check, decode
from token_dashboard.providers._base_url import check_base_url, host_of, is_loopback
from token_dashboard.providers._contract import Credential, Provider
from token_dashboard.providers._http import Answer, ProviderHttp, Request
from token_dashboard.providers._key_kinds import mistaken_for
from token_dashboard.providers._metrics import Sample, samples
from token_dashboard.providers._refusals import key_needed, refused, settings_to_check
from token_dashboard.providers._units import day_of

T = TypeVar("T")

Json: TypeAlias = "Mapping[str, Json] | Sequence[Json] | str | int | bool | None"
Query: TypeAlias = Mapping[str, str | int | Sequence[str]]
"""A sequence repeats its parameter."""
Sign: TypeAlias = "Callable[[Request, Access], Mapping[str, str]]"
"""Headers that prove who asks, made from the finished request; reveals keys of ``Access.keys`` itself."""
AskHost: TypeAlias = Callable[[str], Awaitable[bytes]]
"""Asks the host that we are a part of: a read method of its own, JSON back. Raises ``ProviderError``."""

MAX_PAGES = 100
_CLOCKS_DIFFER_MS = 5 * 60_000
_OPTION = re.compile(r"[\w.@:-]{1,200}", re.ASCII)


class How(TypedDict, total=False):
    """What each way of asking takes besides."""

    key: str
    """The kind of key to send, as its ``Credential`` calls it; none when left out."""
    query: Query
    headers: Mapping[str, str]
    parts: Mapping[str, str]
    """Values for the ``{names}`` in the path, quoted here. Logs and errors show the names."""
    scheme: str
    """Instead of the credential's own."""


@record
class Access:
    """What the operator gave for one account, and the way to ask about it."""

    provider: Provider
    keys: Mapping[str, Key]
    """By ``Credential.kind``; empty only for a provider that needs none."""
    base_url: str
    http: ProviderHttp
    now_ms: int
    account: str = "default"
    """The operator's name for the account; goes into ``Snapshot.account``."""
    region: str | None = None
    """One of ``Provider.regions`` where there are any."""
    options: Mapping[str, str] = field(default_factory=dict)
    days_back: int = 31
    """How many days before today the vendor's books are read; see ``first_day``."""
    allows_undocumented: bool = False
    allows_billed: bool = False
    host: AskHost | None = None
    """There is one for a provider that is the host, inside of it."""
    asked: frozenset[str] = frozenset()
    """The ids of the providers that are watched, this one among them."""

    @property
    def today(self) -> date:
        """The UTC day; its figures are partial."""
        return day_of(self.now_ms)

    @property
    def first_day(self) -> date:
        """The UTC day from which on daily figures are wanted, through today.

        It is weeks back in a first reading and days back later on: a day that is told again replaces what was
        told before, and sums over a month are made from the ledger, never here.
        """
        return self.today - timedelta(days=self.days_back)

    def option(self, name: str) -> str | None:
        """What the operator set for one of ``Provider.options``; ``None`` when nothing was.

        Raises:
            ProviderUnavailable: it holds what no id has.
        """
        value = self.options.get(name)
        if value is not None and not _OPTION.fullmatch(value):
            raise self.unavailable(f"its option {name} is not an id")
        return value

    def extra(self, kind: str, name: str) -> str | None:
        """What a login holds beside its token."""
        return self.keys[kind].extras.get(name)

    def wallet(self, identity: str) -> str:
        """A digest for ``Snapshot.wallet`` of an id by which the vendor knows who pays."""
        return hashlib.sha256(f"{self.provider.id} {identity}".encode()).hexdigest()[:16]

    async def get(self, path: str, shape: type[T], **how: Unpack[How]) -> T:
        """Ask with GET, and once more when the connection broke.

        Raises:
            ProviderError: see ``_answer.check``, ``_answer.decode`` and ``ProviderHttp.ask``; and before
                anything is sent ``WrongKey``, ``LoginExpired`` and ``ProviderUnavailable``.
        """
        return decode((await self._ask("GET", path, None, how)).body, shape, self.provider.name)

    async def post(self, path: str, shape: type[T], json: Json, **how: Unpack[How]) -> T:
        """Ask with POST, once; otherwise like ``get``."""
        return decode((await self._ask("POST", path, json, how)).body, shape, self.provider.name)

    async def ask_host(self, method: str, shape: type[T]) -> T:
        """What the host answers to a read method of its own.

        Raises:
            ProviderError: it didn't answer, or in another shape.
        """
        if self.host is None:
            raise self.unavailable("it answers only inside its gateway")
        return decode(await self.host(method), shape, self.provider.name)

    async def metrics(self, path: str, **how: Unpack[How]) -> list[Sample]:
        """Ask with GET for a server's metrics; otherwise like ``get``."""
        answer = await self._ask("GET", path, None, how)
        try:
            return samples(answer.body.decode())
        except ValueError:
            pass
        raise self.unexpected("$ (not metrics)")

    async def pages(
        self, path: str, shape: type[T], *, cursor: Callable[[T], str | None], into: str, **how: Unpack[How]
    ) -> AsyncIterator[T]:
        """Ask with GET for one page after the other; a caller may stop early.

        ``cursor`` is read from a page: ``None`` ends, and empty text says that there is more and not where.
        ``into`` is the parameter that it goes into.

        Raises:
            UnexpectedResponse: a cursor is missing or comes again, or there are more than 100 pages: an
                incomplete sum would look like a whole one.
        """
        seen: set[str] = set()
        query = dict(how.get("query", {}))
        turned: How = {**how, "query": query}
        while True:
            page = await self.get(path, shape, **turned)
            yield page
            following = cursor(page)
            if following is None:
                return
            if not following or following in seen or len(seen) + 1 >= MAX_PAGES:
                raise self.unexpected(f"{into} (pages without an end)")
            seen.add(following)
            query[into] = following

    # What a module raises itself, for an error told in an answer of status 200:

    def rejected(self, kind: str, status: str) -> CredentialsRejected:
        """The key was refused. ``status`` is the vendor's code for it, never its words."""
        return refused(self.provider, self.provider.credential(kind), self.keys[kind], status)

    def forbidden(self, status: str) -> PermissionMissing:
        """The key is good and may not ask this."""
        return PermissionMissing(provider=self.provider.name, status=status, needed=key_needed(self.provider))

    def missing(self, option: str) -> SettingMissing:
        """An option that the operator must set before the vendor can be asked at all."""
        known = next(one for one in self.provider.options if one.name == option)
        return SettingMissing(
            provider=self.provider.name,
            setting=f"providers.{self.provider.id}.options.{option}",
            variable=known.variables[0],
        )

    def limited(self, retry_after_s: float | None = None) -> RateLimited:
        return RateLimited(provider=self.provider.name, retry_after_s=retry_after_s)

    def unavailable(self, reason: str) -> ProviderUnavailable:
        """Anything else. ``reason`` is in our own words and goes after *could not be asked*."""
        return ProviderUnavailable(provider=self.provider.name, reason=reason)

    def unexpected(self, fields: str) -> UnexpectedResponse:
        """A field that has an impossible value; its path, never the value."""
        return UnexpectedResponse(provider=self.provider.name, fields=fields)

    async def _ask(self, method: str, path: str, json: Json, how: How) -> Answer:
        credential = self.provider.credential(how["key"]) if "key" in how else None
        target = path.format_map({name: self._quoted(text) for name, text in how.get("parts", {}).items()})
        if query := how.get("query"):
            target += "?" + urlencode(query, doseq=True)
        request = Request(
            method=method,
            url=self._address_for(credential) + target,
            path=path,
            headers=dict(how.get("headers", {})),
            body=b"" if json is None else json_text.dumps(json).encode(),
            provider=self.provider.name,
            key=credential.kind if credential else None,
        )
        if json is not None:
            request.headers["Content-Type"] = "application/json"
        if credential is not None:
            request.headers.update(self._proof(credential, request, how.get("scheme")))
        answer = await self.http.ask(request)
        check(answer, self._asker(credential))
        return answer

    def _proof(self, credential: Credential, request: Request, scheme: str | None) -> Mapping[str, str]:
        key = self.keys[credential.kind]
        if key.expires_ms is not None and key.expires_ms + _CLOCKS_DIFFER_MS < self.now_ms:
            command = credential.login.command if credential.login else credential.where
            raise LoginExpired(provider=self.provider.name, status="before", command=command)
        token = key.secret.reveal()
        if not re.fullmatch(r"[!-~]+", token):  # httpx would quote it in its complaint
            raise self.unavailable(f"its {credential.kind} is empty or holds a character that no key has")
        if found := mistaken_for(token, credential):
            raise WrongKey(
                provider=self.provider.name,
                found=found,
                needed=credential.kind,
                where=credential.where,
                status="before",
            )
        if credential.sign is not None:
            return credential.sign(request, self)
        scheme = credential.scheme if scheme is None else scheme
        if scheme == "Basic":
            token = b64encode(f"{token}:".encode()).decode()
        return {credential.header: f"{scheme} {token}".lstrip()}

    def _address_for(self, credential: Credential | None) -> str:
        try:
            base_url = check_base_url(self.base_url)
        except ValueError as error:
            raise self.unavailable(f"its base URL {error}") from None
        provider = self.provider
        homes = {host_of(url) for url in [provider.base_url or self.base_url, *provider.regions.values()]}
        host = host_of(base_url)
        if credential is None:
            return base_url
        if credential.region and host in homes:
            return provider.regions[credential.region]
        is_vendor_only = credential.is_vendor_only or credential.login is not None
        if is_vendor_only and host not in homes and not is_loopback(host):
            home = host_of(provider.base_url or "")
            raise self.unavailable(
                f"its {credential.kind} is sent to {home} only, and another base URL is set"
            )
        return base_url

    def _quoted(self, part: str) -> str:
        if part in {"", ".", ".."}:  # another address than the one that is meant
            raise self.unexpected("an id for the path")
        return quote(part, safe="")

    def _asker(self, credential: Credential | None) -> Asker:
        key = self.keys[credential.kind] if credential else None
        rejected = partial(refused, self.provider, credential, key)
        return Asker(
            provider=self.provider.name,
            refused=rejected,
            forbidden=self.forbidden if credential else rejected,
            checks=settings_to_check(self.provider),
            now_ms=self.now_ms,
        )
