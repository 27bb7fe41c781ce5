"""A ledger that can't be used for a while is told of once by a service, and so is that it can be again."""

import logging

_log = logging.getLogger(__name__)


class LedgerOutage:
    """One for all that work on a ledger side by side."""

    def __init__(self) -> None:
        self._failing = set[object]()
        self._told = set[str]()

    def failed(self, who: object, error: Exception) -> None:
        """One of them could not use it; each reason is told once."""
        self._failing.add(who)
        reason = str(error)
        if reason not in self._told:
            self._told.add(reason)
            _log.warning("%s", reason)

    def worked(self, who: object) -> None:
        """One of them got its work done; it is over when that one had failed before."""
        if who in self._failing:
            self._failing.clear()
            self._told.clear()
            _log.warning("the ledger can be used again")
