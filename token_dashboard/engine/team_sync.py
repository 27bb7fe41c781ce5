"""Keeps the team's ledger up to date while a gateway runs."""

import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from token_dashboard.engine.replication import Identity, replicate
from token_dashboard.ledger import Ledger
from token_dashboard.model.clock import Clock
from token_dashboard.model.errors import LedgerError

_log = logging.getLogger(__name__)

OpenTeam = Callable[[], AbstractAsyncContextManager[Ledger]]
"""Opens the ledger that the team shares. Raises ``LedgerError``."""


class TeamSync:
    """Replicates now and then. What can't be sent waits in this machine's ledger while detail is kept."""

    def __init__(
        self, ledger: Ledger, open_team: OpenTeam, identity: Identity, every_s: float, clock: Clock
    ) -> None:
        self._ledger = ledger
        self._open_team = open_team
        self._identity = identity
        self._every_s = every_s
        self._clock = clock
        self._fails = False
        self._has_namesake = False

    async def step(self) -> float:
        """Send what is new; gives the seconds until the next time. A failure is logged once, and its end."""
        try:
            async with self._open_team() as team:
                synced = await replicate(self._ledger, team, self._identity, self._clock.now_ms())
        except LedgerError as error:
            if not self._fails:
                _log.warning("%s", error)
            self._fails = True
        else:
            if self._fails:
                _log.warning("the team's ledger can be reached again")
            self._fails = False
            if synced.has_namesake and not self._has_namesake:
                _log.warning("another ledger sends as %s, too; see team.machine", self._identity.machine)
            self._has_namesake = synced.has_namesake
        return self._every_s
