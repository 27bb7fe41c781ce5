"""Reading a vendor's answer: its status into our errors, its JSON into typed values with exact numbers.

A shape is a ``msgspec.Struct`` that names only the fields we read, as the vendor names them, with the types
of ``_units``; a field that a vendor may leave out is ``… | None = None``, because what wasn't said is unknown
and never 0.
"""

import re
from collections.abc import Callable
from datetime import UTC
from decimal import Decimal
from typing import TypeVar

import msgspec

from token_dashboard.model.errors import (
    NotFound,
    ProviderError,
    ProviderUnavailable,
    RateLimited,
    UnexpectedResponse,
)
from token_dashboard.model.record import record
from token_dashboard.providers._http import Answer
from token_dashboard.providers._units import epoch_ms

T = TypeVar("T")

_LONGEST_WAIT_S = 86_400.0
_MISSING = re.compile(r"missing required field `([^`]+)`(?: - at `([^`]+)`)?$")
_AT = re.compile(r" - at `([^`]+)`$")


@record
class Asker:
    """Who asked, in the words that errors need."""

    provider: str
    refused: Callable[[str], ProviderError]
    """What a refused key means (401), by the status."""
    forbidden: Callable[[str], ProviderError]
    """What it means that a key may not ask (403)."""
    checks: str
    """What to look after when nothing is there: settings that could be wrong."""
    now_ms: int


def check(answer: Answer, asker: Asker) -> None:
    """Pass a good answer.

    Raises:
        CredentialsRejected: 401.
        PermissionMissing: 403.
        NotFound: 404.
        RateLimited: 429, with the wait the vendor asks for.
        ProviderUnavailable: any other status outside 2xx, redirects and web pages among them.
    """
    provider, status = asker.provider, answer.status
    if status == 401:
        raise asker.refused("401")
    if status == 429:
        raise RateLimited(provider=provider, retry_after_s=_retry_after_s(answer, asker.now_ms))
    if status >= 500:
        raise ProviderUnavailable(
            provider=provider,
            reason=f"it answered {status}",
            retry_after_s=_retry_after_s(answer, asker.now_ms),
        )
    if _is_web_page(answer):  # a login page, a captive portal, a firewall's challenge: not the API's own word
        raise ProviderUnavailable(provider=provider, reason=f"it answered {status} with a web page")
    if status == 403:
        raise asker.forbidden("403")
    if status == 404:
        raise NotFound(provider=provider, checks=asker.checks)
    if 300 <= status < 400:
        raise ProviderUnavailable(
            provider=provider, reason=f"it answered {status}, and redirects are not followed"
        )
    if status >= 400:
        raise ProviderUnavailable(provider=provider, reason=f"it answered {status}")


def decode(body: bytes, shape: type[T], provider: str) -> T:
    """A body as ``shape``.

    Raises:
        UnexpectedResponse: not JSON, or not of this shape.
    """
    try:
        return msgspec.json.Decoder(shape, dec_hook=_from_wire, float_hook=Decimal).decode(body)
    except msgspec.ValidationError as error:
        fields = _field(str(error))
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        fields = "$ (not JSON)"
    # Raised out here, so that no exception that may quote the body hangs on it as its context.
    raise UnexpectedResponse(provider=provider, fields=fields)


def _from_wire(kind: Callable[[str | int | Decimal], object], raw: object) -> object:
    """One of the types of ``_units``."""
    if isinstance(raw, str | int | Decimal) and not isinstance(raw, bool):
        return kind(raw)
    raise ValueError("neither number nor text")


def _field(message: str) -> str:
    """The path in a message of msgspec. Messages may quote values; the path holds names and indices only."""
    if missing := _MISSING.search(message):
        return f"{missing[2] or '$'}.{missing[1]}"
    at = _AT.search(message)
    return at[1] if at else "$ (the whole answer)"


def _is_web_page(answer: Answer) -> bool:
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind in {"text/html", "application/xhtml+xml"} or answer.body.lstrip()[:1] == b"<"


def _retry_after_s(answer: Answer, now_ms: int) -> float | None:
    """Seconds to wait: ``retry-after-ms``, or ``Retry-After`` as seconds or as a date (RFC 9110 §10.2.3)."""
    wait_s = 0.0
    text = answer.headers.get("retry-after", "").strip()
    milliseconds = answer.headers.get("retry-after-ms", "").strip()
    if re.fullmatch(r"\d+(\.\d+)?", milliseconds, re.ASCII):
        wait_s = float(milliseconds) / 1000
    elif re.fullmatch(r"\d+(\.\d+)?", text, re.ASCII):
        wait_s = float(text)
    elif until_ms := _http_date_ms(text):
        # Against the vendor's own clock where it shows it: ours may be off.
        wait_s = (until_ms - (_http_date_ms(answer.headers.get("date", "")) or now_ms)) / 1000
    # 0 is what some send when they don't know; a day is as long as anything stays unasked.
    return min(wait_s, _LONGEST_WAIT_S) if wait_s > 0 else None


def _http_date_ms(text: str) -> int | None:
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - 5 ms that few answers need

    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return epoch_ms(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
