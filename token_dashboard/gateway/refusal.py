"""How a gateway refuses: the error shape of its wire, and the boundary behind which no failure leaks."""

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from token_dashboard.gateway.host import Json
from token_dashboard.model.errors import LedgerLocked, RpcError, TokenDashboardError

INVALID_REQUEST = "INVALID_REQUEST"
FORBIDDEN = "FORBIDDEN"
UNAVAILABLE = "UNAVAILABLE"

_log = logging.getLogger(__name__)


class Refusal(RpcError):
    """An ``RpcError`` that also tells programs which case it is and whether to try again.

    ``detail`` travels as ``details.code``: ``AUTH_TOKEN_MISMATCH``, ``MISSING_SCOPE``.
    """

    def __init__(
        self, code: str, reason: str, *, detail: str | None = None, is_retryable: bool = False
    ) -> None:
        super().__init__(code, reason)
        self.detail = detail
        self.is_retryable = is_retryable


def error_shape(error: RpcError) -> Json:
    """``{code, message, details?, retryable?}``, as OpenClaw's gateway writes an error."""
    shape: dict[str, object] = {"code": error.code, "message": str(error)}
    if isinstance(error, Refusal):
        if error.detail:
            shape["details"] = {"code": error.detail}
        if error.is_retryable:
            shape["retryable"] = True
    return shape


@contextmanager
def boundary(what: str) -> Iterator[None]:
    """Let nothing but ``RpcError`` out of one call.

    The errors that we know keep their sentence, which is written for people. Of any other the caller learns
    only that it happened, and the log gets its type and place: a message or traceback could quote a key.
    """
    try:
        yield
    except RpcError:
        raise
    except TokenDashboardError as error:
        raise Refusal(UNAVAILABLE, str(error), is_retryable=isinstance(error, LedgerLocked)) from error
    except Exception as error:  # noqa: BLE001 - one call that fails must not end the others
        place = traceback.extract_tb(error.__traceback__)[-1]
        _log.error(
            "%s failed: %s at %s:%s", what, type(error).__name__, Path(place.filename).name, place.lineno
        )
        raise Refusal(UNAVAILABLE, f"{what} failed; the gateway's log says where") from None


def shorten(text: str, limit: int = 80) -> str:
    """A caller's own text, short enough to be said back in an error."""
    return text if len(text) <= limit else f"{text[:limit]}…"
