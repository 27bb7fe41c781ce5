"""What people write of budgets: ``5/day for model gpt-5``, ``$2 a week``, ``daily by 2 until Friday``."""

import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from token_dashboard.model.budget import Budget, BudgetPeriod, Scope
from token_dashboard.model.money import Money, parse_nanos
from token_dashboard.model.period import DAY_MS, HOUR_MS, MINUTE_MS, day_of, local_date, start_of
from token_dashboard.model.record import record

_DOLLARS = r"\$|us\$|usd|dollars?"
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\d+,\d{1,2}|\.\d+"
_AMOUNT = rf"(?:(?:{_DOLLARS})\s*)?(?P<number>{_NUMBER})(?:\s*(?:{_DOLLARS}))?"
_SET = re.compile(
    rf"{_AMOUNT}\s*(?:/|\b(?:a|an|per|each|every)\b)?\s*(?P<period>[a-z]+)(?:\s+for\s+(?P<scope>\S.*))?",
    re.IGNORECASE | re.ASCII,
)
_SUM = re.compile(rf"(?<!\S){_AMOUNT}(?!\S)", re.IGNORECASE | re.ASCII)
_WHEN = re.compile(
    r"\s*\b(?:(?:until|till)\s+(?P<until>\S+)|for\s+(?P<length>\d{1,4}\s?[mhdw])|(?P<day>today|tomorrow))$",
    re.IGNORECASE | re.ASCII,
)
_BETWEEN = re.compile(r"\s*,\s*|\s+and\s+", re.IGNORECASE)
_FILLERS = {"budget", "by", "for", "on", "the", "to"}
_LENGTHS_MS = {"m": MINUTE_MS, "h": HOUR_MS, "d": DAY_MS, "w": 7 * DAY_MS}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_PERIODS = {
    **dict.fromkeys(("h", "hour", "hourly"), BudgetPeriod.HOUR),
    **dict.fromkeys(("d", "day", "daily"), BudgetPeriod.DAY),
    **dict.fromkeys(("w", "week", "weekly"), BudgetPeriod.WEEK),
    **dict.fromkeys(("m", "mo", "month", "monthly"), BudgetPeriod.MONTH),
}
_NAMES = {
    BudgetPeriod.HOUR: "hourly",
    BudgetPeriod.DAY: "daily",
    BudgetPeriod.WEEK: "weekly",
    BudgetPeriod.MONTH: "monthly",
}
_SCOPES = tuple(one.name for one in fields(Scope))
_CLOSED = frozenset({"agent", "provider"})
"""Members whose values are all known: another one is a slip of the pen."""
_MOST = 1_000_000_000
_LONGEST_NAME = 40
_LONGEST_MS = 366 * DAY_MS


class NotUnderstood(ValueError):
    """The words say nothing that can be done. Its text, if any, is the word that is at fault."""


@record
class WantedRaise:
    """More money, for a budget that may be left to be found."""

    budget: str | None
    money: Money
    until: str | None
    """As it was written; see ``lapse_ms``. ``None``: until the budget begins anew."""


Known = Mapping[str, Mapping[str, str]]
"""Values of a scope's members by what people call them: ``{"agent": {"claude code": "claude-code"}}``.

A word that stands alone is looked for in one after the other.
"""


def read_budget(text: str, known: Known, taken: Mapping[str, Budget]) -> Budget:
    """A budget of so much a period, for everything or for a scope, with the name that it gets.

    ``taken`` are the budgets there are, by name: one for the same is found again among them.

    Raises:
        NotUnderstood: something else was written.
    """
    found = _SET.fullmatch(text.strip())
    period = _PERIODS.get(found["period"].casefold()) if found else None
    if found is None or period is None:
        raise NotUnderstood
    scope = _scope(found["scope"], known) if found["scope"] else Scope()
    name = _name(period, scope, taken)
    return Budget(name=name, period=period, amount=_money(found["number"]), scope=scope, is_configured=False)


