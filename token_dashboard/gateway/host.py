"""What a chat gateway offers to a plugin: the protocol that ``plugin.register`` speaks.

Our embedded gateway implements it, and so does the bridge to any other gateway. Terminal commands are no part
of it: ``tokens`` is a program of its own, and a gateway with a command line of its own starts that program.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol, TypeAlias

from token_dashboard.model.alert import Delivery
from token_dashboard.model.notice import Receipt
from token_dashboard.model.record import record

Json: TypeAlias = Mapping[str, object]
"""A JSON object."""

ALERT_EVENT = "plugin.token-dashboard.alert"
"""The event by which connected clients hear of an alert; its payload is ``schemas/alert.schema.json``."""
USAGE_EVENT = "plugin.token-dashboard.usage"
"""The event by which they hear that more was used; its payload is ``schemas/usage.schema.json``."""

READ = "operator.read"
WRITE = "operator.write"
ADMIN = "operator.admin"


@record
class Origin:
    """The chat that a message came from, as far as its gateway can write there unasked."""

    channel: str
    to: str | None = None
    """The chat's address on its channel; web chats have none, only a session."""
    account: str | None = None
    """Which of the gateway's own accounts on the channel."""
    thread: str | None = None
    session: str | None = None
    """The gateway's key of the conversation."""


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
    origin: Origin | None = None
    """``None``: the gateway couldn't write back there by itself."""


@record
class Reply:
    """What answers a command."""

    text: str
    """Plain text in chat Markdown; it says everything, for channels that draw nothing."""
    presentation: Json | None = None
    """The same in the blocks that OpenClaw draws: text, table, chart, buttons. They take the text's place, so
    a host passes the text on as their fallback (``presentationTextMode``)."""


@record
class Command:
    """A chat command: ``/name``."""

    name: str
    description: str
    arguments: str
    """What may stand behind the name, for help: ``[refresh | help]``."""
    handler: Callable[[CommandCall], Awaitable[Reply]]
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
class PageRequest:
    """Somebody's browser asks for a page; the gateway has let it in."""

    method: str
    path: str
    """Below the place at which the gateway shows the plugin's pages: ``/panel``."""
    query: str = ""


@record
class PageAnswer:
    """A page, or why there is none."""

    status: int
    headers: Mapping[str, str]
    body: str


@record
class Page:
    """What the gateway's own web interface shows of a plugin."""

    handler: Callable[[PageRequest], Awaitable[PageAnswer]]


class OwnerChat(Protocol):
    """The way by which messages reach the owner, for gateways that have one of their own."""

    async def send(self, text: str) -> Receipt:
        """Write to the owner, in chat Markdown; once, and whoever asked keeps what must be tried again."""
        ...

    async def alerts_here(self, call: CommandCall) -> None:
        """Send alerts to the chat that a call came from, from now on, and those that wait.

        Raises ``RpcError``: the sender isn't the owner (the gateway is asked anew), or the chat can't be
        written to.
        """
        ...

    async def delivery(self) -> Delivery:
        """How messages to the owner fare now."""
        ...


class ChatHost(Protocol):
    """Whatever can carry chat commands: a gateway, or a prompt."""

    @property
    def owner_chat(self) -> OwnerChat | None:
        """``None`` where messages reach the owner by no chat."""
        ...

    def register_command(self, command: Command) -> None: ...

    async def is_owner(self, call: CommandCall) -> bool:
        """Whether the sender is the owner, asked anew: to be called just before something is changed."""
        ...


class Host(ChatHost, Protocol):
    """A chat gateway, as a plugin sees it."""

    def register_gateway_method(self, method: Method) -> None: ...

    def register_service(self, service: Service) -> None: ...

    def register_tool(self, tool: Tool) -> None: ...

    def register_page(self, page: Page) -> None: ...

    async def emit(self, event: str, payload: Json) -> None:
        """Tell the programs that listen."""
        ...
