"""Answers that come in pieces: bytes into events, events into what they say was used."""

from abc import ABC, abstractmethod
from collections.abc import Iterator

from token_dashboard.model.capture import RequestUsage

_LONGEST_LINE = 4 * 1024 * 1024
"""No event that tells usage is longer; one that is would only fill the memory."""


class Stream(ABC):
    """Reads a streamed answer as it passes. ``feed`` takes any pieces; ``usage`` may be asked at any time."""

    def __init__(self) -> None:
        self._rest = b""
        self._is_too_long = False

    def feed(self, piece: bytes) -> None:
        """The next bytes of the body, cut anywhere."""
        for line in self._lines(piece):
            if payload := _payload(line):
                self.event(payload)

    @abstractmethod
    def event(self, payload: bytes) -> None:
        """One event's JSON; of binary streams, the caller unpacks it."""

    @property
    @abstractmethod
    def usage(self) -> RequestUsage | None:
        """What was used, as far as it was told; ``is_whole`` says whether the answer came to its end."""

    def _lines(self, piece: bytes) -> Iterator[bytes]:
        *lines, self._rest = (self._rest + piece).split(b"\n")
        for line in lines:
            if self._is_too_long:
                self._is_too_long = False
            else:
                yield line
        if len(self._rest) > _LONGEST_LINE:
            self._rest, self._is_too_long = b"", True


def _payload(line: bytes) -> bytes:
    """The JSON of a line, be it a server-sent event's, whose comments start with a colon, or bare."""
    line = line.strip()
    if line.startswith(b"data:"):
        line = line.removeprefix(b"data:").strip()
    return line if line.startswith(b"{") else b""
