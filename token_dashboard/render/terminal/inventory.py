"""``tokens providers`` and ``tokens agents``: what is known, what of it is here, what is missing."""

from collections.abc import Sequence

from token_dashboard.model.status import AgentInfo, ProviderInfo
from token_dashboard.render.columns import NONE, safe
from token_dashboard.render.errors import in_short
from token_dashboard.render.language import Language
from token_dashboard.render.phrases import figures_shown
from token_dashboard.render.terminal._grid import PLAIN, QUIET, Column, Grid, Line, Screen, show
from token_dashboard.render.times import rough


def print_providers(screen: Screen, infos: Sequence[ProviderInfo], now_ms: int, language: Language) -> None:
    show(screen, provider_lines(infos, now_ms, language, screen.width))


def print_agents(screen: Screen, infos: Sequence[AgentInfo], now_ms: int, language: Language) -> None:
    show(screen, agent_lines(infos, now_ms, language, screen.width))


def provider_lines(
    infos: Sequence[ProviderInfo], now_ms: int, language: Language, columns: int
) -> list[Line]:
    """Every provider: the key that was found or the one to set, and when it answered last."""
    _ = language.gettext
    grid = Grid((Column(_("Provider")), Column(_("Key")), Column(_("Shows")), Column(_("Answered"))))
    for info in infos:
        remarks = [in_short(info.problem.key, info.problem.params, language)] if info.problem else []
        style = PLAIN if info.is_configured and info.is_enabled else QUIET
        answered = _ago(info.last_success_ms, now_ms, language)
        grid.add(
            [safe(info.name, 24), _key(info, language), figures_shown(info, language), answered],
            style,
            remarks,
        )
    return grid.lines(columns)


def agent_lines(infos: Sequence[AgentInfo], now_ms: int, language: Language, columns: int) -> list[Line]:
    """Every agent, how much of it was read, and the folders it keeps its logs in."""
    _ = language.gettext
    grid = Grid(
        (
            Column(_("Agent")),
            Column(_("Requests"), is_number=True),
            Column(_("Files"), is_number=True),
            Column(_("Rejected"), is_number=True),
            Column(_("Last used")),
            Column(_("Logs")),
        )
    )
    for info in infos:
        homes = [home for home in info.homes if home.exists]
        used = _ago(info.last_event_ms, now_ms, language)
        where = language.listed(safe(home.path) for home in homes) or _("none found")
        if not info.is_enabled:
            where = _("switched off")
        grid.add(
            [
                safe(info.name, 24),
                language.count(info.requests),
                language.count(sum(home.files for home in homes)),
                language.count(info.rejected_lines),
                used,
                where,
            ],
            PLAIN if homes and info.is_enabled else QUIET,
        )
    return grid.lines(columns)


def _key(info: ProviderInfo, language: Language) -> str:
    if not info.is_enabled:
        return language.gettext("switched off")
    present = [need.kind for need in info.credentials if need.is_present]
    if present:
        return language.listed(present)
    variables = [need.variables[0] for need in info.credentials if need.variables]
    if info.is_configured or not variables:
        return NONE
    return language.gettext("set {variable}").format(variable=variables[0])


def _ago(time_ms: int | None, now_ms: int, language: Language) -> str:
    if time_ms is None:
        return NONE
    return language.gettext("{age} ago").format(age=rough(max(now_ms - time_ms, 0) / 1000, language))
