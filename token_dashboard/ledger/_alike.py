"""Requests that have the same rates, added up.

Of nearly all of them the roll-ups tell enough: all that they hold, less the few requests that are *apart*, of
which an index leads to each. The others are one price's, whatever it is, so their sums have it.

The roll-ups don't tell which requests still have their detail, how large prompts were below ``LARGE``, or
which of the same owner and day had a price when they were recorded. Where that matters, each request is
looked at, which takes half a second for a million.
"""

from collections.abc import Collection, Iterable, Sequence
from operator import sub
from typing import NamedTuple

from token_dashboard.ledger import _deletions
from token_dashboard.ledger._database import Database, Reader, Row, Value
from token_dashboard.ledger._rows import REPLAY
from token_dashboard.model.alike import Alike, Lines
from token_dashboard.model.attribution import NOBODY, Attribution
from token_dashboard.model.money import NANOS_PER_UNIT
from token_dashboard.model.period import BUCKET_MS, DAY_MS, HOUR_MS, MINUTE_MS, Period
from token_dashboard.model.usage import UsageEvent

PRICED = (
    "key, time_ms, series_id, input_tokens, cache_read_input_tokens, cache_creation_input_tokens,"
    " cache_creation_1h_input_tokens, output_tokens, reasoning_output_tokens, web_searches, requests,"
    " recorded_cost_nanos, list_cost_nanos"
)
"""What ``priced_event`` makes an event of."""
LARGE = 199_999
"""Prompts of more tokens are apart. Prices that begin with fewer are rare."""
_APART = (
    f"(input_tokens > {LARGE} or requests is null or requests <> 1"
    " or cache_read_input_tokens + cache_creation_input_tokens > input_tokens"
    " or cache_creation_1h_input_tokens > cache_creation_input_tokens"
    " or reasoning_output_tokens > output_tokens) is true"
)
"""Word for word what the index ``event_apart`` is of: else it isn't used."""

_EVENT_SUMS = {
    "units": f"coalesce(list_cost_nanos / {NANOS_PER_UNIT}, 0)",
    "nanos": f"coalesce(list_cost_nanos % {NANOS_PER_UNIT}, 0)",
    "requests": "coalesce(requests, 1)",
    "plain": "case when {sent} > {read} + {made} then {sent} - {read} - {made} else 0 end",
    "cache_read": "{read}",
    "cache_creation": "case when {made} > 0 and {made} > {hour} then {made} - {hour} else 0 end",
    "cache_creation_1h": "case when {made} > 0 then {hour} else 0 end",
    "output": "output_tokens",
    "reasoning": "case when reasoning_output_tokens < output_tokens then reasoning_output_tokens"
    " else output_tokens end",
    "web_searches": "web_searches",
}
"""What is priced of a request, as ``pricing.sheet.list_cost`` counts it: no part of it is below 0."""
_BUCKET_SUMS = {
    "units": "list_cost_units",
    "nanos": "list_cost_nanos",
    "requests": "requests",
    "plain": "{sent} - {read} - {made}",
    "cache_read": "{read}",
    "cache_creation": "{made} - {hour}",
    "cache_creation_1h": "{hour}",
    "output": "output_tokens",
    "reasoning": "reasoning_output_tokens",
    "web_searches": "web_searches",
}
"""The same of a roll-up's row, as far as it holds no request that is apart."""
_HELD_AT_0 = ("plain", "cache_creation", "cache_creation_1h", "reasoning")
_COUNTED_SUMS = {name: (_BUCKET_SUMS if name in _HELD_AT_0 else _EVENT_SUMS)[name] for name in _EVENT_SUMS}
"""What a request is in the sums of a roll-up, which hold no part of it at 0."""


def _select(sums: Iterable[str]) -> str:
    of_input = {
        "sent": "input_tokens",
        "read": "cache_read_input_tokens",
        "made": "cache_creation_input_tokens",
        "hour": "cache_creation_1h_input_tokens",
    }
    return ", ".join(f"cast(sum({one.format(**of_input)}) as bigint)" for one in sums)


