"""Who may talk to the embedded gateway.

A loopback address needs no token unless one is set; any other address does. A browser on this machine is
the one stranger who reaches a loopback port, so a request must name a host that is ours (a rebound DNS name
is not) and may not come from a page of another origin.
"""

import hmac
import socket
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from token_dashboard.gateway.refusal import FORBIDDEN, INVALID_REQUEST, Refusal, shorten
from token_dashboard.model.errors import ConfigError
from token_dashboard.model.secret import Secret


@dataclass(frozen=True, slots=True)
class Access:
    """The rules for one address that is listened on.

    Raises:
        ConfigError: others can reach the address, and there is no token.
    """

    bind: str
    token: Secret | None

    def __post_init__(self) -> None:
        if not self.token and not _is_loopback(self.bind):
            raise ConfigError(
                file="gateway",
                path="host",
                reason=f"is {self.bind!r}, which other machines can reach: set a token, or use 127.0.0.1.",
            )

    def check_source(self, host: str | None, origin: str | None) -> None:
        """Refuse a foreign ``Host`` or ``Origin`` header."""
        name = _host_name(host)
        if name is None or not self._is_ours(name):
            raise Refusal(
                FORBIDDEN, f"host {shorten(host or '')!r} is not this gateway's", detail="HOST_NOT_ALLOWED"
            )
        if origin is not None and _without_scheme(origin) != (host or "").lower():
            raise Refusal(
                FORBIDDEN, f"origin {shorten(origin)!r} is not this gateway's", detail="ORIGIN_NOT_ALLOWED"
            )

    def check_token(self, given: str | None) -> None:
        """Refuse a missing or wrong token. Takes as long for a nearly right one as for any other."""
        if not self.token:
            return
        if not given:
            raise Refusal(INVALID_REQUEST, "a token is needed", detail="AUTH_TOKEN_MISSING")
        wanted = self.token.reveal().encode("utf-8", "surrogatepass")
        if not hmac.compare_digest(wanted, given.encode("utf-8", "surrogatepass")):
            raise Refusal(INVALID_REQUEST, "the token is not the right one", detail="AUTH_TOKEN_MISMATCH")

    def _is_ours(self, name: str) -> bool:
        if _is_loopback(name) or name == self.bind.lower():
            return True
        # An address can't be rebound; a name can, so that of names only the machine's own one counts.
        return _is_every_interface(self.bind) and (_is_address(name) or name == socket.gethostname().lower())


def bearer(authorization: str | None) -> str | None:
    """The token of an ``Authorization: Bearer`` header."""
    scheme, _, token = (authorization or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _host_name(host: str | None) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname if host else None
    except ValueError:
        return None


def _without_scheme(origin: str) -> str | None:
    scheme, separator, rest = origin.lower().partition("://")
    return rest if separator and scheme in {"http", "https"} else None


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _is_loopback(name: str) -> bool:
    return name.lower() == "localhost" or (_is_address(name) and ip_address(name).is_loopback)


def _is_every_interface(name: str) -> bool:
    return not name or (_is_address(name) and ip_address(name).is_unspecified)
