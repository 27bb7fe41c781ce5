"""Reading a vendor's answer: its status into our errors, its JSON into typed values with exact numbers.

A shape is a ``msgspec.Struct`` that names only the fields we read, as the vendor names them. Money is
annotated ``Amount``, any other number ``Number``, a moment ``Moment``; a field that a vendor may leave out is
``… | None = None``, because what wasn't said is unknown and never 0.
"""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Annotated, Self, TypeAlias, TypeVar

import msgspec

from token_dashboard.model.errors import (
    CredentialsRejected,
    PermissionMissing,
    ProviderUnavailable,
    RateLimited,
    UnexpectedResponse,
)
from token_dashboard.model.money import USD, Money, parse_nanos
from token_dashboard.providers._http import Answer

T = TypeVar("T")

Moment: TypeAlias = Annotated[datetime, msgspec.Meta(tz=True)]
"""RFC 3339 text with an offset."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST_WAIT_S = 86_400.0
_MISSING = re.compile(r"missing required field `([^`]+)`(?: - at `([^`]+)`)?$")
_AT = re.compile(r" - at `([^`]+)`$")


class Number(Decimal):
    """A number as it stood on the wire: a JSON number or decimal text, finite, of no absurd size.

    Nothing passes through a float; NaN, infinities, booleans and empty text are refused.
    """

    magnitude = 18
    """Powers of ten: everything from a trillionth of a trillionth up to this is believed."""

    def __new__(cls, raw: str | int | Decimal) -> Self:
        try:
            number = super().__new__(cls, raw)
        except InvalidOperation:
            raise ValueError("not a number") from None
        if not number.is_finite() or (number and not -24 <= number.adjusted() < cls.magnitude):
            raise ValueError("not a number of a possible size")
        return number


class Amount(Number):
    """Money under a billion units, so that sums and differences of a few stay in range."""

    magnitude = 9


def money(amount: Decimal, currency: str = USD) -> Money:
    """Money of an ``Amount``, or of a sum or difference of two."""
    return Money(parse_nanos(amount), currency)


def epoch_ms(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def read(answer: Answer, shape: type[T], *, provider: str, where: str, needed: str, now_ms: int) -> T:
    """The answer as ``shape``.

    ``where`` says where a refused key is made anew, ``needed`` which key may ask at all.

    Raises:
        CredentialsRejected: 401.
        PermissionMissing: 403.
        RateLimited: 429, with the wait the vendor asks for.
        ProviderUnavailable: any other status outside 2xx, redirects and web pages among them.
        UnexpectedResponse: not JSON, or not of this shape.
    """
    status = answer.status
    if status == 401:
        raise CredentialsRejected(provider=provider, status="401", where=where)
    if status == 429:
        raise RateLimited(provider=provider, retry_after_s=_retry_after_s(answer, now_ms))
    if status >= 500:
        raise ProviderUnavailable(
            provider=provider,
            reason=f"it answered {status}",
            retry_after_s=_retry_after_s(answer, now_ms),
        )
    if _is_web_page(answer):  # a login page, a captive portal, a firewall's challenge: not the API's own word
        raise ProviderUnavailable(provider=provider, reason=f"it answered {status} with a web page")
    if status == 403:
        raise PermissionMissing(provider=provider, status="403", needed=needed)
    if 300 <= status < 400:
        raise ProviderUnavailable(
            provider=provider, reason=f"it answered {status}, and redirects are not followed"
        )
    if status >= 400:
        raise ProviderUnavailable(provider=provider, reason=f"it answered {status}")
    try:
        return msgspec.json.Decoder(shape, dec_hook=_from_wire, float_hook=Decimal).decode(answer.body)
    except msgspec.ValidationError as error:
        fields = _field(str(error))
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        fields = "$ (not JSON)"
    # Raised out here, so that no exception that may quote the body hangs on it as its context.
    raise UnexpectedResponse(provider=provider, fields=fields)


def _from_wire(kind: type, raw: object) -> object:
    if issubclass(kind, Number) and isinstance(raw, str | int | Decimal) and not isinstance(raw, bool):
        return kind(raw)
    raise ValueError("not a number")


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