def read_raise(text: str) -> WantedRaise:
    """``2``, ``2 today``, ``daily by $2 until 18:00``, ``2 to daily for 3h``.

    Raises:
        NotUnderstood: something else was written.
    """
    when = _WHEN.search(text.rstrip())
    rest = text[: when.start()] if when else text
    amount = _SUM.search(rest)
    if amount is None:
        raise NotUnderstood
    words = (rest[: amount.start()] + rest[amount.end() :]).split()
    names = [word for word in words if word.casefold() not in _FILLERS]
    if len(names) > 1:
        raise NotUnderstood(names[1])
    until = (when["until"] or when["length"] or when["day"]) if when else None
    return WantedRaise(budget=names[0] if names else None, money=_money(amount["number"]), until=until)


def lapse_ms(until: str, now_ms: int, tz: ZoneInfo) -> int:
    """When a raise lapses: at the end of a day, the next time the clock shows a time, after a while.

    Raises:
        NotUnderstood: no such moment, or one that is over or more than a year away.
    """
    moment = _moment_ms(until.casefold(), now_ms, tz)
    if moment is None or not now_ms < moment <= now_ms + _LONGEST_MS:
        raise NotUnderstood(until)
    return moment


def _moment_ms(word: str, now_ms: int, tz: ZoneInfo) -> int | None:
    today = local_date(now_ms, tz)
    if word in {"today", "midnight"}:
        return day_of(now_ms, tz).end_ms
    if word == "tomorrow":
        return start_of(today + timedelta(days=2), tz)
    if length := re.fullmatch(r"(\d{1,4})\s?([mhdw])", word, re.ASCII):
        return now_ms + int(length[1]) * _LENGTHS_MS[length[2]]
    weekday = next(
        (place for place, name in enumerate(_WEEKDAYS) if len(word) > 2 and name.startswith(word)), None
    )
    if weekday is not None:
        return start_of(today + timedelta(days=(weekday - today.weekday()) % 7 + 1), tz)
    try:
        if ":" in word:
            return _next_ms(time.fromisoformat(word.zfill(5)), now_ms, today, tz)
        return start_of(date.fromisoformat(word) + timedelta(days=1), tz)
    except (ValueError, OverflowError):
        return None


def _next_ms(clock: time, now_ms: int, today: date, tz: ZoneInfo) -> int:
    for day in (today, today + timedelta(days=1)):
        moment = int(datetime.combine(day, clock.replace(tzinfo=None), tz).timestamp() * 1000)
        if moment > now_ms:
            return moment
    raise ValueError(clock)


def _money(number: str) -> Money:
    """A comma before one or two digits is a decimal one, as people write it in half of the world."""
    plain = number.replace(",", "") if re.search(r",\d{3}", number) else number.replace(",", ".")
    try:
        money = Money(parse_nanos(plain))
    except ValueError:  # more than any amount can be
        raise NotUnderstood(number) from None
    if not 0 < money.nanos <= parse_nanos(_MOST):
        raise NotUnderstood(number)
    return money


def _scope(text: str, known: Known) -> Scope:
    said: dict[str, str] = {}
    for part in _BETWEEN.split(text.strip()):
        member, _, value = part.replace("=", " ", 1).partition(" ")
        member, value = member.casefold(), value.strip()
        if member not in _SCOPES or not value:
            value = part
            member = next((one for one, values in known.items() if part.casefold() in values), "")
        value = known.get(member, {}).get(value.casefold(), "" if member in _CLOSED else value)
        if not member or not value or member in said:
            raise NotUnderstood(part)
        said[member] = value
    return Scope(**said)


def _name(period: BudgetPeriod, scope: Scope, taken: Mapping[str, Budget]) -> str:
    """``daily``, ``daily-gpt-5``: the same for the same period and scope."""
    values = [value for one in _SCOPES if (value := getattr(scope, one)) is not None]
    words = [re.sub(r"[^A-Za-z0-9._-]+", "-", value).strip("-._") for value in values]
    name = "-".join([_NAMES[period], *filter(None, words)])[:_LONGEST_NAME]
    number = 1
    while (other := taken.get(name)) is not None and (other.period, other.scope) != (period, scope):
        number += 1
        name = f"{name.removesuffix(f'-{number - 1}')[: _LONGEST_NAME - 4]}-{number}"
    return name
