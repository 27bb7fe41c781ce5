"""Brings messages to the owner of an OpenClaw gateway, by the host's own durable queue.

The way is looked up anew for each message: the chat that the configuration names, the one where somebody
typed ``/tokens alerts here``, the host's own owner route. Without any the messages wait.
"""

import json
import logging
from dataclasses import fields
from typing import Protocol

from token_dashboard.gateway.host import CommandCall, Origin
from token_dashboard.gateway.notices import OWNER
from token_dashboard.gateway.openclaw.facts import Facts
from token_dashboard.gateway.openclaw.owner import WEB_CHAT, is_owner, owner_route
from token_dashboard.gateway.openclaw.peer import HostRefused, HostSilent
from token_dashboard.gateway.openclaw.shim import Shim
from token_dashboard.gateway.refusal import FORBIDDEN, INVALID_REQUEST, Refusal
from token_dashboard.model.alert import Delivery
from token_dashboard.model.notice import Outcome, Queue, Receipt

_log = logging.getLogger(__name__)

_TARGET = "openclaw.alert_target"


class Notes(Protocol):
    """Texts by name that outlive the process; the ledger keeps them."""

    async def get(self, key: str) -> str | None: ...

    async def set(self, key: str, text: str) -> None: ...


class Post(Protocol):
    """Keeps messages until they are taken; the engine's courier."""

    async def queue(self, channel: str) -> Queue: ...

    async def hurry(self, channel: str) -> None: ...


class OwnerMessages:
    """The host's ``OwnerChat``."""

    def __init__(self, shim: Shim, notes: Notes, post: Post, configured: Origin | None) -> None:
        """``configured`` is the chat that the operator's configuration names."""
        self._shim = shim
        self._notes = notes
        self._post = post
        self._configured = configured
        self.restarted_ms: int | None = None
        """When this process took the place of one that had crashed."""

    async def send(self, text: str) -> Receipt:
        """Hand a message to the gateway. Only a plain failure says that it may be handed over again."""
        try:
            route = await self._route()
        except (HostRefused, HostSilent) as error:
            _log.warning("a message to the owner waits: %s", error)
            return Receipt(outcome=Outcome.NO_WAY)
        if route is None:
            return Receipt(outcome=Outcome.NO_WAY)
        try:
            outcome = await self._shim.send(route, text)
        except HostSilent:
            return Receipt(outcome=Outcome.UNSURE, reason="OpenClaw did not say what became of it")
        except HostRefused as error:
            return Receipt(outcome=Outcome.FAILED, reason=str(error))
        _log.info("a message to the owner was %s", outcome)
        return Receipt(outcome=Outcome.FAILED if outcome == "failed" else Outcome.TAKEN)

    async def alerts_here(self, call: CommandCall) -> None:
        facts = await self._shim.facts()
        if not may_change(call, facts):
            raise Refusal(FORBIDDEN, "Only the bot's owner can choose where alerts go.")
        if self._configured is not None:
            where = _named(self._configured)
            raise Refusal(INVALID_REQUEST, f"The configuration sends alerts to {where}: change notify there.")
        origin = call.origin
        if origin is None or not (origin.session if origin.channel == WEB_CHAT else origin.to):
            raise Refusal(INVALID_REQUEST, "OpenClaw does not say how to write to this chat unasked.")
        kept = {one.name: getattr(origin, one.name) for one in fields(origin)}
        await self._notes.set(_TARGET, json.dumps(kept))
        await self._post.hurry(OWNER)

    async def delivery(self) -> Delivery:
        queue = await self._post.queue(OWNER)
        try:
            route = await self._route()
        except (HostRefused, HostSilent):
            route = None
        return Delivery(
            target=None if route is None else _named(route),
            waiting=queue.waiting if route is None else 0,
            failed_ms=queue.failed_ms,
            restarted_ms=self.restarted_ms,
        )

    async def _route(self) -> Origin | None:
        if self._configured is not None:
            return self._configured
        if chosen := await self._notes.get(_TARGET):
            return Origin(**json.loads(chosen))
        return owner_route(await self._shim.facts())


def may_change(call: CommandCall, facts: Facts) -> bool:
    """Whether the sender of a command may change something, by fresh facts.

    In the web chat the gateway's own sign-in says who is the owner; elsewhere its list of owners does.
    """
    return call.is_owner and (call.channel == WEB_CHAT or is_owner(call.sender, call.channel, facts))


def _named(route: Origin) -> str:
    if route.to is None:
        return route.channel
    return f"{route.channel} {route.to.removeprefix(f'{route.channel}:')}"
