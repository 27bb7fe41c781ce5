"""``tokens status``: warnings, accounts, limits, agents."""

from collections.abc import Sequence

from token_dashboard.model.report import Totals
from token_dashboard.model.snapshot import Note, Snapshot, SpendPeriod
from token_dashboard.model.status import Account, Status
from token_dashboard.render.alert_lines import alert_line, standing
from token_dashboard.render.columns import NONE, bar, right, safe, width
from token_dashboard.render.errors import in_short
from token_dashboard.render.figures import machine
from token_dashboard.render.language import Language
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
    spend_in,
    summed_balances,
    window_name,
)
from token_dashboard.render.service import trouble
from token_dashboard.render.terminal._grid import (
    HEAD,
    QUIET,
    WARN,
    Column,
    Grid,
    Line,
    Screen,
    blocks,
    folded,
    show,
)
from token_dashboard.render.times import LocalTime
from token_dashboard.render.usage_words import cost_cell, request_count, unpriced

_BAR_CELLS = 16


def print_status(screen: Screen, status: Status, language: Language) -> None:
    show(screen, status_lines(status, language, screen.width))


def status_lines(status: Status, language: Language, columns: int) -> list[Line]:
    """How things stand, for so many columns."""
    time = LocalTime.of(status.time_zone, status.as_of_ms, language)
    fresh = Freshness.of(status, time)
    named = list(zip(names_of(status.accounts), status.accounts, strict=True))
    names = names_in(status.accounts)
    warnings = [
        line
        for alert in standing(status.alerts)
        for line in folded(f"⚠ {alert_line(alert, names, time)}", columns, WARN)
    ]
    head = _head(status, time, columns)
    found = blocks(
        [*head, *warnings],
        _accounts(named, fresh).lines(columns),
        _limits(named, time).lines(columns),
        _agents(status, time, columns),
    )
    if not status.accounts and not status.agents:
        nothing = language.gettext("No account is set up, and no agent's logs hold anything yet.")
        return blocks(found, folded(f"{nothing} → tokens doctor", columns))
    return found


def _head(status: Status, time: LocalTime, columns: int) -> list[Line]:
    parts = [time.full(status.as_of_ms)]
    if status.checked_ms is not None:
        checked = time.language.gettext("checked {age} ago")
        parts.append(checked.format(age=time.age(status.checked_ms)))
    told, name = " · ".join(parts), "token-dashboard"
    if width(told) + len(name) + 2 > columns:
        return [Line(told, QUIET)]
    return [Line(name + right(told, columns - len(name)), QUIET)]


def _accounts(named: Sequence[tuple[str, Account]], fresh: Freshness) -> Grid:
    language = fresh.time.language
    _ = language.gettext
    grid = Grid(
        (
            Column(_("Account")),
            Column(_("Balance"), is_number=True),
            Column(_("Lasts"), is_number=True),
            Column(_("Today"), is_number=True),
            Column(_("Month"), is_number=True),
            Column(_("Checked"), is_number=True),
        )
    )
    for name, account in named:
        _add_account(grid, name, account, fresh)
    for scope, money, _oldest in summed_balances(account for _name, account in named):
        grid.add([scoped(_("Total"), scope, language), language.money(money), "", "", "", ""], HEAD)
    return grid


def _add_account(grid: Grid, name: str, account: Account, fresh: Freshness) -> None:
    """One row for each balance; the first one carries what else is known and what is wrong."""
    time, language = fresh.time, fresh.time.language
    snapshot = account.snapshot
    checked = "" if account.checked_ms is None else time.age(account.checked_ms)
    if snapshot is None:
        reason = trouble(account, language) or language.gettext("no answer yet")
        grid.add([name, "?", "", "?", "?", checked], "", [reason])
        return
    known = [one for one in snapshot.notes if one != Note.IDLE]
    notes = language.listed(in_short(note, {"provider": account.name}, language) for note in known)
    same = same_money(account, language)
    held = () if shows_figures(snapshot) else machine(snapshot, time)
    remarks = [f"{one.name} {one.told}" for one in held]
    remarks += [remark for remark in (_staleness(account, snapshot, fresh), same, notes) if remark]
    spent = [
        NONE if spend is None else of_scope(language.money(spend.money), spend.scope, language)
        for spend in (spend_in(snapshot, period) for period in (SpendPeriod.DAY, SpendPeriod.MONTH))
    ]
    if not snapshot.balances:
        grid.add([name, NONE, "", *spent, checked], "", remarks)
    for place, balance in enumerate(snapshot.balances):
        lasts = runway(runway_of(account, balance), time)
        cells = [scoped(name, balance.scope, language), language.money(balance.money), lasts]
        grid.add([*cells, *(spent if place == 0 else ["", ""]), checked], "", remarks if place == 0 else ())


