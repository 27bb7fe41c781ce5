"""Provider accounts: what is left, how long it lasts, how full the windows are, how old each figure is."""

from decimal import Decimal

from token_dashboard.model.snapshot import Cap, SpendPeriod, UsageWindow
from token_dashboard.model.status import Account, Status
from token_dashboard.render.errors import problem, sentence
from token_dashboard.render.figures import machine
from token_dashboard.render.language import N_, Language
from token_dashboard.render.page.markup import Html, tag, void
from token_dashboard.render.phrases import (
    Freshness,
    allowance_left,
    cap_left,
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
from token_dashboard.render.service import service_lines
from token_dashboard.render.times import LocalTime

_SPENT = {
    SpendPeriod.DAY: N_("{money} today"),
    SpendPeriod.WEEK: N_("{money} this week"),
    SpendPeriod.MONTH: N_("{money} this month"),
}
_NAME = 48
_NEARLY, _VERY_NEARLY = Decimal(80), Decimal(95)


def accounts_card(status: Status, time: LocalTime) -> Html:
    """Every account, the one that is empty first on top, failed ones with what to do."""
    language = time.language
    named = sorted(_named(status), key=lambda one: (_empty_ms(one[1]), one[1].problem is None))
    title = tag("h2", language.gettext("Accounts"), id="accounts")
    if not named:
        hint = tag(
            "p", language.gettext("No account is set up. A key adds one → /tokens help"), class_="quiet"
        )
        return tag("section", title, hint, class_="card", aria_labelledby="accounts")
    fresh = Freshness.of(status, time)
    rows = [_account(name, account, fresh) for name, account in named]
    totals = [
        tag(
            "li",
            tag("span", scoped(language.gettext("Total"), scope, language), class_="name"),
            tag("span", tag("b", language.money(money)), class_="figures"),
            class_="total",
        )
        for scope, money, _ in summed_balances(account for _, account in named)
    ]
    return tag(
        "section",
        title,
        tag("ul", *rows, *totals, class_="accounts"),
        class_="card",
        aria_labelledby="accounts",
    )


def windows_card(status: Status, time: LocalTime) -> Html:
    """Usage windows and caps with how full they are; nothing where no account has any."""
    rows = [
        row
        for name, account in _named(status)
        if account.snapshot is not None
        for row in (
            *(_window(name, window, time) for window in account.snapshot.windows),
            *(_cap(name, cap, time) for cap in account.snapshot.caps),
        )
    ]
    if not rows:
        return Html("")
    title = tag("h2", time.language.gettext("Windows and caps"), id="windows")
    return tag("section", title, tag("ul", *rows, class_="windows"), class_="card", aria_labelledby="windows")


def soonest(status: Status) -> tuple[str, Account, int] | None:
    """The account that is empty first, by name, and when that is."""
    ending = [(_empty_ms(account), name, account) for name, account in _named(status)]
    empty_ms, name, account = min(ending, key=lambda one: one[0], default=(float("inf"), "", None))
    return None if account is None or empty_ms == float("inf") else (name, account, int(empty_ms))


def failed(status: Status) -> list[str]:
    """The names of the accounts that could not be asked."""
    return [name for name, account in _named(status) if account.problem is not None]


def _named(status: Status) -> list[tuple[str, Account]]:
    return list(zip(names_of(status.accounts, _NAME), status.accounts, strict=True))


def _empty_ms(account: Account) -> float:
    known = [float(one.empty_ms) for one in account.runways if one.empty_ms is not None]
    return min(known, default=float("inf"))


def _account(name: str, account: Account, fresh: Freshness) -> Html:
    language, snapshot = fresh.time.language, account.snapshot
    figures: list[Html] = []
    if snapshot is not None:
        several = len({balance.scope for balance in snapshot.balances}) > 1
        for balance in snapshot.balances:
            money = of_scope(
                language.money(balance.money), balance.scope, language, is_one_of_several=several
            )
            lasts = runway(runway_of(account, balance), fresh.time)
            figures.append(tag("span", tag("b", money), tag("small", lasts), class_="figure"))
        figures += [
            tag(
                "span",
                tag("b", of_scope(allowance_left(one, language), one.scope, language)),
                class_="figure",
            )
            for one in snapshot.allowances
        ]
        figures += [
            tag("span", tag("b", one.told), tag("small", one.name), class_="figure")
            for one in machine(snapshot, fresh.time)
        ]
    if not figures:
        figures.append(_instead(account, language))
    return tag(
        "li",
        tag("span", name, *_spent(account, language), class_="name"),
        tag("span", *figures, class_="figures"),
        *_remarks(account, fresh),
        class_="failed" if account.problem else None,
    )


def _instead(account: Account, language: Language) -> Html:
    """For an account without a balance: its fullest window, or that nothing is known."""
    snapshot = account.snapshot
    if snapshot is None or not shows_figures(snapshot):
        return tag("span", tag("b", "?"), class_="figure")
    fullest = max(snapshot.windows, key=lambda window: window.used_percent, default=None)
    if fullest is None:
        return Html("")
    percent = language.percent(fullest.used_percent)
    return tag("span", tag("b", percent), tag("small", window_name(fullest.name, language)), class_="figure")


def _spent(account: Account, language: Language) -> list[Html]:
    if account.snapshot is None:
        return []
    found = [
        of_scope(language.gettext(phrase).format(money=language.money(spend.money)), spend.scope, language)
        for period, phrase in _SPENT.items()
        if (spend := spend_in(account.snapshot, period)) is not None
    ]
    return [tag("small", " · ".join(found))] if found else []


def _remarks(account: Account, fresh: Freshness) -> list[Html]:
    """How old the figures are and why, and what this key can't show."""
    time, language = fresh.time, fresh.time.language
    lines: list[Html] = []
    if account.problem is not None:
        since = language.gettext("Since {time}.").format(time=time.when(account.problem.since_ms))
        lines.append(tag("p", f"⚠ {problem(account.problem, language)} {since}", class_="trouble"))
    elif account.snapshot is None:
        lines.append(tag("p", language.gettext("no answer yet"), class_="quiet"))
    lines += [tag("p", told, class_="quiet") for told in service_lines(account, time)]
    if account.snapshot is not None:
        if account.snapshot.is_usable is False:
            refused = language.gettext("{provider} refuses calls now.").format(provider=account.name)
            lines.append(tag("p", f"⚠ {refused}", class_="trouble"))
        if same := same_money(account, language):
            lines.append(tag("p", same, class_="quiet"))
        if age := fresh.age(account.snapshot.taken_ms):
            lines.append(tag("p", age, class_="quiet"))
        notes = [sentence(note, {"provider": account.name}, language) for note in account.snapshot.notes]
        lines += [tag("p", note, class_="quiet") for note in notes]
    return lines


def _window(name: str, window: UsageWindow, time: LocalTime) -> Html:
    percent = window.used_percent
    tone = "critical" if percent >= _VERY_NEARLY else "warning" if percent >= _NEARLY else "calm"
    label = f"{name} {window_name(window.name, time.language)}"
    return _bar(label, time.language.percent(percent), percent, tone, resets(window.resets_ms, time))


def _cap(name: str, cap: Cap, time: LocalTime) -> Html:
    label = scoped(name, cap.scope, time.language)
    left = cap_left(cap, time.language)
    if cap.remaining is None or cap.limit.nanos <= 0:
        return tag("li", tag("span", label, class_="name"), tag("b", left))
    used = Decimal(cap.limit.nanos - cap.remaining.nanos) / cap.limit.nanos * 100
    tone = "critical" if used >= _VERY_NEARLY else "warning" if used >= _NEARLY else "calm"
    return _bar(label, left, used, tone, resets(cap.resets_ms, time))


def _bar(label: str, figure: str, percent: Decimal, tone: str, note: str) -> Html:
    width = int(min(max(percent, Decimal(0)), Decimal(100)) * 10)
    bar = tag(
        "svg",
        void("rect", width=1000, height=6, class_="track"),
        void("rect", width=width, height=6, class_=tone),
        viewBox="0 0 1000 6",
        preserveAspectRatio="none",
        aria_hidden="true",
        focusable="false",
    )
    return tag("li", tag("span", label, class_="name"), tag("b", figure), bar, tag("small", note))
