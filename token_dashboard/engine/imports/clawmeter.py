"""The history of clawmeter: how full usage windows were, in SQLite.

Claude's windows go into the history of ours. Not taken: what it noted of OpenAI and xAI by model (sums of a
month so far, of OpenAI's first page of results only), and what no window of ours means (Ollama's memory,
spend).
"""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

from token_dashboard.agents._sqlite_file import Row
from token_dashboard.engine.imports.databases import rows_of
from token_dashboard.engine.imports.told import epoch_ms
from token_dashboard.ledger.imported_windows import WindowSample
from token_dashboard.model.errors import AgentLogError
from token_dashboard.model.imported import PassedOver
from token_dashboard.model.record import record
from token_dashboard.model.scan import Reject

_ACCOUNT = "default"
_WINDOWS: Mapping[tuple[str, str], tuple[str, str]] = {
    ("claude", "Session (5h)"): ("claude-oauth", "5h"),
    ("claude", "Weekly (7d)"): ("claude-oauth", "7d"),
    ("claude", "Weekly Opus (7d)"): ("claude-oauth", "7d-opus"),
    ("claude", "Weekly Sonnet (7d)"): ("claude-oauth", "7d-sonnet"),
    ("claude", "Weekly Cowork (7d)"): ("claude-oauth", "7d-cowork"),
}
_BY_MODEL = "sums of a month so far are no usage of single days; ask the vendor: tokens providers books"
_OTHER = "token-dashboard keeps no window of this kind"
_SENSELESS = "the row has no time or no percentage"
_SELECT = "select provider, window_name, timestamp, utilisation, id from usage_samples order by timestamp, id"

_MODELS = "select provider, count(*) from model_usage group by 1 order by 1"


@record
class History:
    """What such a database holds."""

    samples: tuple[WindowSample, ...]
    """Oldest first."""
    passed_over: tuple[PassedOver, ...]
    """What has no place here."""
    rejects: tuple[Reject, ...]
    """Rows of Claude's windows that make no sense, by their ids."""


def history(path: str) -> History:
    """Read a database.

    Raises:
        AgentLogError: it can't be read, or is no history of clawmeter.
    """
    try:
        tables = _tables(path)
        rows = rows_of(path, _SELECT, lambda row: row)
        models = rows_of(path, _MODELS, lambda row: row) if "model_usage" in tables else []
    except ValueError as error:
        raise AgentLogError(path=path, reason=str(error)) from error
    samples: list[WindowSample] = []
    rejects: list[Reject] = []
    others: Counter[str] = Counter()
    for row in rows:
        provider, name = (str(word or "") for word in row[:2])
        window = _WINDOWS.get((provider, name))
        if window is None:
            others[f"{provider}: {name}"] += 1
        elif sample := _sample(row, *window):
            samples.append(sample)
        else:
            rejects.append(Reject(path=path, line=int(str(row[4])), reason=_SENSELESS))
    samples.sort(key=lambda one: one.time_ms)
    by_model = [
        PassedOver(f"{provider or ''!s}: usage by model", int(str(count)), _BY_MODEL)
        for provider, count in models
    ]
    return History(
        samples=tuple(samples),
        passed_over=(*(PassedOver(what, rows, _OTHER) for what, rows in sorted(others.items())), *by_model),
        rejects=tuple(sorted(rejects)),
    )


def _tables(path: str) -> set[str]:
    tables = set(rows_of(path, "select name from sqlite_master", lambda row: str(row[0])))
    if "usage_samples" not in tables:
        raise ValueError("it is no history of clawmeter: it has no table usage_samples")
    return tables


def _sample(row: Row, provider: str, name: str) -> WindowSample | None:
    timestamp, percent = row[2:4]
    if isinstance(percent, bool) or not isinstance(percent, int | float) or not 0 <= percent < 10_000:
        return None
    try:
        moment = datetime.fromisoformat(str(timestamp))
        time_ms = epoch_ms(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None
    return WindowSample(provider, _ACCOUNT, name, time_ms, Decimal(repr(percent)))
