"""The gateway methods ``token-dashboard.*`` and the agent's tool; ``schemas/`` has their answers."""

from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches

from token_dashboard.engine.dashboard import Dashboard
from token_dashboard.gateway.host import Json
from token_dashboard.gateway.params import Params
from token_dashboard.gateway.refusal import INVALID_REQUEST, Refusal, shorten
from token_dashboard.render import wire

TOKEN_USAGE_INPUT: Json = {
    "type": "object",
    "additionalProperties": False,
    "properties": {"provider": {"type": "string", "description": "Only this provider's account"}},
}


class Methods:
    """Handlers over one dashboard."""

    def __init__(self, dashboard: Dashboard) -> None:
        self._dashboard = dashboard

    async def status(self, given: Json) -> Json:
        """``{refresh?, provider?}``: how things stand; ``provider`` is the only one asked."""
        params = Params(given, ("refresh", "provider"))
        refresh = params.flag("refresh")
        provider = await self._known_provider(params)
        return wire.status(await self._dashboard.status(refresh=refresh, provider=provider))

    async def cached(self, given: Json) -> Json:
        """``{}``: how things stood last, without the network."""
        Params(given, ())
        return wire.status(await self._dashboard.cached())

    async def providers(self, given: Json) -> Json:
        """``{}``: every provider known, configured or not."""
        Params(given, ())
        return wire.providers(await self._dashboard.providers())

    async def token_usage(self, given: Json) -> Json:
        """``{provider?}``: as ``cached``, with the one provider's account alone."""
        provider = await self._known_provider(Params(given, ("provider",)))
        status = await self._dashboard.cached()
        if provider is not None:
            mine = tuple(account for account in status.accounts if account.provider == provider)
            status = replace(status, accounts=mine)
        return wire.status(status)

    async def _known_provider(self, params: Params) -> str | None:
        provider = params.text("provider")
        if provider is None:
            return None
        known = [info.id for info in await self._dashboard.providers()]
        if provider not in known:
            raise Refusal(
                INVALID_REQUEST, f"params.provider {shorten(provider)!r} is not known{_hint(provider, known)}"
            )
        return provider


def _hint(word: str, known: Sequence[str]) -> str:
    near = get_close_matches(word.casefold(), known, n=1)
    return f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(known)}"
