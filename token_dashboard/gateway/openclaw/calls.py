"""What OpenClaw asks while the bridge stands: each method of the bridge, answered from the registry."""

from collections.abc import Callable

from token_dashboard.gateway.host import ADMIN, READ, CommandCall, Json, Origin, PageRequest
from token_dashboard.gateway.openclaw.facts import read_facts
from token_dashboard.gateway.openclaw.owner import WEB_CHAT, chat_address, is_owner
from token_dashboard.gateway.openclaw.peer import Handler
from token_dashboard.gateway.params import Params
from token_dashboard.gateway.refusal import FORBIDDEN, Refusal
from token_dashboard.gateway.registry import Registry


def calls(registry: Registry, hear: Callable[[Json], None]) -> dict[str, Handler]:
    """Handlers by method; ``hear`` takes what the agent used, message by message."""

    async def command(given: Json) -> Json:
        params = Params(given)
        name, arguments = params.required_text("name"), _text(given, "args") or ""
        if given.get("isAuthorized") is False:
            raise Refusal(FORBIDDEN, f"/{name} is for people whom this bot knows")
        reply = await registry.answer(f"/{name} {arguments}", _call(given))
        if reply.presentation is None:
            return {"text": reply.text}
        # The text is complete by itself: a channel that can't draw the card shows the text alone.
        return {
            "text": reply.text,
            "presentation": reply.presentation,
            "presentationTextMode": "fallback",
        }

    async def rpc(given: Json) -> Json:
        params = Params(given)
        scopes = params.texts("scopes")
        granted = frozenset((READ,) if scopes is None else scopes)
        return await registry.call(params.required_text("method"), params.mapping("params"), granted)

    async def tool(given: Json) -> Json:
        params = Params(given)
        return await registry.invoke(params.required_text("name"), params.mapping("arguments"))

    async def page(given: Json) -> Json:
        answer = await registry.show(
            PageRequest(
                method=Params(given).required_text("method"),
                path=_text(given, "path") or "",
                query=_text(given, "query") or "",
            )
        )
        return {"status": answer.status, "headers": answer.headers, "body": answer.body}

    async def usage(given: Json) -> None:
        hear(given)

    return {"command": command, "rpc": rpc, "tool": tool, "page": page, "usage": usage}


def _call(given: Json) -> CommandCall:
    params = Params(given)
    sender, channel = _text(given, "senderId"), params.text("channel")
    return CommandCall(
        sender=sender,
        channel=channel,
        is_owner=_is_owner(params, sender, channel),
        origin=None if channel is None else _origin(given, channel),
    )


def _is_owner(params: Params, sender: str | None, channel: str | None) -> bool:
    """What the host says; where it says nothing, its sign-in for the web chat and its list of owners do."""
    if params.is_given("senderIsOwner"):
        return params.flag("senderIsOwner")
    if channel == WEB_CHAT:
        return ADMIN in (params.texts("scopes") or ())
    return is_owner(sender, channel, read_facts(params.mapping("facts")))


def _origin(given: Json, channel: str) -> Origin:
    return Origin(
        channel=channel,
        to=chat_address(channel, _text(given, "from"), _text(given, "to")),
        account=_text(given, "accountId"),
        thread=_text(given, "threadId"),
        session=_text(given, "sessionKey"),
    )


def _text(given: Json, name: str) -> str | None:
    """Ids are texts, though some channels have numbers; an empty one says nothing."""
    value = given.get(name)
    return str(value) if isinstance(value, str | int) and str(value) else None
