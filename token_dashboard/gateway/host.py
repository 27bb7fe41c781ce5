"""What a chat gateway offers to a plugin: the protocol that ``plugin.register`` speaks.

Our embedded gateway implements it, and so does the bridge to any other gateway. Terminal commands are no part
of it: ``tokens`` is a program of its own, and a gateway with a command line of its own starts that program.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol, TypeAlias

from token_dashboard.model.record import record

Json: TypeAlias = Mapping[str, object]
"""A JSON object."""

ALERT_EVENT = "plugin.token-dashboard.alert"
"""The event by which connected clients hear of an alert; its payload is ``schemas/alert.schema.json``."""

READ = "operator.read"
WRITE = "operator.write"
ADMIN = "operator.admin"


@record
class CommandCall:
    """Somebody typed a command."""

    arguments: str = ""
    """What stands behind the command's name."""
    sender: str | None = None
    channel: str | None = None
    is_owner: bool = False
    language: str | None = None
    """The sender's language tag; ``None`` leaves it to the settings."""


@record
class Command:
    """A chat command: ``/name``."""

    name: str
    description: str
    arguments: str
    """What may stand behind the name, for help: ``[refresh | help]``."""
    handler: Callable[[CommandCall], Awaitable[str]]
    """Answers with text in the Markdown that chats understand."""
    requires_owner: bool = False


@record
class Method:
    """A gateway method that clients and other plugins call."""

    name: str
    description: str
    scope: str
    handler: Callable[[Json], Awaitable[Json]]
    """Params in, payload out. Raises ``RpcError`` to refuse."""


@record
class Service:
    """Something that runs as long as the gateway does."""

    id: str
    run: Callable[[], Awaitable[None]]
    """Runs until it is cancelled."""


@record
class Tool:
    """Something that the gateway's agent can use."""

    name: str
    description: str
    input_schema: Json
    handler: Callable[[Json], Awaitable[Json]]
    """Arguments in, result out. Raises ``RpcError`` to refuse."""


@record
class Message:
    """Something that the owner should know without having asked."""

    text: str
    """For a person, in chat Markdown."""
    event: str
    """The name under which programs hear of it."""
    payload: Json


class ChatHost(Protocol):
    """Whatever can carry chat commands: a gateway, or a prompt."""

    def register_command(self, command: Command) -> None: ...


class Host(ChatHost, Protocol):
    """A chat gateway, as a plugin sees it."""

    def register_gateway_method(self, method: Method) -> None: ...

    def register_service(self, service: Service) -> None: ...

    def register_tool(self, tool: Tool) -> None: ...

    async def notify(self, message: Message) -> None:
        """Bring a message to the owner and to the programs that listen."""
        ...
