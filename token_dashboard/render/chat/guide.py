"""What to type, what was meant, and where to begin."""

from collections.abc import Sequence
from difflib import get_close_matches

from token_dashboard.model.status import AgentInfo, ProviderInfo
from token_dashboard.render.chat._page import COLUMNS, Row, Section, page, rows, texts
from token_dashboard.render.columns import safe
from token_dashboard.render.language import Language

_SHOWN_PROVIDERS = 3
_USUAL = ("claude-code", "codex", "openclaw", "gemini-cli", "opencode", "openrouter", "openai", "anthropic")
"""What most people have, the most usual first; a newcomer reads of these before the others."""


def help(language: Language, accounts: Sequence[str], agents: Sequence[str]) -> str:  # noqa: A001 - /tokens help
    """Every command, and the names that it takes here."""
    _ = language.gettext
    commands = [
        ["/tokens", _("how things stand")],
        ["/tokens NAME", _("one account or agent")],
        ["/tokens alerts", _("what it warns of")],
        ["/tokens refresh", _("ask the providers now")],
        ["/burn", _("how fast it goes")],
        ["/budget", _("what may be spent")],
    ]
    names = [
        _("Accounts: {names}").format(names=language.listed(accounts)) if accounts else "",
        _("Agents: {names}").format(names=language.listed(agents)) if agents else "",
    ]
    return page([Section("", rows(commands)), Section("", texts(names))], "", language)


def unknown_argument(
    word: str, language: Language, known: Sequence[str], usual: Sequence[str] | None = None
) -> str:
    """What was typed isn't known; the nearest right word, else the usual ones (all, unless told)."""
    _ = language.gettext
    said = _('"{word}" is not a name known here.').format(word=safe(word, 20))
    near = get_close_matches(word.casefold()[:40], known, n=1)
    if near:
        hint = _("Did you mean {word}?").format(word=near[0])
    else:
        hint = _("Known: {names}").format(names=language.listed(known if usual is None else usual))
    return page([Section("", texts([said, hint, "→ /tokens help"]))], "", language)


def welcome(
    agents: Sequence[AgentInfo],
    providers: Sequence[ProviderInfo],
    language: Language,
    columns: int = COLUMNS,
) -> str:
    """The first thing a newcomer reads: what this is, what it found here, what one key would add."""
    _ = language.gettext
    missing = [one for one in providers if one.is_enabled and not one.is_configured]
    missing.sort(key=lambda one: (not any(need.variables for need in one.credentials[:1]), _rank(one.id)))
    agents = sorted(agents, key=lambda one: (not one.requests, not _is_here(one), _rank(one.id)))
    sections = [
        Section("", texts([_("What your bots and coding agents use, cost and have left.")])),
        Section(
            _("Looked for here"), [*looked_for(agents, language), *keys_found(providers, language)], least=4
        ),
        Section(_("A key adds an account"), to_add(missing, language)),
        Section(
            _("Next"),
            rows(
                [
                    ["tokens doctor", _("what was looked at")],
                    ["tokens serve", _("answer /tokens and warn")],
                ]
            ),
        ),
    ]
    return page(sections, "", language, columns)


def _rank(name: str) -> int:
    return _USUAL.index(name) if name in _USUAL else len(_USUAL)


def _is_here(agent: AgentInfo) -> bool:
    return any(home.exists for home in agent.homes)


def looked_for(agents: Sequence[AgentInfo], language: Language) -> list[Row]:
    """An agent with logs says how much they hold; one without says where they were looked for."""
    found = []
    for agent in agents:
        name = safe(agent.name, 24)
        if agent.requests:
            finding = language.ngettext("{count} request", "{count} requests", agent.requests).format(
                count=language.count(agent.requests)
            )
        elif _is_here(agent):
            finding = language.gettext("logs without a request")
        else:
            paths = language.listed(safe(home.path) for home in agent.homes)
            finding = language.gettext("nothing in {paths}").format(paths=paths)
        found.append(Row(name, language.gettext("{name}: {finding}").format(name=name, finding=finding)))
    return found


def keys_found(providers: Sequence[ProviderInfo], language: Language) -> list[Row]:
    """Keys that are there, by the name of what holds them."""
    return [
        Row(
            safe(provider.name, 24),
            language.gettext("{name}: {kind} found").format(name=safe(provider.name, 24), kind=need.kind),
        )
        for provider in providers
        for need in provider.credentials
        if need.is_present
    ]


def to_add(missing: Sequence[ProviderInfo], language: Language) -> list[Row]:
    lines = [
        f"export {need.variables[0]}=…"
        for provider in missing[:_SHOWN_PROVIDERS]
        for need in provider.credentials[:1]
        if need.variables
    ]
    more = len(missing) - _SHOWN_PROVIDERS
    if more > 0:
        lines.append(language.gettext("{count} more: tokens providers").format(count=more))
    return texts(lines)
