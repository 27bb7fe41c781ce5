"""``tokens providers`` and ``tokens agents``: what is known, what of it is here, what is missing."""

from collections.abc import Sequence

from token_dashboard.model.status import AgentInfo, ProviderInfo, SilentKey
from token_dashboard.render.columns import NONE, safe
from token_dashboard.render.errors import in_short
from token_dashboard.render.language import Language
from token_dashboard.render.provider_words import figures_shown, silent_key
from token_dashboard.render.service import service_in_short
from token_dashboard.render.terminal._grid import (
    PLAIN,
    QUIET,
    Column,
    Grid,
    Line,
    Screen,
    blocks,
    folded,
    show,
)
from token_dashboard.render.times import rough


def print_providers(
    screen: Screen,
    infos: Sequence[ProviderInfo],
    now_ms: int,
    language: Language,
    silent: Sequence[SilentKey] = (),
) -> None:
    """``silent`` are the keys that are here and tell nothing."""
    hints = [line for one in silent for line in folded(silent_key(one, language), screen.width, QUIET)]
    show(screen, blocks(provider_lines(infos, now_ms, language, screen.width), hints))


def print_agents(screen: Screen, infos: Sequence[AgentInfo], now_ms: int, language: Language) -> None:
    show(screen, agent_lines(infos, now_ms, language, screen.width))


def provider_lines(
    infos: Sequence[ProviderInfo], now_ms: int, language: Language, columns: int
) -> list[Line]:
    """Those that are set up, with their keys and the last check; then the others, with what to set."""
    _ = language.gettext
    ours = Grid(
        (
            Column(_("Provider")),
            Column(_("Key")),
            Column(_("Answered")),
            Column(_("Next")),
            Column(_("Shows")),
        )
    )
    others = Grid((Column(_("Not set up")), Column(_("Set")), Column(_("Shows"))))
    for info in infos:
        name, shows = safe(info.name, 24), figures_shown(info, language)
        if info.is_configured and info.is_enabled:
            answered = _ago(info.last_success_ms, now_ms, language)
            following = _in(info.next_check_ms, now_ms, language)
            keys = language.listed(need.kind for need in info.credentials if need.is_present) or NONE
            ours.add([name, keys, answered, following, shows], PLAIN, _provider_remarks(info, language))
        elif not info.is_host:
            others.add([name, _to_set(info, language), shows], QUIET)
    return blocks(ours.lines(columns), others.lines(columns))


def agent_lines(infos: Sequence[AgentInfo], now_ms: int, language: Language, columns: int) -> list[Line]:
    """Each agent that is here, how much of it was read and from where; then the names of the others."""
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
    others: list[str] = []
    for info in infos:
        homes = [home for home in info.homes if home.exists]
        if info.is_enabled and not homes and not info.requests:
            others.append(safe(info.name, 24))
            continue
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
    if not others:
        return grid.lines(columns)
    told = _("No logs were found of {agents}.").format(
        agents=language.listed(sorted(others, key=str.casefold))
    )
    return blocks(grid.lines(columns), folded(told, columns, QUIET))


def _provider_remarks(info: ProviderInfo, language: Language) -> list[str]:
    """What is wrong with a provider that is set up, account by account, and what its vendor says of that."""
    remarks = []
    if info.held_back_by is not None:
        remarks.append(language.gettext("not asked: set {setting}").format(setting=info.held_back_by))
    failed = [one for one in info.accounts if one.problem is not None]
    if info.problem is not None and not failed:
        remarks.append(in_short(info.problem.key, info.problem.params, language))
    for one in failed:
        if one.problem is not None:
            told = in_short(one.problem.key, one.problem.params, language)
            remarks.append(f"{safe(one.name, 24)}: {told}" if len(info.accounts) > 1 else told)
    if info.service is not None and (remarks or info.service.is_impaired):
        remarks.append(service_in_short(info.service, language))
    return [one for one in remarks if one]


def _to_set(info: ProviderInfo, language: Language) -> str:
    """What sets a provider up: a variable, or the kind of key where no variable has it."""
    if not info.is_enabled:
        return language.gettext("switched off")
    needs = [need.variables[0] if need.variables else need.kind for need in info.credentials]
    return needs[0] if needs else f"providers.{info.id}.baseUrl"


def _in(time_ms: int | None, now_ms: int, language: Language) -> str:
    if time_ms is None or time_ms <= now_ms:
        return NONE
    return language.gettext("in {time}").format(time=rough((time_ms - now_ms) / 1000, language))


def _ago(time_ms: int | None, now_ms: int, language: Language) -> str:
    if time_ms is None:
        return NONE
    return language.gettext("{age} ago").format(age=rough(max(now_ms - time_ms, 0) / 1000, language))
