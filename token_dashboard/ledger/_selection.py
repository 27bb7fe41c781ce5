"""Which usage is meant when much of it is to be deleted, as a condition on rows."""

from typing import NamedTuple

from token_dashboard.ledger._database import Value


class Selection(NamedTuple):
    """All usage of an agent, all before a moment, or what is both."""

    before_ms: int | None = None
    """On a quarter of an hour, where totals are meant too."""
    agent: str | None = None

    def where(self, moment: str) -> tuple[str, list[Value]]:
        """A condition, with its values, on a table that has its time in this column."""
        parts, values = ["1 = 1"], list[Value]()
        if self.before_ms is not None:
            parts.append(f"{moment} < ?")
            values.append(self.before_ms)
        if self.agent is not None:
            parts.append("series_id in (select id from series where agent = ?)")
            values.append(self.agent)
        return " and ".join(parts), values
