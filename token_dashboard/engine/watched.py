"""The agents whose logs are read, and the files of each."""

from pathlib import Path
from typing import NamedTuple

from token_dashboard.agents._contract import AgentLog
from token_dashboard.model.cursor import LogFile

SCANNED = "scanned_ms"
"""The ledger's note of when all logs were last looked through, UTC epoch milliseconds."""


class WatchedAgent(NamedTuple):
    """An agent whose logs are read, and where they are."""

    agent: AgentLog
    homes: tuple[Path, ...]

    def files(self) -> list[LogFile]:
        """All its log files. Homes may lie within each other; a file is told once."""
        if len(self.homes) == 1:
            return list(self.agent.find(self.homes[0]))
        found: dict[str, LogFile] = {}
        for home in self.homes:
            for file in self.agent.find(home):
                found.setdefault(file.path, file)
        return list(found.values())
