"""What is stored, and the one room with SQL: usage, its roll-ups, accounts, alerts, how far logs were read.

``open_ledger`` is the door. A machine's ledger is one SQLite file that several processes may use at once.
"""

from token_dashboard.ledger._opening import PATIENCE_S, Ledger, open_ledger
from token_dashboard.ledger.alerts import AlertStore, Crossing, Decision
from token_dashboard.ledger.notes import NoteStore
from token_dashboard.ledger.outbox import OutboxStore
from token_dashboard.ledger.provider_facts import Owner, ProviderFacts
from token_dashboard.ledger.reports import AgentCount, UsageReports
from token_dashboard.ledger.snapshots import AccountRecord, SnapshotStore
from token_dashboard.ledger.usage import Recorded, UsageStore

__all__ = [
    "PATIENCE_S",
    "AccountRecord",
    "AgentCount",
    "AlertStore",
    "Crossing",
    "Decision",
    "Ledger",
    "NoteStore",
    "OutboxStore",
    "Owner",
    "ProviderFacts",
    "Recorded",
    "SnapshotStore",
    "UsageReports",
    "UsageStore",
    "open_ledger",
]
