"""``/tokens``, ``/burn`` and ``/budget``: what a person types, and which page answers it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta

from token_dashboard.engine.dashboard import Dashboard
from token_dashboard.gateway.budgeting import CHANGES, budgets_page, change_budget_for
from token_dashboard.gateway.host import ChatHost, CommandCall, Reply
from token_dashboard.gateway.quieting import ACKNOWLEDGE, SNOOZE, quiet
from token_dashboard.gateway.refusal import FORBIDDEN
from token_dashboard.model.alert import Delivery
from token_dashboard.model.errors import RpcError, TokenDashboardError
from token_dashboard.model.report import Dimension
from token_dashboard.model.status import AgentInfo, ProviderInfo
from token_dashboard.render import chat
from token_dashboard.render.chat import Aim
from token_dashboard.render.errors import sentence_of
from token_dashboard.render.language import Language, language
from token_dashboard.render.presentation import (
    CHART_DAYS,
    DRAWING_CHANNELS,
    Block,
    accounts_table,
    cost_chart,
    presentation,
)

_HELP = "help"
_REFRESH = "refresh"
_ALERTS = "alerts"
_HERE = "here"


class Commands:
    """Handlers over one dashboard, in one host. Each answers in the language of whoever asks, errors too."""

    def __init__(self, dashboard: Dashboard, host: ChatHost) -> None:
        self._dashboard = dashboard
        self._host = host

    async def tokens(self, call: CommandCall) -> Reply:
        """``/tokens [account or agent] [refresh] | alerts [here] | ack ALERT | snooze ALERT TIME | help``."""
        return await self._answered(self._tokens, call)

    async def burn(self, call: CommandCall) -> Reply:
        """``/burn [help]``."""
        return await self._answered(self._burn, call)

    async def budget(self, call: CommandCall) -> Reply:
        """``/budget [set AMOUNT/PERIOD | add AMOUNT | raise NAME AMOUNT | remove NAME | help]``."""
        return await self._answered(self._budget, call)

    async def _answered(
        self, page: Callable[[CommandCall, Language], Awaitable[Reply]], call: CommandCall
    ) -> Reply:
        spoken = language(call.language or self._dashboard.settings_language)
        try:
            return await page(call, spoken)
        except TokenDashboardError as error:
            return Reply(text=sentence_of(error, spoken))

    async def _tokens(self, call: CommandCall, spoken: Language) -> Reply:
        words = call.arguments.split()
        match [word.casefold() for word in words]:
            case [*_, last] if last == _REFRESH:
                words, refresh = words[:-1], True
            case [first] if first == _ALERTS:
                return await self._alerts(call, spoken)
            case [first, second] if (first, second) == (_ALERTS, _HERE):
                return Reply(text=await self._alerts_here(call, spoken))
            case [first, *_] as quieting if first in {ACKNOWLEDGE, SNOOZE}:
                return Reply(text=await quiet(quieting, call, self._host, self._dashboard, spoken))
            case _:
                refresh = False
        if words:
            return await self._one(" ".join(words), call, spoken, refresh=refresh)
        return await self._all(call, spoken, refresh=refresh)

    async def _all(self, call: CommandCall, spoken: Language, *, refresh: bool) -> Reply:
        status = await self._dashboard.status(refresh=refresh)
        if not status.accounts and not status.agents:
            agents, providers = await self._dashboard.agents(), await self._dashboard.providers()
            if not any(one.requests for one in agents):
                return Reply(text=chat.welcome(agents, providers, spoken))
        delivery = await self._delivery()
        text = chat.tokens(status, spoken, delivery)
        if not _draws(call):
            return Reply(text=text, presentation=presentation(text, spoken, alerts=status.alerts))
        table = accounts_table(status, spoken)
        beside = chat.tokens(status, spoken, delivery, has_table=bool(table))
        data = [*table, *await self._chart({}, spoken)]
        return Reply(text=text, presentation=presentation(beside, spoken, alerts=status.alerts, data=data))

    async def _one(self, name: str, call: CommandCall, spoken: Language, *, refresh: bool) -> Reply:
        wanted = _bare(name)
        providers = await self._dashboard.providers()
        for provider in providers:
            if wanted in {_bare(provider.id), _bare(provider.name)}:
                if not provider.is_asked:
                    return Reply(text=chat.provider(provider, spoken))
                status = await self._dashboard.status(refresh=refresh, provider=provider.id)
                mine = [one for one in status.alerts if one.condition.subject == provider.id]
                only = {Dimension.PROVIDER: provider.id}
                text = chat.account(status, provider.id, spoken)
                chart = await self._chart(only, spoken) if _draws(call) else []
                return Reply(text=text, presentation=presentation(text, spoken, alerts=mine, data=chart))
        agents = await self._dashboard.agents()
        for agent in agents:
            if wanted in {_bare(agent.id), _bare(agent.name)}:
                status = await self._dashboard.status(refresh=refresh)
                text = chat.agent(status, agent.id, spoken)
                chart = await self._chart({Dimension.AGENT: agent.id}, spoken) if _draws(call) else []
                return Reply(text=text, presentation=presentation(text, spoken, data=chart))
        if wanted == _HELP:
            return Reply(text=_help(spoken, agents, providers))
        words = [_ALERTS, ACKNOWLEDGE, SNOOZE, _REFRESH, _HELP]
        known = [*(one.id for one in providers), *(one.id for one in agents), *words]
        usual = [*_accounts(providers), *_seen(agents), *words]
        return Reply(text=chat.unknown_argument(name, spoken, known, usual))

    async def _alerts(self, call: CommandCall, spoken: Language) -> Reply:
        answer = await self._dashboard.alerts()
        text = chat.alerts(
            answer, spoken, self._dashboard.names, await self._delivery(), tells_target=call.is_owner
        )
        return Reply(text=text, presentation=presentation(text, spoken, alerts=answer.standing))

    async def _alerts_here(self, call: CommandCall, spoken: Language) -> str:
        """Make the chat the target of alerts, if its writer is the owner at this moment."""
        owner_chat = self._host.owner_chat
        if owner_chat is None:
            return chat.alerts_here(Aim.NO_PUSH if call.channel else Aim.TERMINAL, spoken)
        if not await self._host.is_owner(call):
            return chat.alerts_here(Aim.NOT_OWNER, spoken)
        try:
            await owner_chat.alerts_here(call)
        except RpcError as error:
            if error.code == FORBIDDEN:
                return chat.alerts_here(Aim.NOT_OWNER, spoken)
            return chat.alerts_refused(str(error), spoken)
        return chat.alerts_here(Aim.DONE, spoken)

    async def _burn(self, call: CommandCall, spoken: Language) -> Reply:
        if not call.arguments:
            answer = await self._dashboard.burn()
            text = chat.burn(answer, spoken, self._dashboard.names)
            chart = await self._chart({}, spoken) if _draws(call) else []
            return Reply(text=text, presentation=presentation(text, spoken, alerts=answer.alerts, data=chart))
        if _bare(call.arguments) == _HELP:
            return Reply(
                text=_help(spoken, await self._dashboard.agents(), await self._dashboard.providers())
            )
        return Reply(text=chat.unknown_argument(call.arguments, spoken, [_HELP]))

    async def _budget(self, call: CommandCall, spoken: Language) -> Reply:
        verb, _, words = call.arguments.strip().partition(" ")
        if not verb:
            text = await budgets_page(self._dashboard, spoken)
            return Reply(text=text, presentation=presentation(text, spoken))
        if verb.casefold() in CHANGES:
            made = (verb.casefold(), words, call, self._host, self._dashboard, spoken)
            return Reply(text=await change_budget_for(*made))
        return Reply(text=chat.how_to_budget(spoken, None if _bare(verb) == _HELP else verb))

    async def _delivery(self) -> Delivery | None:
        owner_chat = self._host.owner_chat
        return await owner_chat.delivery() if owner_chat else None

    async def _chart(self, only: Mapping[Dimension, str], spoken: Language) -> list[Block]:
        """The cost of the last days, of what is kept to."""
        today = self._dashboard.today()
        since = today - timedelta(days=CHART_DAYS - 1)
        by = (Dimension.DAY, Dimension.MODEL)
        return cost_chart(
            await self._dashboard.history.report(by, since=since, until=today, only=only), spoken
        )


def _draws(call: CommandCall) -> bool:
    return call.channel in DRAWING_CHANNELS


def _help(spoken: Language, agents: Sequence[AgentInfo], providers: Sequence[ProviderInfo]) -> str:
    """Names what would be answered with figures."""
    return chat.help(spoken, _accounts(providers), _seen(agents))


def _accounts(providers: Sequence[ProviderInfo]) -> list[str]:
    return [one.id for one in providers if one.is_asked]


def _seen(agents: Sequence[AgentInfo]) -> list[str]:
    return [one.id for one in agents if one.requests]


def _bare(name: str) -> str:
    """A name as people type it: ``Claude Code`` is ``claude-code``."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())
