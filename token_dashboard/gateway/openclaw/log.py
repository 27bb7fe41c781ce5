"""Our log in the host's log."""

import logging

from token_dashboard.gateway.openclaw.peer import Peer


class HostLog(logging.Handler):
    """Hands each record on, its sentence alone."""

    def __init__(self, peer: Peer) -> None:
        super().__init__()
        self._peer = peer

    def emit(self, record: logging.LogRecord) -> None:
        self._peer.tell("log", {"level": _level(record.levelno), "message": record.getMessage()})


def _level(number: int) -> str:
    if number >= logging.ERROR:
        return "error"
    return "warn" if number >= logging.WARNING else "info"
