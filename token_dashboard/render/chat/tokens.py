"""The reply to ``/tokens``: what will stop the bot, what is left, what it cost, what isn't known."""

from collections import defaultdict
from collections.abc import Sequence

from token_dashboard.model.alert import Delivery
from token_dashboard.model.report import Totals
from token_dashboard.model.snapshot import SCOPES_WIDEST_FIRST, Note, Snapshot, SpendPeriod
from token_dashboard.model.status import Account, Status
from token_dashboard.render.alert_lines import alert_line, alert_name, standing
from token_dashboard.render.chat._page import COLUMNS, Row, Section, page, rows, texts
from token_dashboard.render.chat.alerts import delivery_troubles
from token_dashboard.render.columns import NONE, bar, safe, undated, width
from token_dashboard.render.errors import in_short
from token_dashboard.render.figures import machine
from token_dashboard.render.language import N_, Language
from token_dashboard.render.phrases import (
    Freshness,
    allowance_left,
    cap_left,
    names_in,
    names_of,
    of_scope,
    resets,
    runway,
    runway_of,
    same_money,
    scoped,
    shows_figures,
    shows_machine,
    spend_in,
    summed_balances,
    window_name,
)
from token_dashboard.render.service import trouble
from token_dashboard.render.times import LocalTime
from token_dashboard.render.usage_words import cached, cost, model_name, unpriced

_BAR_CELLS = 6
_TODAY = N_("{money} today")
_THIS_MONTH = N_("{money} this month")


def tokens(
    status: Status, language: Language, delivery: Delivery | None = None, *, has_table: bool = False
) -> str:
    """How things stand, for a chat. Beside a table of the accounts they are left out."""
    time = LocalTime.of(status.time_zone, status.as_of_ms, language)
    fresh = Freshness.of(status, time)
    named = list(zip(names_of(status.accounts), status.accounts, strict=True))
    _ = language.gettext
    sections = [
        Section("", _alerts(status, time), least=3),
        Section("", texts(_undelivered(status, delivery, time)), follows_closely=True),
        Section("", [] if has_table else _balances(named, fresh), least=4),
        Section("", [] if has_table else _limits(named, time), least=2, follows_closely=True),
        Section("", [] if has_table else _machines(named, time), follows_closely=True),
        Section(_("Tokens used, at list prices"), _usage(status, time)),
        Section(_("Not known → /tokens NAME"), _not_known(named, language), least=2),
    ]
    if not any(section.rows for section in sections):
        nothing = _("No account is set up, and no agent's logs hold anything yet.")
        sections = [Section("", texts([nothing, "→ /tokens help"]))]
    return page(sections, _foot(status, fresh), language)


def _undelivered(status: Status, delivery: Delivery | None, time: LocalTime) -> list[str]:
    """What keeps messages from the owner."""
    lines = delivery_troubles(delivery, time)
    if status.undelivered:
        lost = time.language.ngettext(
            "{count} message did not arrive → /tokens alerts",
            "{count} messages did not arrive → /tokens alerts",
            status.undelivered,
        )
        lines.append(lost.format(count=time.language.count(status.undelivered)))
    return [f"⚠ {line}" for line in lines]


def _alerts(status: Status, time: LocalTime) -> list[Row]:
    names = names_in(status.accounts)
    return [
        Row(alert_name(alert, names, time.language), f"⚠ {alert_line(alert, names, time)}")
        for alert in standing(status.alerts)
    ]


def _balances(named: Sequence[tuple[str, Account]], fresh: Freshness) -> list[Row]:
    """Balances, soonest empty first, then their totals, then accounts that tell only what was spent."""
    language = fresh.time.language
    found: list[tuple[float, list[str]]] = []
    spenders: list[list[str]] = []
    for name, account in named:
        snapshot = account.snapshot
        if snapshot is None:
            continue
        spent, age = _spent(snapshot, language), fresh.age(snapshot.taken_ms)
        same = same_money(account, language)
        for balance in snapshot.balances:
            last = runway_of(account, balance)
            remarks = [part for part in (runway(last, fresh.time), age, same, spent) if part]
            cells = [
                scoped(name, balance.scope, language),
                language.money(balance.money),
                language.listed(remarks),
            ]
            spent = ""
            empty_ms = last.empty_ms if last else None
            found.append((float("inf") if empty_ms is None else empty_ms, cells))
        if spent:
            spenders.append([name, NONE, language.listed((age, same, spent))])
    balances = [cells for _, cells in sorted(found, key=lambda one: one[0])]
    return rows([*balances, *_totals(named, fresh), *spenders])


