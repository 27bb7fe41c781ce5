"""The reply to ``/tokens`` with a provider's name: one account in full, or how to set it up."""

from token_dashboard.model.alert import Alert
from token_dashboard.model.status import Account, ProviderInfo, Status
from token_dashboard.render.alert_lines import alert_line, standing
from token_dashboard.render.chat._page import COLUMNS, Row, Section, page, rows, texts
from token_dashboard.render.columns import fold, safe
from token_dashboard.render.errors import problem, sentence
from token_dashboard.render.figures import Figure, figures, logged
from token_dashboard.render.language import Language
from token_dashboard.render.phrases import Freshness, names_of, same_money
from token_dashboard.render.provider_words import figures_shown, held_back
from token_dashboard.render.service import service_lines
from token_dashboard.render.times import LocalTime

_BAR_CELLS = 6


def account(status: Status, provider_id: str, language: Language) -> str:
    """Everything known of a provider's accounts."""
    time = LocalTime.of(status.time_zone, status.as_of_ms, language)
    named = zip(names_of(status.accounts), status.accounts, strict=True)
    mine = [(name, one) for name, one in named if one.provider == provider_id]
    alerts = [alert for alert in standing(status.alerts) if alert.condition.subject == provider_id]
    if not mine:
        return language.gettext("{name} is not set up → /tokens help").format(name=safe(provider_id, 24))
    ours = _rows(logged(status, provider_id, language))
    pages = [_one(name, one, alerts, Freshness.of(status, time), ours) for name, one in mine]
    return "\n\n".join(pages)


def provider(info: ProviderInfo, language: Language) -> str:
    """A provider that isn't configured: what it would show, and the key that it needs."""
    _ = language.gettext
    shows = figures_shown(info, language)
    lines = [_("{name} is not set up.").format(name=safe(info.name))]
    if not info.is_enabled:
        lines = [_("{name} is switched off (enabledProviders).").format(name=safe(info.name))]
    elif info.held_back_by is not None:
        lines = [held_back(info.held_back_by, info.name, info.id, language)]
    lines.append(_("It can show: {figures}.").format(figures=shows))
    for need in info.credentials:
        variable = need.variables[0] if need.variables else f"providers.{info.id}.apiKey"
        lines.append(
            _("Set {variable} ({kind}), made at {where}").format(
                variable=variable, kind=need.kind, where=need.where
            )
        )
    return page([Section("", texts(lines))], "", language)


def _one(name: str, account: Account, alerts: list[Alert], fresh: Freshness, ours: list[Row]) -> str:
    time, language = fresh.time, fresh.time.language
    snapshot = account.snapshot
    warnings = [f"⚠ {alert_line(alert, {account.provider: name}, time)}" for alert in alerts]
    troubles = [problem(account.problem, language)] if account.problem else []
    if account.problem:
        since = language.gettext("Since {time}.").format(time=time.when(account.problem.since_ms))
        troubles = [f"{troubles[0]} {since}"]
    troubles += service_lines(account, time)
    if snapshot:
        if snapshot.is_usable is False:
            troubles.insert(0, language.gettext("It refuses calls now."))
        if same := same_money(account, language):
            troubles.append(same)
        troubles += [sentence(note, {"provider": account.name}, language) for note in snapshot.notes]
    told = _rows(figures(account, snapshot, time, _BAR_CELLS)) if snapshot else []
    nothing = language.gettext("told no figures") if snapshot else language.gettext("No figures yet.")
    sections = [
        Section(name, [*texts(warnings), *told] or texts([nothing]), least=12),
        Section(language.gettext("In the logs here, at list prices"), ours),
        Section("", texts(troubles)),
    ]
    return page(sections, _foot(account, fresh), language)


def _rows(found: list[Figure]) -> list[Row]:
    """A row for each line, all named after their figure."""
    cells, names = [], []
    for one in found:
        cells += [[one.name, one.told], *(["", line] for line in one.more)]
        names += [one.name, *(one.name for _ in one.more)]
    return rows(cells, names)


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
