"""Where a ledger on PostgreSQL is, and how safely it must be reached.

An address is ``postgresql://user:password@host:port/database?sslmode=…``. Off this machine the connection is
encrypted and the server shows a certificate that is trusted for its name, unless the address itself says
``sslmode=require``, which asks for no certificate. Without encryption nothing leaves the machine. Whoever
names certificates to trust has them asked for: on this machine too, where a tunnel may begin, and with
``require``, as PostgreSQL's own library does.
"""

import re
import ssl
from ipaddress import ip_address
from pathlib import Path
from typing import Literal, TypeAlias
from urllib.parse import parse_qsl, unquote

from token_dashboard.model.errors import LedgerError
from token_dashboard.model.record import record
from token_dashboard.model.secret import Secret

_LABEL = "[A-Za-z0-9_-]{1,63}"
_URL = re.compile(
    r"(?!.*%(?:00|(?![0-9A-Fa-f]{2})))postgres(?:ql)?://"
    r"(?:(?P<user>[^:@/?#\s]+)(?::(?P<password>[^:@/?#\s]*))?@)?"
    rf"(?P<host>\[[0-9A-Fa-f:.]+\]|(?:{_LABEL}(?:\.{_LABEL})*\.?)?)(?::(?P<port>[0-9]{{1,6}}))?"
    r"/(?P<database>[^@/?#\s]+)"
    r"(?:\?(?P<settings>[^#\s]*))?"
)
_SHAPE = (
    "its address is not of the form postgresql://user:password@host:port/database"
    " (write special characters of the password as %XX)"
)
_SETTINGS = ("host", "sslmode", "sslrootcert")
_VERIFIED, _NAMELESS, _ENCRYPTED, _OPEN = "verify-full", "verify-ca", "require", "disable"
_DEFAULT_PORT, _LAST_PORT = 5432, 65_535

Tls: TypeAlias = ssl.SSLContext | Literal[False]
"""How to encrypt; ``False``: not at all."""


@record
class Address:
    """A database on a PostgreSQL server."""

    host: str
    """A name, an address or the folder of the server's socket."""
    port: int
    database: str
    user: str | None
    password: Secret | None
    """``None``: as for PostgreSQL's own programs, PGPASSWORD or the file ~/.pgpass."""
    sslmode: str
    sslrootcert: str | None
    """A file of certificates to trust instead of the machine's."""

    @classmethod
    def of(cls, url: Secret) -> "Address":
        """The address that an URL gives.

        Raises:
            LedgerError: it is malformed, or would have the figures travel unprotected. The URL isn't shown.
        """
        parts = _URL.fullmatch(url.reveal().strip())
        if parts is None:
            raise LedgerError(path="postgresql://…", reason=_SHAPE)
        if not 0 < int(parts["port"] or _DEFAULT_PORT) <= _LAST_PORT:
            raise LedgerError(path="postgresql://…", reason=f"its port is none of 1 to {_LAST_PORT}")
        given = dict(parse_qsl(parts["settings"] or "", keep_blank_values=True))
        host = given.get("host") or parts["host"].strip("[]") or "localhost"
        trusted = given.get("sslrootcert")
        mode = given.get("sslmode") or (_OPEN if _is_here(host) and not trusted else _VERIFIED)
        address = cls(
            host=host,
            port=int(parts["port"] or _DEFAULT_PORT),
            database=unquote(parts["database"]),
            user=unquote(parts["user"]) if parts["user"] else None,
            password=Secret(unquote(parts["password"])) if parts["password"] else None,
            sslmode=_NAMELESS if trusted and mode == _ENCRYPTED else mode,
            sslrootcert=str(Path(trusted).expanduser()) if trusted else None,
        )
        address._check(given.keys() - set(_SETTINGS))
        return address

    @property
    def name(self) -> str:
        """What people call it: host and database, never who asks."""
        port = "" if self.port == _DEFAULT_PORT else f":{self.port}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}{port}/{self.database}"

    def tls(self) -> Tls:
        """How the connection is to be encrypted.

        Raises:
            LedgerError: the certificates to trust can't be read.
        """
        if self.sslmode == _OPEN:
            return False
        try:
            context = ssl.create_default_context(cafile=self.sslrootcert)
        except OSError as error:
            reason = f"sslrootcert {self.sslrootcert} can't be read: {error.strerror or error}"
            raise LedgerError(path=self.name, reason=reason) from error
        context.check_hostname = self.sslmode == _VERIFIED
        if self.sslmode == _ENCRYPTED:
            context.verify_mode = ssl.CERT_NONE
        return context

    def _check(self, unknown: set[str]) -> None:
        modes = (_VERIFIED, _NAMELESS, _ENCRYPTED, _OPEN)
        if unknown:
            reason = (
                f"its address has {', '.join(sorted(unknown))}; leave that out:"
                f" only {', '.join(_SETTINGS)} may stand there"
            )
        elif self.sslmode not in modes:
            reason = f"its address has an unknown sslmode; use {', '.join(modes)}"
        elif self.sslmode == _OPEN and not _is_here(self.host):
            reason = (
                "sslmode=disable would send usage and the password in the clear;"
                " leave it out, or use sslmode=require where the server's certificate can't be checked"
            )
        else:
            return
        raise LedgerError(path=self.name, reason=reason)


def _is_here(host: str) -> bool:
    """Is it this machine itself?"""
    if host.startswith("/") or host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
