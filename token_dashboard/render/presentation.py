"""Replies in the blocks that OpenClaw's channels draw: text, table, chart, buttons.

The shape is ``MessagePresentation`` of its plugin SDK. A block that breaks one of its rules is dropped there
without a word: texts are never empty, cells never missing, names within a chart differ. The sizes are those
of Slack, the one channel that draws tables and charts. A channel that doesn't would list all cells in words,
so it gets the reply's text, which says the same in fewer lines, and the buttons.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TypeAlias

from token_dashboard.model.alert import Alert, Severity
from token_dashboard.model.money import NANOS_PER_UNIT, Nanos
from token_dashboard.model.report import Report
from token_dashboard.model.status import Account, Status
from token_dashboard.render.alert_lines import standing
from token_dashboard.render.columns import NONE, clip, safe, undated
from token_dashboard.render.errors import in_short
from token_dashboard.render.language import N_, NO_BREAK, Language
from token_dashboard.render.phrases import (
    Freshness,
    allowance_left,
    cap_left,
    names_of,
    resets,
    runway,
    runway_of,
    scoped,
    window_name,
)
from token_dashboard.render.times import LocalTime, short_day
from token_dashboard.render.usage_words import model_name

Block: TypeAlias = Mapping[str, object]

DRAWING_CHANNELS = frozenset({"slack"})
"""Channels that draw tables and charts."""
CHART_DAYS = 14
_MOST_CATEGORIES = 20
_MOST_SERIES = 5
_MOST_ROWS = 30
_LABEL = 20
_TITLE = 50
_BUTTONS = (
    (N_("Refresh"), "/tokens refresh"),
    (N_("Burn"), "/burn"),
    (N_("Alerts"), "/tokens alerts"),
)


def presentation(
    text: str, language: Language, *, alerts: Sequence[Alert] = (), data: Sequence[Block] = ()
) -> Block:
    """A card of the text, what is drawn below it, and the commands that come next."""
    buttons = [
        {
            "label": language.gettext(label),
            "action": {"type": "command", "command": command},
            "reusable": True,
        }
        for label, command in _BUTTONS
    ]
    blocks = [{"type": "text", "text": text}, *data, {"type": "buttons", "buttons": buttons}]
    return {"tone": _tone(alerts), "blocks": blocks}


def accounts_table(status: Status, language: Language) -> list[Block]:
    """What is left in each account, a row a figure; nothing without accounts."""
    time = LocalTime.of(status.time_zone, status.as_of_ms, language)
    fresh = Freshness.of(status, time)
    named = zip(names_of(status.accounts), status.accounts, strict=True)
    rows = [row for name, account in named for row in _account_rows(name, account, fresh)]
    if not rows:
        return []
    _ = language.gettext
    headers = [_("Account"), _("Left"), _("Lasts"), _("Note")]
    return [
        {
            "type": "table",
            "caption": _("Accounts"),
            "headers": headers,
            "rows": [[_plain(cell) or NONE for cell in row] for row in rows[:_MOST_ROWS]],
            "rowHeaderColumnIndex": 0,
        }
    ]


def cost_chart(daily: Report, language: Language) -> list[Block]:
    """List cost of each day, stacked by model; the report is by day and model and says its days.

    Nothing without a cost: a chart of zeros would say that nothing was used.
    """
    if daily.since is None or daily.until is None or not daily.total.list_cost_nanos:
        return []
    length = min((daily.until - daily.since).days + 1, _MOST_CATEGORIES)
    days = [daily.until - timedelta(days=back) for back in reversed(range(length))]
    title = language.gettext("List cost in US dollars, {days} days").format(days=length)
    return [
        {
            "type": "chart",
            "chartType": "bar",
            "title": safe(title, _TITLE),
            "categories": [_plain(short_day(day, language)) for day in days],
            "series": [
                {"name": name, "values": [_dollars(costs.get(day, 0)) for day in days]}
                for name, costs in _series(daily, language)
            ],
        }
    ]


def _tone(alerts: Sequence[Alert]) -> str:
    holding = standing(alerts)
    if any(alert.condition.severity is Severity.CRITICAL for alert in holding):
        return "danger"
    return "warning" if holding else "neutral"


def _account_rows(name: str, account: Account, fresh: Freshness) -> list[list[str]]:
    language, snapshot = fresh.time.language, account.snapshot
    trouble = in_short(account.problem.key, account.problem.params, language) if account.problem else ""
    if snapshot is None:
        return [[name, "?", "", trouble or language.gettext("no answer yet")]]
    note = language.listed([fresh.age(snapshot.taken_ms), trouble])
    rows = [
        [
            scoped(name, balance.scope, language),
            language.money(balance.money),
            runway(runway_of(account, balance), fresh.time),
            note,
        ]
        for balance in snapshot.balances
    ]
    for window in snapshot.windows:
        used = language.gettext("{percent} used").format(percent=language.percent(window.used_percent))
        label = f"{name} {window_name(window.name, language)}"
        rows.append([label, used, resets(window.resets_ms, fresh.time), note])
    rows += [[scoped(name, cap.scope, language), cap_left(cap, language), "", note] for cap in snapshot.caps]
    rows += [
        [scoped(name, one.scope, language), allowance_left(one, language), "", note]
        for one in snapshot.allowances
    ]
    return rows or [[name, "?", "", note]]


def _series(daily: Report, language: Language) -> list[tuple[str, dict[date, Nanos]]]:
    """The costliest models, each with its cost by day, then all others in one."""
    costs: dict[str, dict[date, Nanos]] = defaultdict(lambda: defaultdict(int))
    for row in daily.rows:
        if row.day is not None and row.totals.list_cost_nanos:
            name = model_name(undated(row.model) if row.model else None, _LABEL, language)
            costs[_label(name)][row.day] += row.totals.list_cost_nanos
    ranked = sorted(costs.items(), key=lambda one: (-sum(one[1].values()), one[0]))
    if len(ranked) <= _MOST_SERIES:
        return ranked
    shown = dict(ranked[: _MOST_SERIES - 1])
    others = shown.setdefault(language.gettext("others"), defaultdict(int))
    for _, by_day in ranked[_MOST_SERIES - 1 :]:
        for day, nanos in by_day.items():
            others[day] += nanos
    return list(shown.items())


def _label(name: str) -> str:
    return clip(name.strip(), _LABEL).strip() or "?"


def _dollars(nanos: Nanos) -> float:
    """For drawing only: the texts have the exact figures."""
    return round(nanos / NANOS_PER_UNIT, 4)


def _plain(text: str) -> str:
    return text.replace(NO_BREAK, " ")
