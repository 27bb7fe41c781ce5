"""The methods that clients of any gateway count on, whatever plugin is registered."""

from token_dashboard.contract import version
from token_dashboard.gateway.host import READ, WRITE, Json, Method
from token_dashboard.gateway.params import Params
from token_dashboard.gateway.registry import Registry
from token_dashboard.gateway.services import Services


class House:
    """``health``, ``commands.list`` and ``tools.invoke``; params and answers as OpenClaw has them."""

    def __init__(self, registry: Registry, services: Services) -> None:
        self._registry = registry
        self._services = services
        for method in (
            Method(name="health", description="Whether all services run", scope=READ, handler=self.health),
            Method(name="commands.list", description="Chat commands", scope=READ, handler=self._commands),
            Method(name="tools.invoke", description="Use a tool", scope=WRITE, handler=self._invoke),
        ):
            registry.register_gateway_method(method)

    async def health(self, _: Json) -> Json:
        states = self._services.states()
        return {"ok": "failed" not in states.values(), "version": version(), "services": states}

    async def _commands(self, _: Json) -> Json:
        return {
            "commands": [
                {
                    "name": command.name,
                    "textAliases": [f"/{command.name}"],
                    "description": command.description,
                    "source": "plugin",
                    "scope": "text",
                    "acceptsArgs": bool(command.arguments),
                    "arguments": command.arguments,
                }
                for command in self._registry.commands.values()
            ]
        }

    async def _invoke(self, given: Json) -> Json:
        params = Params(given)
        name = params.required_text("name")
        output = await self._registry.invoke(name, params.mapping("args"))
        return {"ok": True, "toolName": name, "output": output, "source": "plugin"}