def _totals(named: Sequence[tuple[str, Account]], fresh: Freshness) -> list[list[str]]:
    language = fresh.time.language
    return [
        [scoped(language.gettext("Total"), scope, language), language.money(money), fresh.age(oldest_ms)]
        for scope, money, oldest_ms in summed_balances(account for _, account in named)
    ]


def _spent(snapshot: Snapshot, language: Language) -> str:
    """What the provider itself says: today's, else this month's.

    Beside the balance of a whole account one key's spend would read as the account's.
    """
    balances = {balance.scope for balance in snapshot.balances}
    for period, phrase in ((SpendPeriod.DAY, _TODAY), (SpendPeriod.MONTH, _THIS_MONTH)):
        spend = spend_in(snapshot, period)
        if spend is not None and (not balances or spend.scope in balances):
            said = language.gettext(phrase).format(money=language.money(spend.money))
            # A part of the bill, such as overage, must not read as all of it.
            return said if spend.scope in SCOPES_WIDEST_FIRST else of_scope(said, spend.scope, language)
    return ""


def _limits(named: Sequence[tuple[str, Account]], time: LocalTime) -> list[Row]:
    """Usage windows with a bar where it has room, then caps and allowances."""
    language = time.language
    windows = [
        (name, window)
        for name, account in named
        for window in (account.snapshot.windows if account.snapshot else ())
    ]
    cells = [
        [
            f"{name} {window_name(window.name, language)}",
            bar(window.used_percent, _BAR_CELLS),
            language.percent(window.used_percent),
            resets(window.resets_ms, time),
        ]
        for name, window in windows
    ]
    names = [name for name, _ in windows]
    drawn = rows(cells, names)
    if any(width(row.text) > COLUMNS for row in drawn):
        drawn = rows([[label, percent, reset] for label, _, percent, reset in cells], names)
    caps = [
        [scoped(name, cap.scope, language), cap_left(cap, language)]
        for name, account in named
        for cap in (account.snapshot.caps if account.snapshot else ())
    ]
    allowances = [
        [scoped(name, one.scope, language), allowance_left(one, language)]
        for name, account in named
        for one in (account.snapshot.allowances if account.snapshot else ())
    ]
    return drawn + rows(caps) + rows(allowances)


def _machines(named: Sequence[tuple[str, Account]], time: LocalTime) -> list[Row]:
    """How busy a runtime is and which models it holds, where it tells nothing of money and limits."""
    cells = [
        [name, f"{one.name} {one.told}"]
        for name, account in named
        if (told := account.snapshot) and not shows_figures(told)
        for one in machine(told, time)
    ]
    return rows(cells)


def _usage(status: Status, time: LocalTime) -> list[Row]:
    language = time.language
    _ = language.gettext
    if not status.month.requests and not status.today.requests:
        return []
    today, month = rows([[_("Today"), _today(status, language)], [_("Month"), _month(status, time)]])
    agents = [(safe(one.name or _("unknown"), 22), one) for one in status.agents]
    models = [(model_name(undated(one.model or ""), 22, language), one) for one in status.models]
    of_today = _split(
        [(name, one.today) for name, one in agents], [(name, one.today) for name, one in models], language
    )
    of_month = _split(
        [(name, one.month) for name, one in agents], [(name, one.month) for name, one in models], language
    )
    if of_month == of_today:
        of_month = []
    return [
        today,
        *_indented([unpriced(status.today, (), language), *of_today]),
        month,
        *_indented([unpriced(status.month, status.unpriced_models, language), *of_month]),
    ]


