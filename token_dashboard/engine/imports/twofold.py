"""Days that an import told of and logs tell of as well, because the logs came later."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from token_dashboard.ledger import Ledger
from token_dashboard.ledger.upkeep import Upkeep
from token_dashboard.ledger.withdrawals import beside_imports
from token_dashboard.model.period import local_date


def logs_suffice(read_tokens: int, imported_tokens: int) -> bool:
    """Do logs tell half as much of a day as an import of the same logs, or more?

    Of a day whose logs are mostly gone, counting the rest of them twice is less wrong than leaving out what
    only the import knows.
    """
    return 2 * read_tokens >= imported_tokens


async def days_counted_twice(ledger: Ledger, tz: ZoneInfo) -> Mapping[str, Sequence[date]]:
    """By agent its days, in order, of which an import would give way to logs if it were done again."""
    imported: Counter[tuple[str, date]] = Counter()
    read: Counter[tuple[str, date]] = Counter()
    for one in await beside_imports(Upkeep.of(ledger)):
        place = one.agent, local_date(one.time_ms, tz)
        imported[place] += one.imported
        read[place] += one.read
    days: dict[str, list[date]] = {}
    for (agent, day), tokens in sorted(imported.items()):
        if tokens and read[agent, day] and logs_suffice(read[agent, day], tokens):
            days.setdefault(agent, []).append(day)
    return days