_SELECT_EVENTS, _SELECT_BUCKETS, _SELECT_COUNTED = (
    _select(sums.values()) for sums in (_EVENT_SUMS, _BUCKET_SUMS, _COUNTED_SUMS)
)
_PLACE = 5
"""How many columns say of what a row is: the price that is in force, the part of the day, weekend or not, the
series, and whether no price was known when it was recorded."""
_SERIES = 3
_OF_SOME = 2
"""Of a roll-up's row: a price was known of some of its requests, and of some it wasn't."""
_SUMS = 9
"""Where the sums begin. Between: single or not, the size, the least time, the least input."""
_END = _SUMS + len(_EVENT_SUMS)
_WHOLE_WEEKS_MS = 100_000 * 7 * DAY_MS
"""Division rounds towards zero, and a log may claim times before 1970."""


async def alike(
    database: Database,
    period: Period,
    models: Collection[str | None],
    lines: Lines,
) -> list[Alike]:
    """See ``Timeline.alike``."""
    if not models:
        return []
    asked = _Asked(period, models, lines)
    found = await _from_sums(database, asked)
    if found is None:
        found = await database.fetch(*asked.of_events("1 = 1", _SELECT_EVENTS))
    owners = await owners_of_series(database)
    return [_alike(row, owners[row[_SERIES]]) for row in found]


def roll_up(period: Period, lines: Iterable[int] = ()) -> str:
    """The one with the fewest rows of which none lies across an end of the period or one of the lines."""
    edges = (period.start_ms, period.end_ms, *lines)
    return "rollup" if any(edge % HOUR_MS for edge in edges) else "hour_rollup"


async def has_all_detail(reader: Reader, period: Period) -> bool:
    """Whether each request of a period that is in the totals is known to have its detail."""
    return period.start_ms >= await _deletions.whole_from(reader)


async def owners_of_series(reader: Reader) -> dict[int, Row]:
    """By the series its source, agent, provider, model and service tier, and what caused its requests."""
    rows = await reader.fetch("select id, source, agent, provider, model, service_tier, cause from series")
    return {
        series: (source, agent or None, provider or None, model or None, tier or None, _caused_by(cause))
        for series, source, agent, provider, model, tier, cause in rows
    }


def _caused_by(cause: str) -> Attribution:
    return Attribution(trigger=cause) if cause else NOBODY


class _Asked(NamedTuple):
    period: Period
    models: Collection[str | None]
    lines: Lines

    def of_events(self, which: str, sums: str) -> tuple[str, list[Value]]:
        """A statement for rows of a place, what stands before the sums, and the sums; with its values."""
        of_models, values = self._of_models()
        times = self._times("time_ms")
        sql = (
            f"select {', '.join(times)}, series_id,"
            " case when list_cost_nanos is null then 1 else 0 end, case when requests = 1 then 1 else 0 end,"
            f" {_passed('input_tokens', (one + 1 for one in self.lines.sizes))},"
            f" min(time_ms), min(input_tokens), {sums} from event"
            f" where {which} and time_ms >= ? and time_ms < ? and role <> {REPLAY} and {of_models}"
            f" group by {_varying(times, 7)}"
        )
        return sql, [self.period.start_ms, self.period.end_ms, *values]

    def of_buckets(self) -> tuple[str, list[Value]] | None:
        """The same from a roll-up of which no row lies across an end of the period or a line.

        ``None``: there is none, or prompts of less than ``LARGE`` have to be told apart.
        """
        minutes = [minute * MINUTE_MS for minute in self.lines.minutes]
        edges = (self.period.start_ms, self.period.end_ms, *minutes)
        if any(edge % BUCKET_MS for edge in edges) or min(self.lines.sizes, default=LARGE) < LARGE:
            return None
        of_models, values = self._of_models()
        times = self._times("bucket_ms")
        sql = (
            f"select {', '.join(times)}, series_id, case when priced_requests = requests then 0"
            f" when priced_requests = 0 then 1 else {_OF_SOME} end, 1, 0, min(bucket_ms), 0,"
            f" {_SELECT_BUCKETS} from {roll_up(self.period, minutes)}"
            f" where bucket_ms >= ? and bucket_ms < ? and {of_models}"
            f" group by {_varying(times, _PLACE)}"
        )
        return sql, [self.period.start_ms, self.period.end_ms, *values]

    def _times(self, column: str) -> tuple[str, str, str]:
        """SQL for which price, which part of the UTC day, and whether it is a weekend."""
        within = [one for one in self.lines.moments if self.period.start_ms < one < self.period.end_ms]
        price = _passed(column, within)
        if not self.lines.minutes:
            return price, "0", "0"
        moment = f"({column} + {_WHOLE_WEEKS_MS})"
        part = _passed(f"{moment} % {DAY_MS}", (minute * MINUTE_MS for minute in self.lines.minutes))
        # The day 0 was a Thursday.
        return price, part, f"case when ({moment} / {DAY_MS} + 3) % 7 > 4 then 1 else 0 end"

    def _of_models(self) -> tuple[str, list[Value]]:
        named: list[Value] = [model or "" for model in self.models]
        return f"series_id in (select id from series where model in ({', '.join('?' * len(named))}))", named


