"""The login that a vendor's own program keeps in a file: read, never renewed and never written.

Renewing it would take it from that program, whose refresh tokens serve once.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from token_dashboard.model.errors import ProviderUnavailable, UnexpectedResponse
from token_dashboard.model.key import Key
from token_dashboard.model.record import record
from token_dashboard.providers._answer import decode
from token_dashboard.providers._contract import Credential

T = TypeVar("T")

_MAX_BYTES = 1024 * 1024


@record
class Login:
    """How a login is found, and which program renews it."""

    read: Callable[[Mapping[str, str], Path], Key | None]
    """Takes the environment and the home folder; ``None`` when nobody is logged in. Uses ``read_json``."""
    command: str
    """What a person runs when it has expired: ``codex login``."""


def read_json(path: Path, shape: type[T]) -> T | None:
    """A program's file as ``shape``, which is written as for answers; ``None`` when there is none.

    Raises:
        OSError: it can't be read.
        ValueError: it is no JSON of this shape, perhaps because it is being written at this moment.
    """
    try:
        with path.open("rb") as file:
            body = file.read(_MAX_BYTES)
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        return decode(body, shape, "")
    except UnexpectedResponse as error:
        raise ValueError(error.params["fields"]) from None


def find_login(
    credential: Credential, environment: Mapping[str, str], home: Path, provider: str
) -> Key | None:
    """The login of a credential's kind.

    Raises:
        ProviderUnavailable: there is one that can't be read now.
    """
    if credential.login is None:
        return None
    try:
        return credential.login.read(environment, home)
    except (OSError, ValueError):
        pass
    raise ProviderUnavailable(provider=provider, reason="its stored login could not be read just now")
