"""What an operator writes of a team: where its shared ledger is, and how this machine is called in it."""

from collections.abc import Mapping
from dataclasses import field
from typing import Annotated, TypeAlias
from urllib.parse import parse_qsl, unquote

from token_dashboard.config import values
from token_dashboard.config.section import Section
from token_dashboard.config.values import Written
from token_dashboard.model.record import record
from token_dashboard.model.secret import Secret

_Key: TypeAlias = Annotated[Secret | None, Written(values.key)]
_Text: TypeAlias = Annotated[str | None, Written(values.text)]


@record
class TeamSettings(Section):
    """Several machines as one."""

    url: _Key = None
    """The database that the team shares, ``postgresql://…``; ``None``: there is none."""
    machine: _Text = None
    """``None``: the machine's own name."""
    person: _Text = None
    """Whose requests those are that name nobody."""
    people: Mapping[str, Annotated[str, Written(values.text)]] = field(default_factory=dict)
    """What people are called, by the names that logs and programs have for them."""
    sync_minutes: Annotated[int, Written(values.whole(1, 1440))] = 15
    bundle_key: Annotated[Secret | None, Written(values.shared_key)] = None
    """What bundles are signed with."""

    def is_at(self, url: Secret | None) -> bool:
        """Is that the database that the team shares, whoever asks there?"""
        return url is not None and self.url is not None and _database(url) == _database(self.url)


def _database(url: Secret) -> tuple[str, str, str | None]:
    """Where it is, in one spelling. Who asks there and how safely doesn't matter."""
    place, _, settings = url.reveal().strip().partition("?")
    server, _, database = place.partition("//")[2].rpartition("@")[2].partition("/")
    socket = dict(parse_qsl(settings)).get("host")
    return server.lower().removesuffix(":5432") or "localhost", unquote(database), socket
