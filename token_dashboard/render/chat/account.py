"""The reply to ``/tokens`` with a provider's name: one account in full, or how to set it up."""

from collections import Counter

from token_dashboard.model.alert import Alert
from token_dashboard.model.burn import Runway, RunwayBasis
from token_dashboard.model.snapshot import Snapshot, SpendPeriod
from token_dashboard.model.status import Account, ProviderInfo, Status
from token_dashboard.render.chat._page import COLUMNS, Section, page, rows, texts
from token_dashboard.render.columns import bar, fold, safe
from token_dashboard.render.errors import problem, sentence
from token_dashboard.render.language import N_, Language
from token_dashboard.render.phrases import (
    Freshness,
    alert_line,
    cap_left,
    figures_shown,
    names_of,
    of_scope,
    resets,
    runway_of,
    standing,
    window_name,
)
from token_dashboard.render.times import LocalTime

_PERIODS = {
    SpendPeriod.DAY: N_("Today"),
    SpendPeriod.WEEK: N_("Week"),
    SpendPeriod.MONTH: N_("Month"),
    SpendPeriod.LIFETIME: N_("Ever"),
}
_BASES = {
    RunwayBasis.BALANCE_HISTORY: N_("by how the balance fell"),
    RunwayBasis.PROVIDER_SPEND: N_("by the provider's own spend"),
    RunwayBasis.LIST_COST: N_("by list cost in the agents' logs"),
}


def account(status: Status, provider_id: str, language: Language) -> str:
    """Everything known of a provider's accounts."""
    time = LocalTime.of(status.time_zone, status.as_of_ms, language)
    named = zip(names_of(status.accounts), status.accounts, strict=True)
    mine = [(name, one) for name, one in named if one.provider == provider_id]
    alerts = [alert for alert in standing(status.alerts) if alert.condition.subject == provider_id]
    if not mine:
        return language.gettext("{name} is not set up → /tokens help").format(name=safe(provider_id, 24))
    return "\n\n".join(_one(name, one, alerts, Freshness.of(status, time)) for name, one in mine)


def provider(info: ProviderInfo, language: Language) -> str:
    """A provider that isn't configured: what it would show, and the key that it needs."""
    _ = language.gettext
    shows = figures_shown(info, language)
    lines = [_("{name} is not set up.").format(name=safe(info.name))]
    if not info.is_enabled:
        lines = [_("{name} is switched off (enabledProviders).").format(name=safe(info.name))]
    lines.append(_("It can show: {figures}.").format(figures=shows))
    for need in info.credentials:
        variable = need.variables[0] if need.variables else f"providers.{info.id}.apiKey"
        lines.append(
            _("Set {variable} ({kind}), made at {where}").format(
                variable=variable, kind=need.kind, where=need.where
            )
        )
    return page([Section("", texts(lines))], "", language)


def _one(name: str, account: Account, alerts: list[Alert], fresh: Freshness) -> str:
    time, language = fresh.time, fresh.time.language
    snapshot = account.snapshot
    warnings = [f"⚠ {alert_line(alert, {account.provider: name}, time)}" for alert in alerts]
    troubles = [problem(account.problem, language)] if account.problem else []
    if account.problem:
        since = language.gettext("Since {time}.").format(time=time.when(account.problem.since_ms))
        troubles = [f"{troubles[0]} {since}"]
    if snapshot:
        troubles += [sentence(note, {"provider": account.name}, language) for note in snapshot.notes]
    cells = _figures(account, snapshot, time) if snapshot else []
    sections = [
        Section(name, [*texts(warnings), *rows(cells)] or texts([language.gettext("No figures yet.")])),
        Section("", texts(troubles)),
    ]
    return page(sections, _foot(account, fresh), language)


def _figures(account: Account, snapshot: Snapshot, time: LocalTime) -> list[list[str]]:
    language = time.language
    _ = language.gettext
    cells: list[list[str]] = []
    has_several = len({balance.scope for balance in snapshot.balances}) > 1
    for balance in snapshot.balances:
        money = language.money(balance.money)
        cells.append([_("Balance"), of_scope(money, balance.scope, language, is_one_of_several=has_several)])
        last = runway_of(account, balance)
        if last:
            cells += [["", line] for line in _lasts(last, time)]
    told = Counter(spend.period for spend in snapshot.spends)
    for spend in snapshot.spends:
        spent = _("{money} spent").format(money=language.money(spend.money))
        cells.append(
            [
                _(_PERIODS[spend.period]),
                of_scope(spent, spend.scope, language, is_one_of_several=told[spend.period] > 1),
            ]
        )
    for cap in snapshot.caps:
        parts = [of_scope(cap_left(cap, language), cap.scope, language), resets(cap.resets_ms, time)]
        cells.append([_("Cap"), language.listed(parts)])
    for window in snapshot.windows:
        parts = [
            f"{bar(window.used_percent, 6)} {language.percent(window.used_percent)}",
            resets(window.resets_ms, time),
        ]
        cells.append([window_name(window.name, language), language.listed(parts)])
    return cells


def _lasts(runway: Runway, time: LocalTime) -> list[str]:
    """How long a balance lasts, at which rate, and how that is known."""
    language = time.language
    _ = language.gettext
    if runway.per_day is None or runway.basis is None:
        return [_("how long it lasts isn't known yet")]
    if runway.empty_ms is None:
        return [_("nothing is being spent")]
    if runway.empty_ms <= time.now_ms:
        return [_("empty")]
    return [
        f"{time.runway(runway.empty_ms)} ({time.when(runway.empty_ms)})",
        _("at {money}/day, {basis}").format(
            money=language.money(runway.per_day), basis=_(_BASES[runway.basis])
        ),
    ]


def _foot(account: Account, fresh: Freshness) -> str:
    time, _ = fresh.time, fresh.time.language.gettext
    parts = []
    if account.checked_ms is not None:
        parts.append(_("checked {time}").format(time=time.when(account.checked_ms)))
        if age := fresh.age(account.checked_ms):
            parts.append(age)
    if account.next_check_ms is not None and account.next_check_ms > time.now_ms:
        parts.append(_("next check {time}").format(time=time.when(account.next_check_ms)))
    return "\n".join(fold(" · ".join(parts), COLUMNS))