async def _from_sums(database: Database, asked: _Asked) -> list[Row] | None:
    """The rows of ``asked.of_events``, but all in one that aren't apart; ``None`` if sums don't tell them."""
    of_buckets = asked.of_buckets()
    if of_buckets is None or not await has_all_detail(database, asked.period):
        return None
    summed, values = of_buckets
    apart, more = asked.of_events(_APART, f"{_SELECT_EVENTS}, {_SELECT_COUNTED}")
    # One statement, so that both are of one moment.
    rows = await database.fetch(
        f"select 0, summed.*{', 0' * len(_COUNTED_SUMS)} from ({summed}) as summed"
        f" union all select 1, apart.* from ({apart}) as apart",
        [*values, *more],
    )
    single = [row[1:] for row in rows if row[0]]
    others = {row[1 : _PLACE + 1]: row[1 : _END + 1] for row in rows if not row[0]}
    for row in single:
        whole = others.get(row[:_PLACE])
        if whole is None:
            return None
        others[whole[:_PLACE]] = (*whole[:_SUMS], *map(sub, whole[_SUMS:], row[_END:]))
    if any(row[_PLACE - 1] == _OF_SOME for row in others.values()):
        return None
    return [row[:_END] for row in single] + [row for row in others.values() if any(row[_SUMS:])]


def _varying(times: Sequence[str], columns: int) -> str:
    """The places of the first columns of a row, without the times that are the same in all."""
    return ", ".join(str(one + 1) for one in range(columns) if one >= len(times) or times[one] != "0")


def _passed(value: str, lines: Iterable[int]) -> str:
    """SQL for how many of these lines a value has reached."""
    return " + ".join(f"case when {value} >= {one} then 1 else 0 end" for one in sorted(lines)) or "0"


def _alike(row: Row, owner: Row) -> Alike:
    series, is_unpriced, is_single, _, least_ms, least, units, nanos, *sums = row[_SERIES:]
    counts = (least, 0, 0, 0, 0, 0, 0)
    example = priced_event((0, least_ms, series, *counts, is_single or None, None, None), owner)
    return Alike(example, None if is_unpriced else units * NANOS_PER_UNIT + nanos, *sums)


def priced_event(row: Row, owner: Row) -> UsageEvent:
    """What decides on the price of a request, and what caused it. Whose else it is is left out.

    The row is one of ``PRICED``; see ``owners_of_series``.
    """
    *names, tier, attribution = owner
    return UsageEvent._make((*row[:2], *names, *row[3:10], tier, False, attribution, *row[10:], None))
