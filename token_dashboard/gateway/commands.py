"""``/tokens`` and ``/burn``: what a person types, and which page answers it."""

from collections.abc import Awaitable, Callable, Sequence

from token_dashboard.engine.dashboard import Dashboard
from token_dashboard.gateway.host import CommandCall
from token_dashboard.model.errors import TokenDashboardError
from token_dashboard.model.status import AgentInfo, ProviderInfo
from token_dashboard.render import chat
from token_dashboard.render.errors import sentence_of
from token_dashboard.render.language import Language, language

_HELP = "help"
_REFRESH = "refresh"


class Commands:
    """Handlers over one dashboard. Each answers in the language of whoever asks, errors too."""

    def __init__(self, dashboard: Dashboard) -> None:
        self._dashboard = dashboard

    async def tokens(self, call: CommandCall) -> str:
        """``/tokens [account or agent] [refresh] | help``."""
        return await self._answered(self._tokens, call)

    async def burn(self, call: CommandCall) -> str:
        """``/burn [help]``."""
        return await self._answered(self._burn, call)

    async def _answered(self, page: Callable[[str, Language], Awaitable[str]], call: CommandCall) -> str:
        spoken = language(call.language or self._dashboard.settings_language)
        try:
            return await page(call.arguments, spoken)
        except TokenDashboardError as error:
            return sentence_of(error, spoken)

    async def _tokens(self, arguments: str, spoken: Language) -> str:
        words = arguments.split()
        refresh = bool(words) and words[-1].casefold() == _REFRESH
        name = " ".join(words[:-1] if refresh else words)
        if name:
            return await self._one(name, spoken, refresh=refresh)
        status = await self._dashboard.status(refresh=refresh)
        if not status.accounts and not status.agents:
            agents, providers = await self._dashboard.agents(), await self._dashboard.providers()
            if not any(one.requests for one in agents):
                return chat.welcome(agents, providers, spoken)
        return chat.tokens(status, spoken)

    async def _one(self, name: str, spoken: Language, *, refresh: bool) -> str:
        wanted = _bare(name)
        providers = await self._dashboard.providers()
        for provider in providers:
            if wanted in {_bare(provider.id), _bare(provider.name)}:
                if not (provider.is_configured and provider.is_enabled):
                    return chat.provider(provider, spoken)
                status = await self._dashboard.status(refresh=refresh, provider=provider.id)
                return chat.account(status, provider.id, spoken)
        agents = await self._dashboard.agents()
        for agent in agents:
            if wanted in {_bare(agent.id), _bare(agent.name)}:
                return chat.agent(await self._dashboard.status(refresh=refresh), agent.id, spoken)
        if wanted == _HELP:
            return _help(spoken, agents, providers)
        known = [*(one.id for one in providers), *(one.id for one in agents), _REFRESH, _HELP]
        return chat.unknown_argument(name, spoken, known)

    async def _burn(self, arguments: str, spoken: Language) -> str:
        if not arguments:
            return chat.burn(await self._dashboard.burn(), spoken, self._dashboard.names)
        if _bare(arguments) == _HELP:
            return _help(spoken, await self._dashboard.agents(), await self._dashboard.providers())
        return chat.unknown_argument(arguments, spoken, [_HELP])


def _help(spoken: Language, agents: Sequence[AgentInfo], providers: Sequence[ProviderInfo]) -> str:
    """Names what would be answered: accounts with a key, agents that were seen."""
    accounts = [one.id for one in providers if one.is_configured and one.is_enabled]
    return chat.help(spoken, accounts, [one.id for one in agents if one.requests])


def _bare(name: str) -> str:
    """A name as people type it: ``Claude Code`` is ``claude-code``."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())
