"""Sums over single events, as the roll-ups should have them: the same arithmetic, from the other side."""

from collections.abc import Sequence
from datetime import date

from token_dashboard.ledger._sums import Sums
from token_dashboard.model.money import NANOS_PER_UNIT
from token_dashboard.model.period import BUCKET_MS, DAY_MS
from token_dashboard.model.usage import IMPLAUSIBLE

_SINCE_YEAR_0_MS = date(1970, 1, 1).toordinal() * DAY_MS
_BUCKET = f"(event.time_ms + {_SINCE_YEAR_0_MS}) / {BUCKET_MS} * {BUCKET_MS} - {_SINCE_YEAR_0_MS}"
"""Counted from the year 0, since division rounds towards it and logs may claim times before 1970."""
_WITHOUT_LIST, _WITHOUT_LIKELY = (
    f"case when {cost} is null then input_tokens + output_tokens else 0 end" for cost in ("listed", "likely")
)
_OF_EVENT = {
    "requests": "weight",
    "priced_requests": "case when listed is null then 0 else weight end",
    "list_cost_units": f"coalesce(listed / {NANOS_PER_UNIT}, 0)",
    "list_cost_nanos": f"coalesce(listed % {NANOS_PER_UNIT}, 0)",
    "unpriced_tokens": _WITHOUT_LIST,
    "recorded_requests": "case when recorded is null then 0 else weight end",
    "recorded_cost_units": f"coalesce(recorded / {NANOS_PER_UNIT}, 0)",
    "recorded_cost_nanos": f"coalesce(recorded % {NANOS_PER_UNIT}, 0)",
    "open_sums": "is_open",
    "likely_requests": "case when likely is null then 0 else weight end",
    "likely_cost_units": f"coalesce(likely / {NANOS_PER_UNIT}, 0)",
    "likely_cost_nanos": f"coalesce(likely % {NANOS_PER_UNIT}, 0)",
    "unknown_cost_tokens": _WITHOUT_LIKELY,
    "doubtful_requests": "case when is_doubtful = 1 then weight else 0 end",
}
_COUNTS = [name for name in Sums._fields if name not in _OF_EVENT]

PLACE = "bucket_ms, series_id, thread_id"
_SUMS = ", ".join(f"sum({_OF_EVENT.get(name, name)}) as {name}" for name in Sums._fields)


def sums_of_events(tables: str, where: str, by: Sequence[str] = ()) -> str:
    """A statement for the sums, in the order of ``Sums``, over the events that count.

    ``by`` are columns of ``PLACE`` that it is grouped by, and that stand before the sums.
    """
    columns = "".join(f"{column}, " for column in by)
    grouped = f" group by {', '.join(by)}" if by else ""
    return (
        f"select {columns}{_SUMS} from ("
        "select *, case when coalesce(recorded, 0) = 0 or is_doubtful = 1 then listed"
        " else recorded end as likely"
        f" from (select {_BUCKET} as bucket_ms,"
        " event.series_id, event.thread_id,"
        f" {', '.join(f'event.{name}' for name in _COUNTS)}, coalesce(event.requests, 1) as weight,"
        " case when event.requests is null then 1 else 0 end as is_open,"
        " event.list_cost_nanos as listed, event.recorded_cost_nanos as recorded,"
        " case when coalesce(event.recorded_cost_nanos, 0) <> 0 and coalesce(event.list_cost_nanos, 0) <> 0"
        f" and (event.recorded_cost_nanos >= {IMPLAUSIBLE} * event.list_cost_nanos"
        f" or event.list_cost_nanos >= {IMPLAUSIBLE} * event.recorded_cost_nanos)"
        " then 1 else 0 end as is_doubtful"
        f" from {tables} where event.role <> 2 and {where}) as weighed) as judged{grouped}"
    )