def _indented(lines: Sequence[str]) -> list[Row]:
    return texts([f"  {line}" for line in lines if line])


def _today(status: Status, language: Language) -> str:
    if not status.today.requests:
        return language.gettext("nothing yet")
    used = language.gettext("{tokens} tokens").format(tokens=language.tokens(status.today.total_tokens))
    return f"{cost(status.today, language)} · {language.listed((used, cached(status.today, language)))}"


def _month(status: Status, time: LocalTime) -> str:
    """The title says that it is tokens: the word would not fit into the line."""
    tokens = time.language.tokens(status.month.total_tokens)
    spent = f"{cost(status.month, time.language)} · {tokens}"
    if status.month_projection is None:
        return spent
    projected = time.language.gettext("{money} by {day}").format(
        money=time.language.about(status.month_projection), day=time.month_end()
    )
    return time.language.listed((spent, projected))


def _split(
    agents: Sequence[tuple[str, Totals]], models: Sequence[tuple[str, Totals]], language: Language
) -> list[str]:
    """A period by agent and by model. One of each used it all: their names are enough."""
    agents, models = _ranked(agents), _ranked(models)
    if len(agents) == len(models) == 1:
        return [f"{agents[0][0]} · {models[0][0]}"]
    return [_top(agents, language), _top(models, language)]


def _ranked(used: Sequence[tuple[str, Totals]]) -> list[tuple[str, Totals]]:
    """Who used anything, the costliest first; what a line calls by one name is one."""
    sums: dict[str, Totals] = {}
    for name, totals in used:
        sums[name] = sums[name] + totals if name in sums else totals
    found = [one for one in sums.items() if one[1].requests]
    return sorted(found, key=lambda one: (-one[1].list_cost_nanos, -one[1].total_tokens))


def _top(ranked: Sequence[tuple[str, Totals]], language: Language) -> str:
    """The first ones, as many of them (three at most) as one line holds."""
    line = ""
    for name, totals in ranked[:3]:
        money = totals.list_cost
        figure = language.tokens(totals.total_tokens) if money is None else language.money(money)
        longer = f"{line} · {name} {figure}" if line else f"{name} {figure}"
        if line and width(longer) > COLUMNS - 2:
            break
        line = longer
    return line


def _not_known(named: Sequence[tuple[str, Account]], language: Language) -> list[Row]:
    """What failed or cannot be shown; accounts with one trouble share a line."""
    affected: dict[str, list[str]] = defaultdict(list)
    for name, account in named:
        for finding in _troubles(account, language):
            affected[finding].append(name)
    message = language.gettext("{name}: {finding}")
    found = [(language.listed(names), finding) for finding, names in affected.items()]
    return [Row(names, message.format(name=names, finding=finding)) for names, finding in found]


def _troubles(account: Account, language: Language) -> list[str]:
    notes = [one for one in account.snapshot.notes if one != Note.IDLE] if account.snapshot else []
    troubles = [in_short(note, {"provider": account.name}, language) for note in notes]
    if account.problem is not None:
        return [trouble(account, language), *troubles]
    if account.snapshot is None:
        return [language.gettext("no answer yet")]
    if account.snapshot.is_usable is False:
        troubles.insert(0, language.gettext("refuses calls now"))
    if not (shows_figures(account.snapshot) or shows_machine(account.snapshot) or troubles):
        return [language.gettext("told no figures")]
    return troubles


def _foot(status: Status, fresh: Freshness) -> str:
    """The time, and when it is looked again; old logs are owned up to."""
    time, _ = fresh.time, fresh.time.language.gettext
    parts = [time.clock(status.as_of_ms)]
    if status.scanned_ms is not None and fresh.age(status.scanned_ms):
        parts.append(_("logs read {age} ago").format(age=time.age(status.scanned_ms)))
    if status.next_check_ms is not None and status.next_check_ms > status.as_of_ms:
        parts.append(_("next check {time}").format(time=time.when(status.next_check_ms)))
    return " · ".join(parts)
