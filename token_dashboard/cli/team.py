"""What the settings say of a team, as the engine takes it."""

import socket
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import TYPE_CHECKING

from token_dashboard.config.finding import Loaded
from token_dashboard.config.settings import Settings
from token_dashboard.config.team_settings import TeamSettings
from token_dashboard.engine.replication import Identity
from token_dashboard.ledger import Ledger, open_ledger
from token_dashboard.model.clock import Clock, SystemClock
from token_dashboard.model.errors import LedgerError
from token_dashboard.model.secret import Secret

if TYPE_CHECKING:
    from token_dashboard.engine.poller import Step


def identity_of(team: TeamSettings) -> Identity:
    """How this machine and its people are called; without a word about it the machine's own name."""
    return Identity(
        machine=team.machine or socket.gethostname() or "machine", person=team.person, people=team.people
    )


def open_team(loaded: Loaded) -> AbstractAsyncContextManager[Ledger]:
    """The ledger that the team shares.

    Raises:
        ConfigError: the settings name none, or the one that is asked here anyway.
    """
    url = loaded.settings.team.url
    if loaded.settings.is_teams_ledger:
        raise loaded.refusal(
            ("ledger", "url"),
            "is the team's ledger; leave it out, and this machine has one of its own to send from.",
        )
    if url is None:
        raise loaded.refusal(
            ("team", "url"),
            'is needed: the database that the team shares, for example "${TEAM_LEDGER_URL}".',
        )
    return open_ledger(url, SystemClock())


def team_steps(loaded: Loaded, ledger: Ledger, clock: Clock) -> "tuple[Step, ...]":
    """What keeps the team's ledger up to date while a gateway runs, if there is one."""
    team = loaded.settings.team
    if team.url is None or loaded.settings.is_teams_ledger:
        return ()
    from token_dashboard.engine.team_sync import TeamSync

    every_s = team.sync_minutes * 60
    return (TeamSync(ledger, partial(open_team, loaded), identity_of(team), every_s, clock).step,)


def team_name(settings: Settings) -> str | None:
    """What the ledger is called that this machine sends to; ``None``: it sends to none."""
    if settings.team.url is None or settings.is_teams_ledger:
        return None
    from token_dashboard.ledger._postgres_address import Address

    return Address.of(settings.team.url).name


def bundle_key(loaded: Loaded) -> Secret:
    """What bundles are signed with.

    Raises:
        ConfigError: the settings have none.
    """
    key = loaded.settings.team.bundle_key
    if key is None:
        raise loaded.refusal(
            ("team", "bundleKey"),
            "is needed: a random text that all machines have alike. `openssl rand -hex 32` makes one.",
        )
    return key


def check_addresses(loaded: Loaded) -> None:
    """Are the addresses of databases well formed?

    Raises:
        ConfigError: says what is wrong, without the address, which holds a password.
    """
    for setting, url in (("ledger", loaded.settings.ledger.url), ("team", loaded.settings.team.url)):
        if url is not None:
            from token_dashboard.ledger._postgres_address import Address

            try:
                Address.of(url)
            except LedgerError as error:
                reason = f"can't be used: {error.params['reason']}."
                raise loaded.refusal((setting, "url"), reason) from error