def _staleness(account: Account, snapshot: Snapshot, fresh: Freshness) -> str:
    """``stale: it answered 503``: that the figures above are not of now, and why."""
    if not account.is_stale:
        return ""
    language = fresh.time.language
    why, age = trouble(account, language), fresh.age(snapshot.taken_ms)
    if not (why or age):
        age = language.gettext("{age} old").format(age=fresh.time.age(snapshot.taken_ms))
    aged = language.gettext("figures are {age}").format(age=age) if age else ""
    return language.gettext("stale: {reason}").format(reason=language.listed((why, aged)))


def _limits(named: Sequence[tuple[str, Account]], time: LocalTime) -> Grid:
    language = time.language
    _ = language.gettext
    grid = Grid(
        (Column(_("Limit")), Column("", is_ornament=True), Column(_("Used"), is_number=True), Column(""))
    )
    for name, account in named:
        for window in account.snapshot.windows if account.snapshot else ():
            grid.add(
                [
                    f"{name} {window_name(window.name, language)}",
                    bar(window.used_percent, _BAR_CELLS),
                    language.percent(window.used_percent),
                    resets(window.resets_ms, time),
                ]
            )
        for cap in account.snapshot.caps if account.snapshot else ():
            parts = [cap_left(cap, language), resets(cap.resets_ms, time)]
            told = language.listed(parts)
            grid.add([scoped(name, cap.scope, language), "", "", told])
        for one in account.snapshot.allowances if account.snapshot else ():
            told = language.listed([allowance_left(one, language), resets(one.resets_ms, time)])
            grid.add([scoped(name, one.scope, language), "", "", told])
    return grid


def _agents(status: Status, time: LocalTime, columns: int) -> list[Line]:
    language = time.language
    _ = language.gettext
    if not status.agents:
        return []
    grid = Grid(
        (
            Column(_("Agent")),
            Column(_("Requests"), is_number=True),
            Column(_("Input"), is_number=True),
            Column(_("Cached"), is_number=True),
            Column(_("Output"), is_number=True),
            Column(_("Cost today"), is_number=True),
            Column(_("Month"), is_number=True),
        )
    )
    for agent in status.agents:
        grid.add([safe(agent.name or _("unknown"), 24), *_figures(agent.today, agent.month, language)])
    if len(status.agents) > 1:
        grid.add([_("Total"), *_figures(status.today, status.month, language)], HEAD)
    remarks = [_("Costs are at list prices")]
    if status.month_projection is not None:
        projected = _("This month {money} by {day}").format(
            money=language.about(status.month_projection), day=time.month_end()
        )
        remarks.append(projected)
    missing = unpriced(status.month, status.unpriced_models, language)
    return [
        *grid.lines(columns),
        *(folded(missing, columns, WARN) if missing else []),
        *(line for remark in remarks for line in folded(remark, columns, QUIET)),
    ]


def _figures(today: Totals, month: Totals, language: Language) -> list[str]:
    spent = [cost_cell(month, language)]
    if not today.requests:
        return [NONE, NONE, NONE, NONE, NONE, *spent]
    share = today.cached_share
    return [
        request_count(today, language),
        language.tokens(today.input_tokens),
        NONE if share is None else language.share(share),
        language.tokens(today.output_tokens),
        cost_cell(today, language),
        *spent,
    ]
