"""The reply to ``/burn``: how fast it goes, when each balance is gone, what makes most of it."""

from collections.abc import Mapping
from decimal import Decimal

from token_dashboard.model.burn import Burn, Runway
from token_dashboard.model.period import DAY_MS, HOUR_MS
from token_dashboard.model.report import Totals
from token_dashboard.render.alert_lines import alert_line, alert_name, standing
from token_dashboard.render.chat._page import COLUMNS, Row, Section, page, rows, texts
from token_dashboard.render.columns import safe, sparkline
from token_dashboard.render.language import Language
from token_dashboard.render.phrases import called, scoped
from token_dashboard.render.times import LocalTime, duration
from token_dashboard.render.usage_words import unpriced

_SOON_MS = 60 * DAY_MS
_WHOLE_HOURS_FROM = 12
_NOTABLE_POINTS = 10


def burn(answer: Burn, language: Language, names: Mapping[str, str], columns: int = COLUMNS) -> str:
    """How fast it goes. ``names`` are the display names of provider and agent ids."""
    time = LocalTime.of(answer.time_zone, answer.as_of_ms, language)
    _ = language.gettext
    alerts = [
        Row(alert_name(alert, names, language), f"⚠ {alert_line(alert, names, time)}")
        for alert in standing(answer.alerts)
    ]
    sections = [
        Section("", alerts, least=3),
        _rate(answer, language),
        Section(_("Empty in"), _runways(answer, names, time), least=4),
        Section("", texts([_month(answer, time), _most(answer, names, language), _change(answer, language)])),
    ]
    return page(sections, time.clock(answer.as_of_ms), language, columns)


def _rate(answer: Burn, language: Language) -> Section:
    """Over which time, then money, tokens, and the course of the last 24 hours."""
    _ = language.gettext
    rate = answer.rate
    hours = round(rate.observed_ms / HOUR_MS)
    length = duration(rate.observed_ms / 1000, language)
    if hours >= _WHOLE_HOURS_FROM:
        length = _("{count} h").format(count=hours)
    label = _("Last {duration}").format(duration=length)
    if not rate.totals.requests:
        return Section("", texts([_("{period}  nothing used").format(period=label)]))
    lines = []
    if rate.per_hour is not None and rate.per_day is not None and rate.per_month is not None:
        hour = _("{money}/h").format(money=language.money(rate.per_hour))
        day = _("{money}/day").format(money=language.money(rate.per_day))
        month = _("{money} in 30 days").format(money=language.about(rate.per_month))
        lines = [f"{hour} · {day}", month]
    lines.append(
        _("{hour} tokens/h · {day}/day").format(
            hour=language.tokens(rate.tokens_per_hour), day=language.tokens(rate.tokens_per_day)
        )
    )
    return Section(
        label, texts([*lines, unpriced(rate.totals, (), language), sparkline(answer.hourly_cost_nanos)])
    )


def _runways(answer: Burn, names: Mapping[str, str], time: LocalTime) -> list[Row]:
    """Soonest first; those that aren't known or don't shrink last, saying so."""
    ranked = sorted(answer.runways, key=lambda one: (one.empty_ms is None, one.empty_ms or 0))
    cells = [
        [
            scoped(
                safe(called(names, one.provider, one.account) or one.provider, 24), one.scope, time.language
            ),
            _lasts(one, time),
        ]
        for one in ranked
    ]
    return rows(cells)


def _lasts(runway: Runway, time: LocalTime) -> str:
    language = time.language
    balance = language.money(runway.balance)
    if runway.empty_ms is None:
        if runway.per_day is None:
            return language.gettext("{balance}, rate not known yet").format(balance=balance)
        return language.gettext("{balance}, nothing is being spent").format(balance=balance)
    left = time.runway(runway.empty_ms)
    if time.now_ms < runway.empty_ms < time.now_ms + _SOON_MS:
        return f"{left} ({time.when(runway.empty_ms)})"
    return language.listed([left, balance])


def _month(answer: Burn, time: LocalTime) -> str:
    language, _ = time.language, time.language.gettext
    if not answer.month.requests or answer.month.list_cost is None:
        return ""
    spent = language.money(answer.month.list_cost)
    missing = unpriced(answer.month, (), language)
    so_far = _("Month  {money}").format(money=spent) + (f" {missing}" if missing else "")
    if answer.month_projection is None:
        return so_far
    projected = _("{money} by {day}").format(
        money=language.about(answer.month_projection), day=time.month_end()
    )
    return language.listed([so_far, projected])


def _most(answer: Burn, names: Mapping[str, str], language: Language) -> str:
    agent = names.get(answer.top_agent, answer.top_agent) if answer.top_agent else None
    parts = [safe(part, COLUMNS) for part in (agent, answer.top_model) if part]
    if not parts:
        return ""
    if answer.top_cost is not None:
        parts.append(language.money(answer.top_cost))
    return language.gettext("Mostly {parts}").format(parts=language.listed(parts))


def _change(answer: Burn, language: Language) -> str:
    """Against the 24 hours before: in cost where both are fully priced, else in tokens."""
    now, before = answer.rate.totals, answer.previous
    if not before.requests or not now.requests:
        return ""
    by_cost = not (now.unpriced_tokens or before.unpriced_tokens) and before.list_cost_nanos > 0
    current, earlier = (
        (now.list_cost_nanos, before.list_cost_nanos) if by_cost else (now.total_tokens, before.total_tokens)
    )
    if earlier <= 0:
        return ""
    change = _signed(Decimal(current - earlier) / earlier * 100, language)
    if not by_cost:
        change = language.gettext("{change} tokens").format(change=change)
    parts = [change, _cache_change(now, before, language)]
    said = language.listed(parts)
    return language.gettext("Since yesterday {change}").format(change=said)


def _signed(percent: Decimal, language: Language) -> str:
    if abs(percent) < 1:
        return "±" + language.percent(Decimal(0))
    return ("-" if percent < 0 else "+") + language.percent(abs(percent))


def _cache_change(now: Totals, before: Totals, language: Language) -> str:
    if now.cached_share is None or before.cached_share is None:
        return ""
    if abs(now.cached_share - before.cached_share) * 100 < _NOTABLE_POINTS:
        return ""
    return language.gettext("cached {before} → {now}").format(
        before=language.share(before.cached_share), now=language.share(now.cached_share)
    )
