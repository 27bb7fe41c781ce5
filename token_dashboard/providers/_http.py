"""The only place that speaks HTTP to vendors: bounded in time and size, and it follows nobody elsewhere.

httpx and stamina are loaded with the first request: finding providers, or answering from the ledger, needs
neither. No error and no log line made here holds a key, a full URL or a piece of an answer's body.
"""

import asyncio
import logging
import ssl
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from functools import cache
from socket import gaierror
from typing import TYPE_CHECKING, NamedTuple

from token_dashboard.contract import version
from token_dashboard.model.errors import ProviderUnavailable
from token_dashboard.providers._base_url import check_base_url, host_of

if TYPE_CHECKING:
    import httpx

TIMEOUT_S = 10.0
DOWNLOAD_S = 60.0
MAX_BODY_BYTES = 4 * 1024 * 1024
TRIES = 3


class Answer(NamedTuple):
    """What a vendor answered: a status below 500, or a 5xx that says when to come back."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes


class Request(NamedTuple):
    """One question."""

    method: str
    url: str
    path: str
    """As the provider module writes it: for people, without host, ids and query."""
    headers: dict[str, str]
    body: bytes
    provider: str
    """The name of who is asked."""
    key: str | None = None
    """The kind of key that goes along."""


class Attempt(NamedTuple):
    """One request that went out, for whoever wants to watch."""

    provider: str
    method: str
    path: str
    status: int | None
    """``None`` when no answer began."""
    elapsed_ms: int
    key: str | None = None
    """The kind of key that went along."""


class ProviderHttp:
    """One HTTP client for all providers; see ``open_http``."""

    def __init__(self, *, timeout_s: float, on_attempt: Callable[[Attempt], None] | None) -> None:
        self._timeout_s = timeout_s
        self._on_attempt = on_attempt
        self._client: httpx.AsyncClient | None = None

    async def ask(self, request: Request) -> Answer:
        """Ask once; after a broken connection or a 5xx a GET is tried twice more, all in one time budget.

        Raises:
            ProviderUnavailable: no answer in time, none at all, a 5xx, or an answer larger than 4 MiB.
        """
        import stamina  # noqa: PLC0415 - 30 ms that a status from the ledger doesn't need

        # A retry is no news: the poller tells of failures, once. The default hooks log every single one.
        stamina.instrumentation.set_on_retry_hooks([])
        tries = TRIES if request.method == "GET" else 1  # a POST may have been heard the first time
        patient = stamina.AsyncRetryingCaller(
            attempts=tries, timeout=None, wait_initial=0.2, wait_max=1.0, wait_jitter=0.2
        ).on(_PassingError)
        try:
            async with asyncio.timeout(self._timeout_s):
                return await patient(self._send, request)
        except TimeoutError:
            reason = f"no answer within {self._timeout_s:g} s"
        except (_PassingError, _LastingError) as error:
            reason = str(error)
        # Raised out here, so that no exception of httpx, which knows the request, hangs on it as its context.
        raise ProviderUnavailable(provider=request.provider, reason=reason)

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()

    async def _send(self, request: Request) -> Answer:
        import httpx  # noqa: PLC0415 - 100 ms that a status from the ledger doesn't need

        if self._client is None:
            self._client = _open_client()
        begun = time.monotonic()
        status = None
        try:
            async with self._client.stream(
                request.method, request.url, headers=request.headers, content=request.body or None
            ) as response:
                status = response.status_code
                # A vendor that says when to come back is not asked again before.
                if status >= 500 and "retry-after" not in response.headers:
                    raise _PassingError(f"it answered {status}")
                return Answer(status, dict(response.headers), await _read_body(response))
        except (httpx.InvalidURL, UnicodeError):
            raise _LastingError("its base URL cannot be used") from None
        except httpx.HTTPError as error:
            reason = _why(error)
        finally:
            if self._on_attempt:
                elapsed_ms = round((time.monotonic() - begun) * 1000)
                attempt = Attempt(
                    request.provider, request.method, request.path, status, elapsed_ms, request.key
                )
                self._on_attempt(attempt)
        raise _PassingError(reason)


@asynccontextmanager
async def open_http(
    *, timeout_s: float = TIMEOUT_S, on_attempt: Callable[[Attempt], None] | None = None
) -> AsyncIterator[ProviderHttp]:
    """The client, closed at the end. ``timeout_s`` bounds one question with all its tries."""
    http = ProviderHttp(timeout_s=timeout_s, on_attempt=on_attempt)
    try:
        yield http
    finally:
        await http.close()


async def download(url: str) -> bytes:
    """A public file, asked for without a key.

    Raises:
        ProviderUnavailable: it could not be had; ``provider`` is the host then.
    """
    host = host_of(url) or "the address"
    try:
        address = check_base_url(url)
    except ValueError as error:
        raise ProviderUnavailable(provider=host, reason=f"its URL {error}") from None
    async with open_http(timeout_s=DOWNLOAD_S) as http:
        answer = await http.ask(Request("GET", address, "", {}, b"", host))
    if answer.status != 200:
        raise ProviderUnavailable(provider=host, reason=f"it answered {answer.status}")
    return answer.body


class _PassingError(Exception):
    """May be gone in a moment."""


class _LastingError(Exception):
    """Asking again at once would not help."""


def _open_client() -> "httpx.AsyncClient":
    from http.cookiejar import CookieJar, DefaultCookiePolicy  # noqa: PLC0415 - see below

    import httpx  # noqa: PLC0415 - 100 ms that a status from the ledger doesn't need

    for name in ("httpx", "httpcore"):  # they write whole URLs, and headers, at lower levels
        logging.getLogger(name).setLevel(logging.WARNING)
    return httpx.AsyncClient(
        verify=_trusted(),
        # httpx takes Authorization off on the way to another host, but no vendor's own key header.
        follow_redirects=False,
        timeout=None,  # noqa: S113 - `get` bounds all tries together, a slow drip included
        headers={
            "User-Agent": f"token-dashboard/{version()}",
            "Accept": "application/json",
            "Accept-Encoding": "identity",  # nothing unpacks to more than was counted
        },
        # One account's cookies must not speak for another's key.
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        # This machine is never reached through a proxy.
        mounts={f"all://{host}": None for host in ("localhost", "127.0.0.1", "[::1]")},
    )


@cache
def _trusted() -> ssl.SSLContext:
    """Whom we believe who they are. Reading the authorities takes 40 ms, which each round would pay again."""
    import httpx  # noqa: PLC0415 - see above

    return httpx.create_ssl_context()


async def _read_body(response: "httpx.Response") -> bytes:
    body = bytearray()
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) > MAX_BODY_BYTES:
            raise _LastingError(f"its answer is larger than {MAX_BODY_BYTES // 1024**2} MiB")
    return bytes(body)


def _why(error: "httpx.HTTPError") -> str:
    """A few words of our own: messages of httpx may hold hosts, URLs and header values."""
    import httpx  # noqa: PLC0415 - already loaded by whoever has such an error

    causes: list[BaseException] = [error]
    while cause := causes[-1].__cause__ or causes[-1].__context__:
        causes.append(cause)
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return "its TLS certificate could not be verified"
    if any(isinstance(cause, gaierror) for cause in causes):
        return "its host name could not be found"
    if isinstance(error, httpx.ProxyError):
        return "the proxy refused the connection"
    if isinstance(error, httpx.ConnectError):
        return "no connection"
    return "the connection broke off"
