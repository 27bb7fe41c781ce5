"""A ledger, and what the commands that keep and move it did, for their pages and documents."""

from dataclasses import replace
from datetime import date

from token_dashboard.model.attribution import Attribution
from token_dashboard.model.imported import Imported, ImportedWindows, Overlap, PassedOver, Undone
from token_dashboard.model.keeping import (
    BackedUp,
    Checked,
    Contents,
    Purge,
    Restored,
    StoredAgent,
    StoredTable,
    Vacuumed,
)
from token_dashboard.model.scan import Reading, Reject
from token_dashboard.model.sharing import BundleFile, RefusedBundle, Sent, TakenBundle, TakenBundles
from token_dashboard.model.usage import UsageEvent

NOON = 1_795_176_000_000
"""2026-11-20 12:00 UTC."""
DAY = 86_400_000
LEDGER = "/home/ada/.local/state/token-dashboard/ledger.db"

CONTENTS = Contents(
    path=LEDGER,
    size_bytes=18_412_544,
    free_bytes=409_600,
    rows={"event": 72_010, "rollup": 4_100, "thread": 1_204, "log_file": 412, "reject": 1, "series": 40},
    sessions=1_204,
    requests=100_214,
    requests_without_detail=28_204,
    first_ms=NOON - 400 * DAY,
    last_ms=NOON,
    agents=(
        StoredAgent(agent="claude-code", requests=100_205, first_ms=NOON - 400 * DAY, last_ms=NOON),
        StoredAgent(agent=None, requests=9, first_ms=NOON - 3 * DAY, last_ms=NOON - DAY),
    ),
    tables=(
        StoredTable(table="event", size_bytes=14_000_000, rows=72_010),
        StoredTable(table="sqlite_schema", size_bytes=16_384, rows=None),
    ),
)
ON_SERVER = replace(
    CONTENTS,
    path=None,
    size_bytes=412_004_352,
    free_bytes=None,
    requests_without_detail=0,
    rows={**CONTENTS.rows, "log_file": 1, "reject": 0},
    tables=(StoredTable(table="event", size_bytes=405_995_520, rows=72_010),),
)
NOTHING = replace(
    ON_SERVER,
    size_bytes=16_384,
    tables=(),
    rows=dict.fromkeys(CONTENTS.rows, 0),
    sessions=0,
    requests=0,
    first_ms=None,
    last_ms=None,
    agents=(),
)
COPY = BackedUp(file="backups/ledger.db", size_bytes=18_412_544)
PUT_BACK = Restored(
    path=LEDGER, file="backups/ledger.db", requests=100_214, kept=f"{LEDGER}.before-restore-1"
)
SERVER = "db.example.org/usage"
PUT_BACK_THERE = replace(PUT_BACK, path=SERVER, kept="server-ledger.before-restore-1.db")
SHRUNK = Vacuumed(path=LEDGER, before_bytes=18_412_544, after_bytes=999)
CLEARED = Vacuumed(path=SERVER, before_bytes=18_412_544, after_bytes=18_412_544, freed_rows=1_204)
SOUND = Checked(path=LEDGER, faults=(), requests_without_detail=0, detail_begins_ms=None)
DAMAGED = Checked(
    path=LEDGER,
    faults=("SQLite found: row 3 missing from index",),
    requests_without_detail=None,
    detail_begins_ms=None,
)
WRONG = Checked(
    path=SERVER,
    faults=(
        "1,204 quarters of an hour whose totals differ from their requests",
        "301 hours whose totals differ from their quarters",
        "3 days whose totals differ from their quarters",
        "12 requests missing in the totals, since their detail was deleted",
        "2 rows whose owner is not known",
        "1 requests that don't lie where their keys say",
        "7 rows more or fewer than came in",
    ),
    requests_without_detail=28_204,
    detail_begins_ms=NOON - 90 * DAY,
)
PURGES = (
    Purge(before=date(2026, 1, 1), agent=None, requests=1),
    Purge(before=None, agent="codex", requests=4_100),
    Purge(before=date(2026, 1, 1), agent="codex", requests=2, untold=0),
    Purge(before=None, agent="codex", requests=4_100, untold=1),
    Purge(before=None, agent="codex", requests=4_100, untold=1_204),
)

BROUGHT = Imported(
    found=1_240,
    new=1_180,
    left_out=12,
    tokens=12_412_345,
    their_cost_nanos=41_218_000_000,
    list_cost_nanos=40_907_345_678,
    unpriced_models=("?", "mystery-1"),
    overlaps=(
        Overlap("claude-code", date(2026, 11, 20), 680),
        *(Overlap("codex", date(2026, 11, day), 1_240_000) for day in range(1, 12)),
    ),
    rejects=(
        Reject(path="usage.jsonl", line=2, reason="inputTokens must be a whole number of 0 to 1,000,000,000"),
        Reject(path="usage.jsonl", line=9, reason="it is no JSON"),
        *(Reject(path="usage.jsonl", line=line, reason="id is missing") for line in range(20, 60)),
    ),
    rejected=1_042,
)
NEWLY = Imported(
    found=1,
    new=1,
    tokens=13,
    their_cost_nanos=None,
    list_cost_nanos=None,
    unpriced_models=("mystery-1",),
    overlaps=(),
    rejects=(
        Reject(
            path="standard input",
            line=1,
            reason="there are no tokens in it: say how many with input and output",
        ),
    ),
    rejected=1,
)
AGAIN = replace(NEWLY, new=0, unpriced_models=(), list_cost_nanos=45_000_000, rejects=(), rejected=0)
WINDOWS = ImportedWindows(
    samples=1_204,
    new=204,
    left_out=(
        PassedOver("openai: Spend (MTD)", 1, "token-dashboard keeps no window of this kind"),
        PassedOver(
            "openai: usage by model",
            3,
            "sums of a month so far are no usage of single days; ask the vendor: tokens providers books",
        ),
    ),
    rejects=(Reject(path="history.db", line=7, reason="the row has no time or no percentage"),),
)
UNDONE = Undone(found=1_240, withdrawn=1_180, inseparable=12)
EVENT = UsageEvent(
    key=7,
    time_ms=NOON,
    source="manual",
    agent=None,
    provider="openai",
    model="gpt-5.2",
    input_tokens=12_000,
    output_tokens=300,
    attribution=Attribution(app="batch"),
    recorded_cost_nanos=1_500_000_000,
    list_cost_nanos=4_500_000,
)
UNPRICED = EVENT._replace(model="mystery-1", recorded_cost_nanos=None, list_cost_nanos=None)

SENT = Sent(to="db.example.org/usage", machine="anns-laptop", sent=1_204, new=1_100, withdrawn=5)
MADE = BundleFile(file="sync/laptop.bundle", machine="anns-laptop", made_ms=NOON, requests=1)
TAKEN = TakenBundle(file="sync/box.bundle", machine="box", made_ms=NOON, requests=1_204, new=1_100)
BUNDLES = TakenBundles(
    bundles=(TAKEN,),
    refused=(RefusedBundle(file="sync/odd.bundle", reason="it is no bundle, or not a whole one"),),
)

HALFWAY = Reading(
    files=206,
    files_in_all=412,
    bytes_read=512 << 20,
    bytes_in_all=1_024 << 20,
    requests=50_107,
    rejects=1,
)
