"""Deletes what is older than the operator keeps."""

from token_dashboard.cli.team import team_name
from token_dashboard.config.settings import Settings
from token_dashboard.engine.no_news import PRUNED
from token_dashboard.ledger import Ledger
from token_dashboard.model.period import DAY_MS, local_date, zone

FACTS_DAYS = 400
"""How long vendors' daily figures are kept: this month and the same one a year ago can be compared."""
UNDELIVERED_DAYS = 30
"""How long messages that did not arrive are shown."""


async def prune(settings: Settings, ledger: Ledger, now_ms: int) -> None:
    """Delete the detail of old requests, whose totals stay, and alerts that were over before.

    What a team's ledger is still to be told keeps its detail until then. Vendors' figures, reservations of
    budgets and messages that were given up go after a time of their own.
    """
    kept_ms = kept_from_ms(settings, now_ms)
    team = team_name(settings)
    told = None
    if team is not None:
        from token_dashboard.engine.replication import told_through

        told = await told_through(ledger, team)
    await ledger.usage.prune(kept_ms, told)
    await ledger.alerts.prune(kept_ms)
    await ledger.budgets.prune(now_ms - DAY_MS)
    await ledger.outbox.prune(now_ms - UNDELIVERED_DAYS * DAY_MS)
    await ledger.facts.prune(local_date(now_ms - FACTS_DAYS * DAY_MS, zone("UTC")))
    await ledger.notes.set(PRUNED, str(now_ms))


def kept_from_ms(settings: Settings, now_ms: int) -> int:
    """The moment before which detail is deleted."""
    return now_ms - settings.history_retention_days * DAY_MS
