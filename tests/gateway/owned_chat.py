"""A gateway that can write to its owner by itself, and remembers what it was asked to do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from running_bot import Bot

from token_dashboard.cli.compose import Product
from token_dashboard.gateway.audience import HostAudience
from token_dashboard.gateway.host import CommandCall, Json, Origin
from token_dashboard.gateway.plugin import register
from token_dashboard.gateway.refusal import FORBIDDEN, INVALID_REQUEST, Refusal
from token_dashboard.gateway.registry import Registry
from token_dashboard.model.alert import Delivery
from token_dashboard.model.notice import Receipt


class OwnerDoor:
    """Sends alerts where it was told to last; groups are refused."""

    def __init__(self) -> None:
        self.state = Delivery(target=None)

    async def alerts_here(self, call: CommandCall) -> None:
        if call.origin is None or call.origin.to == "group":
            raise Refusal(INVALID_REQUEST, "groups are not written to.")
        if call.sender == "just dismissed":
            raise Refusal(FORBIDDEN, "not the owner any more")
        self.state = Delivery(target=f"{call.origin.channel} {call.origin.to}")

    async def send(self, text: str) -> Receipt:
        raise AssertionError(f"nobody is told anything here: {text}")

    async def delivery(self) -> Delivery:
        return self.state


class OwnedGateway(Registry):
    """Knows its owners by name."""

    def __init__(self, product: Product) -> None:
        super().__init__()
        self.door = OwnerDoor()
        self._product = product

    async def settle(self) -> None:
        """What the poller does after each round."""
        await self._product.messages.desk.settle(await self._product.dashboard.judgement())

    @property
    def owner_chat(self) -> OwnerDoor:
        return self.door

    async def is_owner(self, call: CommandCall) -> bool:
        return call.sender in {"ada", "just dismissed"}

    async def emit(self, event: str, payload: Json) -> None:
        raise AssertionError(f"nobody is told anything here: {event} {payload}")


def call(sender: str = "ada", channel: str = "telegram", to: str = "42") -> CommandCall:
    origin = Origin(channel=channel, to=to)
    return CommandCall(sender=sender, channel=channel, is_owner=sender == "ada", origin=origin, language="en")


@asynccontextmanager
async def owned(bot: Bot, **settings: object) -> AsyncIterator[OwnedGateway]:
    """The plugin in such a gateway, over the bot's engine."""
    running = await bot.start(**settings)
    gateway = OwnedGateway(running.product)
    poller = running.product.poller(running.notifier, HostAudience(gateway))
    register(gateway, running.product.dashboard, poller)
    yield gateway
