"""What is stored, and the one room with SQL: usage, its roll-ups, accounts, alerts, how far logs were read.

``open_ledger`` is the door. A machine's ledger is one SQLite file that several processes may use at once.
``glance`` is a window for those in a hurry; for them nothing else is loaded before it is asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from token_dashboard.ledger._opening import PATIENCE_S, Ledger, open_ledger, require_postgres
    from token_dashboard.ledger.alerts import AlertStore, Crossing, Decision
    from token_dashboard.ledger.budgets import BudgetStore
    from token_dashboard.ledger.notes import NoteStore
    from token_dashboard.ledger.outbox import OutboxStore
    from token_dashboard.ledger.provider_facts import Owner, ProviderFacts
    from token_dashboard.ledger.reports import AgentCount, UsageReports
    from token_dashboard.ledger.snapshots import AccountRecord, SnapshotStore
    from token_dashboard.ledger.usage import Recorded, UsageStore
else:
    _MODULES = {
        "PATIENCE_S": "_opening",
        "AccountRecord": "snapshots",
        "AgentCount": "reports",
        "AlertStore": "alerts",
        "BudgetStore": "budgets",
        "Crossing": "alerts",
        "Decision": "alerts",
        "Ledger": "_opening",
        "NoteStore": "notes",
        "OutboxStore": "outbox",
        "Owner": "provider_facts",
        "ProviderFacts": "provider_facts",
        "Recorded": "usage",
        "SnapshotStore": "snapshots",
        "UsageReports": "reports",
        "UsageStore": "usage",
        "open_ledger": "_opening",
        "require_postgres": "_opening",
    }

    def __getattr__(name: str) -> object:
        if name not in _MODULES:
            raise AttributeError(name)
        return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)


__all__ = [
    "PATIENCE_S",
    "AccountRecord",
    "AgentCount",
    "AlertStore",
    "BudgetStore",
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
    "require_postgres",
]
