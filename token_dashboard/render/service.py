"""What a vendor's status page says, beside an account that fails: is it me, or is it them?"""

from token_dashboard.model.service import Health, ServiceStatus
from token_dashboard.model.status import Account
from token_dashboard.render.columns import safe
from token_dashboard.render.errors import in_short
from token_dashboard.render.language import N_, Language
from token_dashboard.render.times import LocalTime

_HEALTHS = {
    Health.OPERATIONAL: N_("no trouble"),
    Health.MAINTENANCE: N_("maintenance"),
    Health.DEGRADED: N_("a degraded service"),
    Health.PARTIAL_OUTAGE: N_("a partial outage"),
    Health.MAJOR_OUTAGE: N_("a major outage"),
}
_TITLE_COLUMNS = 72


def trouble(account: Account, language: Language) -> str:
    """Why an account failed, in a few words, with what its vendor says: empty when it didn't fail."""
    if account.problem is None:
        return ""
    reason = in_short(account.problem.key, account.problem.params, language)
    return language.listed((reason, service_in_short(account.service, language)))


def service_in_short(service: ServiceStatus | None, language: Language) -> str:
    """``status page: a partial outage``; empty when the page says nothing clear."""
    if service is None or service.health not in _HEALTHS:
        return ""
    return language.gettext("status page: {health}").format(health=language.gettext(_HEALTHS[service.health]))


def service_lines(account: Account, time: LocalTime) -> list[str]:
    """What the page says, in sentences: of an account that failed anything, of another only trouble."""
    service, language = account.service, time.language
    if service is None:
        return []
    _ = language.gettext
    lines = []
    if service.health in _HEALTHS and (account.problem or service.health is not Health.OPERATIONAL):
        lines.append(_("Its status page tells of {health}.").format(health=_(_HEALTHS[service.health])))
    elif account.problem:
        lines.append(_("Its status page says nothing clear."))
    for incident in service.incidents[:2]:
        title = safe(incident.title, _TITLE_COLUMNS)
        since = "" if incident.since_ms is None else time.when(incident.since_ms)
        told = _("{time}: “{title}”").format(time=since, title=title) if since else f"“{title}”"
        lines.append(told)
    begun = [one for one in service.maintenances if one.since_ms is None or one.since_ms <= time.now_ms]
    if begun and service.health is not Health.MAINTENANCE:
        lines.append(
            _("Planned work is under way: “{title}”").format(title=safe(begun[0].title, _TITLE_COLUMNS))
        )
    return lines
