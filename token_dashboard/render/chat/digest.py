"""A scheduled summary: what was spent, on what, where it goes, what is left, what was warned of."""

from collections.abc import Mapping
from decimal import Decimal

from token_dashboard.model.alert import AlertState
from token_dashboard.model.digest import BalanceLeft, Covers, Digest
from token_dashboard.render.alert_lines import alert_line, alert_name, standing
from token_dashboard.render.columns import safe, sparkline
from token_dashboard.render.language import NO_BREAK, Language
from token_dashboard.render.times import LocalTime
from token_dashboard.render.usage_words import model_name

_MODEL_COLUMNS = 24


def digest(answer: Digest, language: Language, names: Mapping[str, str]) -> str:
    """Short lines, the sum first; empty sections are left out."""
    time = LocalTime.of(answer.time_zone, answer.as_of_ms, language)
    _ = language.gettext
    sections = [
        [_heading(answer, time), _spent(answer, language), sparkline(answer.daily_nanos)],
        _models(answer, language),
        [_month(answer, time)],
        [_left(one, time) for one in answer.balances],
        _alerts(answer, names, time),
    ]
    filled = ["\n".join(line for line in section if line) for section in sections]
    return "\n\n".join(section for section in filled if section).replace(NO_BREAK, " ")


def _heading(answer: Digest, time: LocalTime) -> str:
    first, last = time.day(answer.start_ms), time.day(answer.end_ms - 1)
    if answer.covers is Covers.DAY:
        return time.language.gettext("Summary of {day}").format(day=first)
    return time.language.gettext("Summary of {first} to {last}").format(first=first, last=last)


def _spent(answer: Digest, language: Language) -> str:
    if not answer.requests:
        return language.gettext("Nothing was used.")
    cost = language.gettext("cost unknown") if answer.cost is None else language.money(answer.cost)
    tokens = language.gettext("{tokens} tokens").format(tokens=language.tokens(answer.tokens))
    unpriced = ""
    if answer.unpriced_tokens:
        count = language.tokens(answer.unpriced_tokens)
        unpriced = language.gettext("+ {tokens} unpriced").format(tokens=count)
    return language.listed([f"{cost} · {tokens}", unpriced, _trend(answer, language)])


def _trend(answer: Digest, language: Language) -> str:
    """Against as many days before; nothing where one of the two isn't known or nothing was spent."""
    now, before = answer.cost, answer.previous_cost
    if now is None or before is None or before.nanos <= 0 or now.currency != before.currency:
        return ""
    change = Decimal(now.nanos - before.nanos) * 100 / before.nanos
    sign = "+" if change > 0 else "\N{MINUS SIGN}" if change < 0 else "±"
    said = sign + language.percent(abs(change))
    if answer.covers is Covers.DAY:
        return language.gettext("{change} against the day before").format(change=said)
    return language.gettext("{change} against the week before").format(change=said)


def _models(answer: Digest, language: Language) -> list[str]:
    return [
        f"{model_name(one.model, _MODEL_COLUMNS, language)} "
        + (language.gettext("cost unknown") if one.cost is None else language.money(one.cost))
        for one in answer.models
    ]


def _month(answer: Digest, time: LocalTime) -> str:
    if answer.month is None:
        return ""
    language = time.language
    month = language.gettext("Month {money}").format(money=language.money(answer.month))
    if answer.month_expected is None:
        return month
    expected = language.gettext("{money} by {day}").format(
        money=language.about(answer.month_expected), day=time.month_end()
    )
    return language.listed([month, expected])


def _left(one: BalanceLeft, time: LocalTime) -> str:
    language = time.language
    runway = "" if one.empty_ms is None else time.runway(one.empty_ms)
    stale = language.gettext("stale") if one.is_stale else ""
    left = language.gettext("{name} {money} left").format(
        name=safe(one.name, 24), money=language.money(one.money)
    )
    return language.listed([left, runway, stale])


def _alerts(answer: Digest, names: Mapping[str, str], time: LocalTime) -> list[str]:
    holding = [f"⚠ {alert_line(one, names, time)}" for one in standing(answer.alerts)]
    over = [
        alert_name(one, names, time.language) for one in answer.alerts if one.state is AlertState.RESOLVED
    ]
    if over:
        said = time.language.gettext("Over since yesterday: {names}")
        holding.append(said.format(names=time.language.listed(dict.fromkeys(over))))
    return holding or [time.language.gettext("Nothing to warn of.")]
