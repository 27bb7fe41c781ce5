"""The daily report of an OpenRouter account: what each model cost and counted, over all its keys."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

import msgspec

from token_dashboard.model.errors import ProviderError, RateLimited
from token_dashboard.model.record import record
from token_dashboard.model.snapshot import DailyCost, DailyUsage
from token_dashboard.providers._access import Access
from token_dashboard.providers._books import added_up
from token_dashboard.providers._units import Amount, Count, Iso, day_of, money

_SCOPE = "account"
_MOST_DAYS = 31


class Row(msgspec.Struct):
    """One endpoint of one model on one day; several endpoints may serve a model."""

    date: Iso
    model: str
    """The slug that one calls it by: ``openai/gpt-5.2``, ``qwen/qwen3-coder:free``."""
    usage: Amount
    """US dollars of credits. What ran under a key of another vendor is on that vendor's bill."""
    requests: Count | None = None
    prompt_tokens: Count | None = None
    completion_tokens: Count | None = None
    reasoning_tokens: Count | None = None
    cached_tokens: Count | None = None
    """Read from a cache. What was written to one isn't told."""


class Activity(msgspec.Struct):
    """The answer of ``/activity``."""

    data: list[Row]


@record
class Books:
    """Each day by model."""

    costs: tuple[DailyCost, ...] = ()
    usage: tuple[DailyUsage, ...] = ()


async def books(access: Access, kind: str) -> Books | None:
    """All the days that the vendor tells; ``None`` when it refuses, or answers in no shape that is known.

    They are told anew each time, not the last ones alone: it is one question either way, and fills what an
    earlier refusal left open.

    Raises:
        RateLimited: the wait that it asks for holds for every question.
    """
    try:
        answer = await access.get("/activity", Activity, key=kind)
    except RateLimited:
        raise
    except ProviderError:
        return None
    days = [(day_of(row.date), row) for row in answer.data]
    told = [(day, row) for day, row in days if timedelta() <= access.today - day <= timedelta(_MOST_DAYS)]
    return Books(costs=added_up(_costs(told, access.today)), usage=tuple(_usage(told, access.today)))


def _costs(rows: Iterable[tuple[date, Row]], today: date) -> Iterator[DailyCost]:
    for day, row in rows:
        yield DailyCost(
            day=day, scope=_SCOPE, money=money(row.usage), model=row.model or None, is_partial=day == today
        )


def _usage(rows: Iterable[tuple[date, Row]], today: date) -> Iterator[DailyUsage]:
    by_model: dict[tuple[date, str], list[Row]] = {}
    for day, row in rows:
        by_model.setdefault((day, row.model), []).append(row)
    for (day, model), several in by_model.items():
        prompt, cached = _whole_and_part([(row.prompt_tokens, row.cached_tokens) for row in several])
        output, reasoning = _whole_and_part(
            [(row.completion_tokens, row.reasoning_tokens) for row in several]
        )
        yield DailyUsage(
            day=day,
            scope=_SCOPE,
            model=model or None,
            requests=_sum(row.requests for row in several),
            input_tokens=prompt,
            cache_read_input_tokens=cached,
            output_tokens=output,
            reasoning_output_tokens=reasoning,
            is_partial=day == today,
        )


def _whole_and_part(counts: Iterable[tuple[int | None, int | None]]) -> tuple[int | None, int | None]:
    """Sums of a count and of what it contains; neither is known where a part is more than its whole."""
    pairs = list(counts)
    if any(whole is not None and part is not None and part > whole for whole, part in pairs):
        return None, None
    return _sum(whole for whole, _ in pairs), _sum(part for _, part in pairs)


def _sum(counts: Iterable[int | None]) -> int | None:
    """``None`` when one isn't told: the rest would look like all."""
    total = 0
    for count in counts:
        if count is None:
            return None
        total += count
    return total
