"""What plugins have registered, and how it is called: the half that every host of ours has in common."""

from dataclasses import replace
from typing import TypeVar

from token_dashboard.gateway.host import (
    ADMIN,
    READ,
    WRITE,
    Command,
    CommandCall,
    Json,
    Method,
    OwnerChat,
    Page,
    PageAnswer,
    PageRequest,
    Reply,
    Service,
    Tool,
)
from token_dashboard.gateway.refusal import FORBIDDEN, INVALID_REQUEST, Refusal, boundary, shorten
from token_dashboard.model.errors import RpcError
from token_dashboard.render import chat
from token_dashboard.render.language import language

_T = TypeVar("_T")

_GRANTING = {READ: {READ, WRITE, ADMIN}, WRITE: {WRITE, ADMIN}}
"""The scopes that each grant a scope; any other is granted by itself and by ``operator.admin``."""


class Registry:
    """Commands, methods, services and tools by name. A name that is taken is a ``ValueError``."""

    def __init__(self) -> None:
        self.commands: dict[str, Command] = {}
        self.methods: dict[str, Method] = {}
        self.services: dict[str, Service] = {}
        self.tools: dict[str, Tool] = {}
        self.page: Page | None = None

    @property
    def owner_chat(self) -> OwnerChat | None:
        return None

    async def is_owner(self, call: CommandCall) -> bool:
        return call.is_owner

    def register_command(self, command: Command) -> None:
        _add(self.commands, command.name, command)

    def register_gateway_method(self, method: Method) -> None:
        _add(self.methods, method.name, method)

    def register_service(self, service: Service) -> None:
        _add(self.services, service.id, service)

    def register_tool(self, tool: Tool) -> None:
        _add(self.tools, tool.name, tool)

    def register_page(self, page: Page) -> None:
        if self.page is not None:
            raise ValueError("a page is registered already")
        self.page = page

    async def call(self, name: str, params: Json, scopes: frozenset[str]) -> Json:
        """The payload of a method. Raises ``RpcError`` for an unknown one, and what the handler raises."""
        method = self.methods.get(name)
        if method is None:
            raise Refusal(INVALID_REQUEST, f"unknown method: {shorten(name)}", detail="UNKNOWN_METHOD")
        demand(scopes, method.scope)
        return await method.handler(params)

    async def invoke(self, name: str, arguments: Json) -> Json:
        """The result of a tool. Raises ``RpcError`` for an unknown one, and what the handler raises."""
        tool = self.tools.get(name)
        if tool is None:
            raise Refusal(INVALID_REQUEST, f"unknown tool: {shorten(name)}", detail="UNKNOWN_TOOL")
        return await tool.handler(arguments)

    async def show(self, request: PageRequest) -> PageAnswer:
        """The page that is asked for. Raises ``RpcError`` when there is none, and what the handler raises."""
        if self.page is None:
            raise Refusal(INVALID_REQUEST, "there are no pages here", detail="UNKNOWN_PAGE")
        return await self.page.handler(request)

    async def answer(self, text: str, call: CommandCall) -> Reply:
        """The reply to a chat message. What is no command, and what fails, is answered with a sentence too.

        ``call`` says who wrote; its ``arguments`` are taken from the text.
        """
        word, *rest = text.split(maxsplit=1) or [""]
        if word.casefold().lstrip("/") in {"help", "?"} and self.commands:
            return await self.answer(f"/{next(iter(self.commands))} help", call)
        command = self.commands.get(word[1:].casefold()) if word.startswith("/") else None
        if command is None:
            spoken = language(call.language or "en")
            return Reply(text=chat.unknown_argument(word, spoken, [f"/{name}" for name in self.commands]))
        if command.requires_owner and not call.is_owner:
            return Reply(text=f"/{command.name} is for the owner only.")
        try:
            with boundary(f"/{command.name}"):
                return await command.handler(replace(call, arguments="".join(rest).strip()))
        except RpcError as error:
            return Reply(text=str(error))


def demand(scopes: frozenset[str], scope: str) -> None:
    """Refuse a caller whose scopes don't grant the one that is needed."""
    if not scopes & _GRANTING.get(scope, {scope, ADMIN}):
        raise Refusal(FORBIDDEN, f"missing scope: {scope}", detail="MISSING_SCOPE")


def _add(known: dict[str, _T], name: str, thing: _T) -> None:
    if name in known:
        raise ValueError(f"{name} is registered already")
    known[name] = thing
