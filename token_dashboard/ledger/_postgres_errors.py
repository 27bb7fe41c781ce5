"""What asyncpg raises, as our errors: in words that say what helps, and never with a password."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from token_dashboard.model.errors import LedgerError, LedgerLocked

GONE = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # an answer that was cut leaves the client's protocol in no known state
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    OSError,
)
"""What a question to a server that has gone away may end with."""

_HELP = {
    asyncpg.ReadOnlySQLTransactionError: "give the address of the primary server, not of a replica",
    asyncpg.TooManyConnectionsError: "try again later, or give the address of its pooler",
    asyncpg.CannotConnectNowError: "try again in a moment",
}
_HELP_BY_WORDS = {
    ", no encryption": "if it asks for encryption, append ?sslmode=require",
    "permission denied for database": "it needs: grant create on database … to this user",
    "permission denied for": "this user lacks the right to read or to write there",
}
"""Where one kind of error has several causes, which the server's sentence alone tells apart."""

_UNKNOWN_ISSUER = {18, 19, 20, 21}
"""OpenSSL's numbers for a certificate that nobody signed who is known here (its x509_vfy.h)."""


@contextmanager
def translated(name: str) -> Iterator[None]:
    """Turns what asyncpg raises into our errors, which never show a password."""
    try:
        yield
    except asyncpg.LockNotAvailableError as error:
        raise LedgerLocked(path=name) from error
    except asyncpg.PostgresError as error:
        raise LedgerError(path=name, reason=said(error)) from error
    except TimeoutError as error:
        raise LedgerError(path=name, reason="the server doesn't answer") from error
    except asyncpg.InternalClientError as error:
        raise LedgerError(path=name, reason="the connection was cut in the middle of an answer") from error
    except (asyncpg.InterfaceError, OSError) as error:
        raise LedgerError(path=name, reason=_reason(error)) from error


def said(error: asyncpg.PostgresError) -> str:
    """What the server says, and what helps where it says too little."""
    words = str(error.args[0]).rstrip(".")
    by_words = (helps for part, helps in _HELP_BY_WORDS.items() if part in words)
    helps = _HELP.get(type(error)) or next(by_words, None)
    return f"{words}; {helps}" if helps else words


def _reason(error: Exception) -> str:
    if isinstance(error, (ConnectionRefusedError, FileNotFoundError)):  # a port, a socket
        return "no server answers there"
    if isinstance(error, ssl.SSLCertVerificationError):
        reason = f"its certificate isn't trusted ({error.verify_message.rstrip('.')})"
        is_of_nobody_known = error.verify_code in _UNKNOWN_ISSUER
        return (
            f"{reason}; if its vendor signs by itself, append ?sslrootcert=FILE"
            if is_of_nobody_known
            else reason
        )
    if "rejected SSL upgrade" in str(error):  # so asyncpg says it
        return "the server offers no encryption; switch it on there (ssl = on)"
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return str(error)
