"""``/budget`` and what can stand behind it: how budgets stand, and the owner's word on them."""

import logging

from token_dashboard.engine.dashboard import Dashboard
from token_dashboard.gateway.budget_words import Known, NotUnderstood, lapse_ms, read_budget, read_raise
from token_dashboard.gateway.host import ChatHost, CommandCall
from token_dashboard.model.budget import BudgetState
from token_dashboard.model.period import zone
from token_dashboard.model.record import record
from token_dashboard.model.report import Dimension
from token_dashboard.render import chat
from token_dashboard.render.chat.budgets import CHAT
from token_dashboard.render.language import Language

SET, ADD, RAISE, REMOVE = "set", "add", "raise", "remove"
CHANGES = (SET, ADD, RAISE, REMOVE)
_log = logging.getLogger(__name__)


@record
class Answer:
    """What came of a wish to change a budget."""

    text: str
    is_done: bool
    state: BudgetState | None = None
    """How the budget stands that was set or raised."""


async def budgets_page(dashboard: Dashboard, spoken: Language) -> str:
    """How all budgets stand, by the logs as they are now."""
    await dashboard.read_logs()
    return chat.budgets(await dashboard.budgets.stand(), spoken)


async def change_budget_for(
    verb: str, words: str, call: CommandCall, host: ChatHost, dashboard: Dashboard, spoken: Language
) -> str:
    """The same as ``change_budget``; nothing changes unless its writer is the owner at this moment."""
    if not await host.is_owner(call):
        _log.warning("/budget %s was refused: %s on %s isn't the owner", verb, call.sender, call.channel)
        return chat.only_the_owner_budgets(spoken)
    return (await change_budget(verb, words, dashboard, spoken)).text


async def change_budget(
    verb: str, words: str, dashboard: Dashboard, spoken: Language, command: str = CHAT
) -> Answer:
    """Do what one of ``CHANGES`` and the words behind it say, and tell how the budget stands then.

    ``command`` is what the reader types before a verb.
    """
    try:
        if verb == SET:
            return await _set(words, dashboard, spoken, command)
        if verb == REMOVE:
            return await _remove(words.strip(), dashboard, spoken, command)
        return await _raise(words, dashboard, spoken, command)
    except NotUnderstood as error:
        return Answer(text=chat.how_to_budget(spoken, str(error), command), is_done=False)


async def _set(words: str, dashboard: Dashboard, spoken: Language, command: str) -> Answer:
    budget = read_budget(words, await _scope_words(dashboard), await dashboard.budgets.known())
    await dashboard.read_logs()
    state = await dashboard.budgets.set(budget)
    if state is None:
        return Answer(text=chat.budget_is_configured(budget.name, spoken, command), is_done=False)
    return _told(state, dashboard, spoken)


async def _raise(words: str, dashboard: Dashboard, spoken: Language, command: str) -> Answer:
    wanted = read_raise(words)
    standing = {one.budget.name: one for one in (await dashboard.budgets.stand()).budgets}
    name = wanted.budget or (next(iter(standing)) if len(standing) == 1 else None)
    if name is None or name not in standing:
        return Answer(text=chat.which_budget(wanted.budget, list(standing), spoken, command), is_done=False)
    until_ms = standing[name].period.end_ms
    if wanted.until is not None:
        tz = zone(standing[name].budget.time_zone or dashboard.time_zone)
        until_ms = lapse_ms(wanted.until, dashboard.now_ms(), tz)
    await dashboard.read_logs()
    state = await dashboard.budgets.add(name, wanted.money, until_ms)
    if state is None:
        return Answer(text=chat.which_budget(name, [], spoken, command), is_done=False)
    return _told(state, dashboard, spoken)


async def _remove(name: str, dashboard: Dashboard, spoken: Language, command: str) -> Answer:
    known = await dashboard.budgets.known()
    if name in known and known[name].is_configured:
        return Answer(text=chat.budget_is_configured(name, spoken, command), is_done=False)
    if not await dashboard.budgets.remove(name):
        mine = [one.name for one in known.values() if not one.is_configured]
        return Answer(text=chat.which_budget(name or None, mine, spoken, command), is_done=False)
    return Answer(text=chat.budget_removed(name, spoken), is_done=True)


def _told(state: BudgetState, dashboard: Dashboard, spoken: Language) -> Answer:
    text = chat.budget(state, dashboard.now_ms(), dashboard.time_zone, spoken)
    return Answer(text=text, is_done=True, state=state)


async def _scope_words(dashboard: Dashboard) -> Known:
    """What agents, providers and models are called; those that we know, and those that were used."""
    rows = (await dashboard.history.report((Dimension.MODEL, Dimension.AGENT))).rows
    agents, providers = await dashboard.agents(), await dashboard.providers()
    called = {"agent": [(one.name, one.id) for one in agents]}
    called["provider"] = [(one.name, one.id) for one in providers]
    used = {
        "agent": {row.agent for row in rows},
        "provider": {row.provider for row in rows},
        "model": {row.model for row in rows},
    }
    return {
        member: {name.casefold(): id_ for name, id_ in called.get(member, ())}
        | {id_.casefold(): id_ for _, id_ in called.get(member, ())}
        | {value.casefold(): value for value in values if value}
        for member, values in used.items()
    }
