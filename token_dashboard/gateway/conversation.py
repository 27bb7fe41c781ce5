"""The chat commands without a gateway: for a prompt, and for ``tokens chat``."""

from token_dashboard.engine.dashboard import Dashboard
from token_dashboard.gateway.host import CommandCall
from token_dashboard.gateway.plugin import register_chat
from token_dashboard.gateway.registry import Registry


class Conversation:
    """Whoever types at this machine is the owner, and reads the language of the settings."""

    def __init__(self, dashboard: Dashboard) -> None:
        self._registry = Registry()
        self._call = CommandCall(is_owner=True, language=dashboard.settings_language)
        register_chat(self._registry, dashboard)

    async def answer(self, message: str) -> str:
        """The reply to one message; a failure is a sentence too."""
        return (await self._registry.answer(message, self._call)).text
